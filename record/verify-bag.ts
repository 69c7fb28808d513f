import { BAGIT_TXT, type ManifestRow, parseBagInfo, parseManifest, payloadOxum } from "./bag.ts";
import { concat, equal, toHex, utf8 } from "./bytes.ts";
import { RecordError } from "./error.ts";
import { type Finding, failure, finding } from "./finding.ts";
import type { Hashes } from "./hash.ts";
import type { PackageReader } from "./package-reader.ts";
import { BAG_INFO, BAGIT, HANDOFF, MANIFEST, parseSessionPath, SIGNATURE, sessionPath, TAG_MANIFEST, TIMESTAMP } from "./path.ts";
import type { SessionFiles } from "./verify-session.ts";

/** The tag manifest, its signature, and the time stamp over that: the only files that no manifest lists. */
const UNLISTED = new Set([TAG_MANIFEST, SIGNATURE, TIMESTAMP]);
/** Larger ones than these are read as streams only. */
const WHOLE_LIMIT = 256 * 1024 * 1024;

/** A bag under verification. Each file is read once where that is possible, and hashed as it is read. */
export interface BagCheck {
  /** What the lists themselves have wrong. */
  findings: Finding[];
  /** Every path that the container holds. */
  paths: readonly string[];
  has(path: string): boolean;
  /** A small file as a whole. */
  read(path: string): Promise<Uint8Array>;
  /** Files of a session; undefined when they are not all there. */
  session(id: string): Promise<SessionFiles | undefined>;
  /** Hashes whatever was not read yet, and tells what was changed, is missing, or was added. */
  finish(): Promise<Finding[]>;
}

/** Reads the lists of a bag (RFC 8493). Never throws on what it reads. */
export async function checkBag(
  reader: PackageReader,
  hashes: Hashes,
  onProgress: ((done: number, total: number) => void) | undefined,
): Promise<BagCheck> {
  const findings: Finding[] = [];
  const sizes = new Map(reader.files.map((file) => [file.path, file.size]));
  const total = reader.files.reduce((sum, file) => sum + file.size, 0);
  const digests = new Map<string, string>();
  const unreadable = new Map<string, Finding>();
  let done = 0;
  let lists = true;

  /** The file's bytes; once they were read to the end, its digest is known. */
  async function* hashing(path: string): AsyncGenerator<Uint8Array> {
    const hash = hashes.stream();
    const first = !digests.has(path) && !unreadable.has(path);
    try {
      for await (const piece of reader.open(path)) {
        hash.update(piece);
        if (first) {
          done += piece.length;
          onProgress?.(done, total);
        }
        yield piece;
      }
    } catch (error) {
      unreadable.set(path, failure("file/unreadable", path, error));
      throw error;
    }
    digests.set(path, toHex(hash.digest()));
  }

  async function read(path: string): Promise<Uint8Array> {
    if (!sizes.has(path)) throw new RecordError("bag/malformed", `expected a file ${path}`);
    if ((sizes.get(path) ?? 0) > WHOLE_LIMIT)
      throw new RecordError("bag/malformed", `expected at most ${WHOLE_LIMIT} bytes in ${path}`);
    const pieces: Uint8Array[] = [];
    for await (const piece of hashing(path)) pieces.push(piece);
    return concat(...pieces);
  }

  async function rows(path: string, payload: boolean): Promise<ManifestRow[]> {
    try {
      const found = parseManifest(await read(path));
      const stray = found.find((row) => row.path.startsWith("data/") !== payload || UNLISTED.has(row.path));
      if (stray !== undefined)
        throw new RecordError("bag/malformed", `expected ${payload ? "only" : "no"} files below data/ in ${path}`);
      return found;
    } catch (error) {
      findings.push(failure("bag/malformed", path, error));
      lists = false;
      return [];
    }
  }

  const listed = [...(await rows(TAG_MANIFEST, false)), ...(await rows(MANIFEST, true))];
  try {
    if (!equal(await read(BAGIT), utf8(BAGIT_TXT))) throw new RecordError("bag/malformed", "expected BagIt 1.0 in UTF-8");
    const stated = parseBagInfo(await read(BAG_INFO)).find(([label]) => label === "Payload-Oxum")?.[1];
    const payload = reader.files.filter((file) => file.path.startsWith("data/"));
    const octets = payload.reduce((sum, file) => sum + file.size, 0);
    const found = payloadOxum(octets, payload.length);
    if (stated !== found)
      findings.push(finding("bag/count-differs", BAG_INFO, `expected ${stated ?? "a Payload-Oxum"}, got ${found}`));
  } catch (error) {
    findings.push(failure("bag/malformed", BAG_INFO, error));
  }

  async function finish(): Promise<Finding[]> {
    const result: Finding[] = [];
    for (const row of listed) {
      if (!sizes.has(row.path)) {
        result.push(finding("file/missing", row.path, "listed in a manifest and not there"));
        continue;
      }
      try {
        if (!digests.has(row.path) && !unreadable.has(row.path)) for await (const _ of hashing(row.path));
      } catch {
        // Told below: `hashing` keeps the reason.
      }
      const digest = digests.get(row.path);
      const broken = unreadable.get(row.path);
      if (broken !== undefined) result.push(broken);
      else if (digest !== row.digest)
        result.push(finding("file/changed", row.path, `expected SHA-256 ${row.digest}, got ${digest}`));
    }
    const names = new Set(listed.map((row) => row.path));
    for (const { path } of reader.files) {
      // With a list that can't be read, every file would seem added.
      if (lists && !names.has(path) && !UNLISTED.has(path))
        result.push(finding("file/extra", path, "there, and listed in no manifest"));
      if (UNLISTED.has(path) && unreadable.has(path)) result.push(unreadable.get(path) as Finding);
    }
    if (result.length === 0 && findings.length === 0 && reader.findings.length === 0) {
      result.push(finding("files/intact", "package", `${reader.files.length} files, ${total} bytes`));
    }
    return result;
  }

  return {
    findings,
    paths: [...sizes.keys()],
    has: (path) => sizes.has(path),
    read,
    finish,
    async session(id) {
      const paths = [sessionPath(id, "entries.jsonl"), sessionPath(id, "text.jsonl"), sessionPath(id, "checkpoint")] as const;
      if (!paths.every((path) => sizes.has(path))) return undefined;
      let checkpoint: Uint8Array;
      try {
        checkpoint = await read(paths[2]);
      } catch {
        return undefined;
      }
      return { entries: hashing(paths[0]), text: hashing(paths[1]), checkpoint };
    },
  };
}

/** Records of sessions that handoff.json does not list. */
export function unlistedRecords(reader: PackageReader, sessions: ReadonlySet<string>): Finding[] {
  const stray = reader.files.filter(({ path }) => {
    const parsed = parseSessionPath(path);
    return parsed !== undefined && !sessions.has(parsed.session);
  });
  return stray.map(({ path }) => finding("records/unlisted", path, `expected only sessions that ${HANDOFF} lists`));
}
