import { concatAll } from "./bytes.ts";
import type { HandoffSession } from "./handoff.ts";
import type { Hashes } from "./hash.ts";
import { type FileDigest, HashedFiles } from "./hashed-files.ts";
import type { VerifierKey } from "./key.ts";
import type { PackageReader } from "./package-reader.ts";
import { sessionPath } from "./path.ts";
import type { LinePlace } from "./recompute-session.ts";
import { type Parties, type SessionReport, verifySession } from "./verify-session.ts";

/**
 * A part of a verification that needs nothing of the others: sessions to recompute, and paths of files to hash, in the order in which
 * they lie in the container. What lies side by side is read at once.
 */
export type Part = (HandoffSession | string)[];

/** What all parts of a package share. */
export interface PartContext {
  handoff: Parties;
  keys: readonly VerifierKey[];
  /** Hidden lines that reports must have, however many others there are. */
  wanted: readonly LinePlace[];
}

export interface PartResult {
  reports: SessionReport[];
  files: FileDigest[];
}

/**
 * Does the parts of a verification, in any order and at the same time if it can, such as by worker threads. May tell meanwhile how
 * many bytes of a file were read so far.
 */
export type Divide = (
  parts: readonly Part[],
  context: PartContext,
  onRead?: (path: string, bytes: number) => void,
) => AsyncIterable<PartResult>;

/** How much goes into a part, in bytes, unless a single session has more. */
const PART_BYTES = 8 * 1024 * 1024;
const CHECKPOINT_LIMIT = 1024 * 1024;
export const SESSION_FILES = ["entries.jsonl", "text.jsonl", "checkpoint"] as const;

/** Does one part. Never throws on what it reads. */
export async function verifyPart(
  reader: PackageReader,
  part: Part,
  { handoff, keys, wanted }: PartContext,
  hashes: Hashes,
  onRead?: (path: string, bytes: number) => void,
): Promise<PartResult> {
  const files = new HashedFiles(reader, hashes, onRead);
  const reports: SessionReport[] = [];
  for (const stated of part) {
    if (typeof stated === "string") {
      await files.hash(stated);
      continue;
    }
    const open = (file: "entries.jsonl" | "text.jsonl") => files.open(sessionPath(stated.session, file));
    const checkpoint = await readCheckpoint(files, sessionPath(stated.session, "checkpoint"));
    const read = { entries: open("entries.jsonl"), text: open("text.jsonl"), checkpoint };
    reports.push(await verifySession(read, stated, handoff, keys, hashes, wanted));
    // A check that stopped early leaves the rest of its files unread.
    for (const file of SESSION_FILES) await files.hash(sessionPath(stated.session, file));
  }
  return { reports, files: await files.all() };
}

/** What can't be read is no note at all; why it can't is known to `files`. */
async function readCheckpoint(files: HashedFiles, path: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of files.open(path)) {
      pieces.push(piece);
      length += piece.length;
      if (length > CHECKPOINT_LIMIT) return new Uint8Array();
    }
  } catch {
    return new Uint8Array();
  }
  return concatAll(pieces);
}

/**
 * Sessions and files in parts of about the same size.
 * @param sizes in bytes, of all files of the container, in the order in which they lie there.
 */
export function partsOf(sessions: readonly HandoffSession[], files: readonly string[], sizes: ReadonlyMap<string, number>): Part[] {
  /** What a path belongs to. Of a session's files, whichever comes first stands for all. */
  const owners = new Map<string, HandoffSession | string>(files.map((path) => [path, path]));
  for (const one of sessions) for (const file of SESSION_FILES) owners.set(sessionPath(one.session, file), one);
  const parts: Part[] = [];
  const taken = new Set<HandoffSession>();
  let part: Part = [];
  let bytes = 0;
  for (const [path, size] of sizes) {
    const owner = owners.get(path);
    if (owner === undefined) continue;
    bytes += size;
    if (typeof owner !== "string") {
      if (taken.has(owner)) continue;
      taken.add(owner);
    }
    part.push(owner);
    if (bytes < PART_BYTES) continue;
    parts.push(part);
    part = [];
    bytes = 0;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
