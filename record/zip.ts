import { fromUtf8, isWellFormed } from "./bytes.ts";
import { crc32 } from "./crc32.ts";
import { RecordError } from "./error.ts";
import { type Finding, finding } from "./finding.ts";
import { Findings } from "./findings.ts";
import type { PackageReader } from "./package-reader.ts";
import { checkPath } from "./path.ts";
import { readAhead } from "./read-ahead.ts";
import { type CentralEntry, readCentralDirectory, readLocalHeader } from "./zip-directory.ts";

/** Bytes that can be read from any place. */
export interface RandomAccess {
  size: number;
  /** Exactly `length` bytes from `offset`; asked for only within `size`. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Inflates raw deflate (RFC 1951), in pieces. Throws on data that is not deflate, that ends early, or goes on after its end. */
export interface Inflate {
  (pieces: AsyncIterable<Uint8Array>, stated: Pick<ZipPlace, "crc" | "size">): AsyncIterable<Uint8Array>;
  /** Whether it throws by itself on data of another CRC-32 than the stated one. */
  checksCrc?: boolean;
}

/** CRC-32 of bytes, going on from the one before them, as {@link crc32}. */
export type Crc = (bytes: Uint8Array, before?: number) => number;

const PIECE = 256 * 1024;
/** Bytes that are read at once to look at all local headers, one after the other. */
const HEADERS = 1024 * 1024;

/** Where a file's bytes lie in a ZIP, and what they must be. */
export interface ZipPlace extends Pick<CentralEntry, "method" | "crc" | "compressed" | "size" | "encrypted"> {
  path: string;
  /** Of the data, behind the local header. */
  data: number;
}

/** A ZIP that was looked through; whoever has the same bytes can read them by its places, without looking again. */
export interface ZipReader extends PackageReader {
  places: readonly ZipPlace[];
}

/**
 * Opens a ZIP (APPNOTE 6.3.10) so that what is read is the one thing that it can mean. Every byte belongs to one file, to the
 * central directory or to its end record; each local header says what the central directory says; names are portable and differ
 * in more than case. What goes against this becomes a finding, and the files are still readable as the central directory lists them.
 * @throws RecordError `zip/malformed` when there is no central directory to go by.
 */
export async function openZip(access: RandomAccess, inflate: Inflate, crc: Crc = crc32): Promise<ZipReader> {
  const directory = await readCentralDirectory(access);
  const headers = readAhead(access, HEADERS);
  const findings = new Findings();
  const places = new Map<string, ZipPlace>();
  /** Files, and whether one of that name must be a folder instead. */
  const folded = new Map<string, boolean>();
  for (const fault of directory.faults) findings.add(finding("container/malformed", "package", fault));

  /** Where the next entry must begin; undefined after one whose end is not known. */
  let expected: number | undefined = 0;
  for (const entry of [...directory.entries].sort((a, b) => a.offset - b.offset)) {
    const name = nameOf(entry, findings);
    if (expected !== undefined && entry.offset !== expected)
      findings.add(finding("container/hidden-bytes", name, `expected the entry at ${expected}, it is at ${entry.offset}`));
    const local = await readLocalHeader(headers, entry, directory.start);
    if (typeof local === "string") {
      findings.add(finding("container/entry-differs", name, local));
      expected = undefined;
      continue;
    }
    expected = local.end;
    if (entry.stuffed || local.stuffed)
      findings.add(finding("container/hidden-bytes", name, "expected neither a comment nor extra fields but for times and owners"));
    if (entry.unclear !== undefined) findings.add(finding("container/entry-differs", name, entry.unclear));
    if (entry.encrypted) findings.add(finding("container/encrypted", name, "expected a file without encryption"));
    else if (entry.special) findings.add(finding("container/not-a-file", name, "expected an ordinary file"));
    // A longer name is unsafe already; looking at each of its parts could take long.
    const parts = name.length > 200 ? [fold(name)] : fold(entry.folder ? name.slice(0, -1) : name).split("/");
    const clashes = parts.some((_, i) => {
      const path = parts.slice(0, i + 1).join("/");
      const folder = i + 1 < parts.length || entry.folder;
      const before = folded.get(path);
      folded.set(path, folder);
      return before !== undefined && !(before && folder);
    });
    if (clashes)
      findings.add(finding("container/path-twice", name, "expected each name once, upper and lower case taken as the same"));
    if (entry.folder) {
      if (entry.size !== 0 || entry.compressed !== 0)
        findings.add(finding("container/hidden-bytes", name, "expected a folder without content"));
    } else if (!places.has(name)) {
      const { method, crc, compressed, size, encrypted } = entry;
      places.set(name, { path: name, data: local.data, method, crc, compressed, size, encrypted });
    }
  }
  if (expected !== undefined && expected !== directory.start) {
    findings.add(
      finding("container/hidden-bytes", "package", `expected the central directory at ${expected}, it is at ${directory.start}`),
    );
  }
  if (directory.end !== access.size) {
    findings.add(finding("container/hidden-bytes", "package", `expected ${directory.end} bytes, got ${access.size}`));
  }

  return { ...readPlaces(access, [...places.values()], findings.kept, inflate, crc), more: findings.more };
}

/** The files of a ZIP that {@link openZip} found these places in; `findings` are what it had to say. */
export function readPlaces(
  access: RandomAccess,
  places: readonly ZipPlace[],
  findings: readonly Finding[],
  inflate: Inflate,
  crc: Crc = crc32,
): ZipReader {
  const byPath = new Map(places.map((place) => [place.path, place]));
  const ahead = readAhead(access);
  return {
    places,
    files: places.map(({ path, size }) => ({ path, size })),
    findings,
    open(path) {
      const place = byPath.get(path);
      if (place === undefined) throw new RecordError("zip/malformed", "expected a file that the ZIP lists");
      return content(ahead, place, inflate, crc);
    },
  };
}

/** What names have in common that some file systems take for the same. */
function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/** Name of an entry; unportable ones are told, and stand as they are. */
function nameOf(entry: CentralEntry, findings: Findings): string {
  let name: string;
  try {
    name = fromUtf8(entry.name);
  } catch {
    name = String.fromCharCode(...entry.name.subarray(0, 200));
    findings.add(finding("container/path-unsafe", name, "expected a name in UTF-8"));
    return name;
  }
  try {
    checkPath(entry.folder ? name.slice(0, -1) : name);
  } catch {
    findings.add(finding("container/path-unsafe", isWellFormed(name) ? name : "package", "expected a portable relative path"));
  }
  return name;
}

async function* content(access: RandomAccess, entry: ZipPlace, inflate: Inflate, crcOf: Crc): AsyncGenerator<Uint8Array> {
  if (entry.encrypted) throw new RecordError("zip/malformed", "expected a file without encryption");
  const raw = pieces(access, entry.data, entry.compressed);
  let crc = 0;
  let size = 0;
  const isChecked = entry.method !== 0 && inflate.checksCrc === true;
  for await (const piece of entry.method === 0 ? raw : inflated(raw, inflate, entry)) {
    size += piece.length;
    if (size > entry.size) throw new RecordError("zip/malformed", `expected ${entry.size} bytes, got more`);
    if (!isChecked) crc = crcOf(piece, crc);
    yield piece;
  }
  if (size !== entry.size) throw new RecordError("zip/malformed", `expected ${entry.size} bytes, got ${size}`);
  if (!isChecked && crc !== entry.crc)
    throw new RecordError("zip/malformed", "expected the CRC-32 that the ZIP states, got another");
}

async function* inflated(raw: AsyncIterable<Uint8Array>, inflate: Inflate, entry: ZipPlace): AsyncGenerator<Uint8Array> {
  try {
    yield* inflate(raw, entry);
  } catch (error) {
    if (error instanceof RecordError) throw error;
    throw new RecordError("zip/malformed", "expected deflated data, got something else");
  }
}

/** While one piece is looked at, the next is fetched. */
async function* pieces(access: RandomAccess, offset: number, length: number): AsyncGenerator<Uint8Array> {
  const pieceAt = (at: number) => {
    const piece = access.read(offset + at, Math.min(PIECE, length - at));
    // Whoever comes to it is told; a reader that stops before needs not be.
    piece.catch(() => {});
    return piece;
  };
  let next = length > 0 ? pieceAt(0) : undefined;
  for (let at = PIECE; next !== undefined; at += PIECE) {
    const piece: Uint8Array = await next;
    next = at < length ? pieceAt(at) : undefined;
    yield piece;
  }
}
