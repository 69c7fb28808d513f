import { BAGIT_TXT, type ManifestRow, parseBagInfo, parseManifest, payloadOxum } from "./bag.ts";
import { concatAll, equal, utf8 } from "./bytes.ts";
import { RecordError } from "./error.ts";
import { type Finding, failure, finding } from "./finding.ts";
import type { HashedFiles } from "./hashed-files.ts";
import type { PackageReader } from "./package-reader.ts";
import {
  BAG_INFO,
  BAGIT,
  checkPath,
  GROUP_CHECKPOINT,
  GROUP_LEAVES,
  GROUP_TIMESTAMP,
  HANDOFF,
  isKeyStatementPath,
  MANIFEST,
  parseSessionPath,
  SIGNATURE,
  TAG_MANIFEST,
  TIMESTAMP,
} from "./path.ts";

/** The tag manifest, its signature, and the time stamp over that: the only files that no manifest lists. */
const UNLISTED = new Set([TAG_MANIFEST, SIGNATURE, TIMESTAMP]);
/** In bytes: how large a file may be that is read as a whole. Hostile ones must not fill the memory. */
export const WHOLE_LIMIT: ReadonlyMap<string, number> = new Map([
  [TAG_MANIFEST, 256 * 1024 * 1024],
  [MANIFEST, 256 * 1024 * 1024],
  [HANDOFF, 64 * 1024 * 1024],
]);
export const SMALL_LIMIT = 1024 * 1024;

/** A bag under verification. */
export interface BagCheck {
  /** What the lists themselves have wrong. */
  findings: Finding[];
  /** Every path that the container holds. */
  paths: readonly string[];
  has(path: string): boolean;
  /** A small file as a whole. */
  read(path: string): Promise<Uint8Array>;
  /** A file's bytes in pieces. Throws as the reader does, and RecordError `bag/malformed` when there is none. */
  open(path: string): AsyncIterable<Uint8Array>;
  /** Files that nobody read yet, whether a manifest lists them or not. */
  unread(): string[];
  /** What was changed, can't be read, is missing, or was added; to be asked when every file was read. */
  finish(): Iterable<Finding>;
}

/** Reads the lists of a bag (RFC 8493). Never throws on what it reads. */
export async function checkBag(reader: PackageReader, files: HashedFiles): Promise<BagCheck> {
  const findings: Finding[] = [];
  const sizes = new Map(reader.files.map((file) => [file.path, file.size]));
  const total = reader.files.reduce((sum, file) => sum + file.size, 0);
  const kept = new Map<string, Uint8Array>();
  /** Lists that can't be read: every file that they should name would seem added. */
  const unknown = new Set<string>();

  async function read(path: string): Promise<Uint8Array> {
    if (!sizes.has(path)) throw new RecordError("bag/malformed", `expected a file ${path}`);
    // What is signed must be what was parsed, even if the file changes meanwhile.
    const known = kept.get(path);
    if (known !== undefined) return known;
    const limit = WHOLE_LIMIT.get(path) ?? SMALL_LIMIT;
    const pieces: Uint8Array[] = [];
    let length = sizes.get(path) ?? 0;
    if (length <= limit) {
      length = 0;
      for await (const piece of files.open(path)) {
        pieces.push(piece);
        length += piece.length;
        if (length > limit) break;
      }
    }
    if (length > limit) throw new RecordError("bag/malformed", `expected at most ${limit} bytes in ${path}`);
    const bytes = concatAll(pieces);
    if (UNLISTED.has(path)) kept.set(path, bytes);
    return bytes;
  }

  async function rows(path: string, payload: boolean): Promise<ManifestRow[]> {
    try {
      const found = parseManifest(await read(path));
      const stray = found.find((row) => row.path.startsWith("data/") !== payload || UNLISTED.has(row.path));
      if (stray !== undefined)
        throw new RecordError("bag/malformed", `expected ${payload ? "only" : "no"} files below data/ in ${path}`);
      for (const row of found) checkPath(row.path);
      return found;
    } catch (error) {
      findings.push(failure("bag/malformed", path, error));
      unknown.add(path);
      return [];
    }
  }

  const listed = [...(await rows(TAG_MANIFEST, false)), ...(await rows(MANIFEST, true))];
  try {
    if (!equal(await read(BAGIT), utf8(BAGIT_TXT))) throw new RecordError("bag/malformed", "expected BagIt 1.0 in UTF-8");
  } catch (error) {
    findings.push(failure("bag/malformed", BAGIT, error));
  }
  try {
    const [stated, ...more] = parseBagInfo(await read(BAG_INFO)).flatMap(([label, value]) =>
      label === "Payload-Oxum" ? [value] : [],
    );
    if (more.length > 0) throw new RecordError("bag/malformed", "expected one Payload-Oxum");
    const payload = reader.files.filter((file) => file.path.startsWith("data/"));
    const octets = payload.reduce((sum, file) => sum + file.size, 0);
    const found = payloadOxum(octets, payload.length);
    if (stated !== found)
      findings.push(finding("bag/count-differs", BAG_INFO, `expected ${stated ?? "a Payload-Oxum"}, got ${found}`));
  } catch (error) {
    findings.push(failure("bag/malformed", BAG_INFO, error));
  }

  function* finish(): Generator<Finding> {
    let holds = findings.length === 0 && reader.findings.length === 0;
    for (const one of differences()) {
      holds = false;
      yield one;
    }
    if (holds) yield finding("files/intact", "package", `${reader.files.length} files, ${total} bytes`);
  }

  function* differences(): Generator<Finding> {
    for (const row of listed) {
      if (!sizes.has(row.path)) {
        yield finding("file/missing", row.path, "listed in a manifest and not there");
        continue;
      }
      const { digest, unreadable } = files.get(row.path) ?? {};
      if (unreadable === undefined && digest !== row.digest)
        yield finding("file/changed", row.path, `expected SHA-256 ${row.digest}, got ${digest}`);
    }
    const names = new Set(listed.map((row) => row.path));
    for (const { path } of reader.files) {
      const list = path.startsWith("data/") ? MANIFEST : TAG_MANIFEST;
      if (!unknown.has(list) && !names.has(path) && !UNLISTED.has(path))
        yield finding("file/extra", path, "there, and listed in no manifest");
      const unreadable = files.get(path)?.unreadable;
      if (unreadable !== undefined) yield unreadable;
    }
  }

  return {
    findings,
    paths: [...sizes.keys()],
    has: (path) => sizes.has(path),
    read,
    open(path) {
      if (!sizes.has(path)) throw new RecordError("bag/malformed", `expected a file ${path}`);
      return files.open(path);
    },
    unread: () => [...sizes.keys()].filter((path) => files.get(path) === undefined),
    finish,
  };
}

/** Whatever lies among the records and is none of this package's own. */
export function* unlistedRecords(reader: PackageReader, sessions: ReadonlySet<string>): Generator<Finding> {
  const own = new Set([HANDOFF, GROUP_CHECKPOINT, GROUP_TIMESTAMP, GROUP_LEAVES]);
  for (const { path } of reader.files) {
    if (!path.startsWith("data/records/") || own.has(path) || isKeyStatementPath(path)) continue;
    const parsed = parseSessionPath(path);
    if (parsed === undefined || !sessions.has(parsed.session))
      yield finding("records/unlisted", path, `expected only records of what ${HANDOFF} lists`);
  }
}
