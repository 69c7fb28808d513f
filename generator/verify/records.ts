import { createReadStream } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parseSessionPath, sessionPath, TAG_MANIFEST } from "../../record/path.ts";
import type { SessionFiles } from "../../record/recompute-session.ts";
import type { SessionRecords } from "../../record/verify-records.ts";

const FILES = ["entries.jsonl", "text.jsonl", "checkpoint"] as const;
const PIECE = 256 * 1024;
/** In bytes: a checkpoint is read as a whole, a larger one is none. */
const CHECKPOINT_LIMIT = 1024 * 1024;

/**
 * Records of sessions without a package around them: those of one session, named by any of its three files, or all that lie in a folder.
 * @param onRead called as files are read: how many bytes of how many.
 * @returns undefined when the path names no records.
 */
export async function findRecords(
  path: string,
  onRead?: (done: number, total: number) => void,
): Promise<SessionRecords[] | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  const isFolder = found.isDirectory();
  const named = isFolder ? undefined : sessionOf(basename(path));
  if (!isFolder && named === undefined) return undefined;
  const folder = isFolder ? path : dirname(path);
  const names = await readdir(folder);
  if (isFolder && names.includes(TAG_MANIFEST)) return undefined;
  const ids = named === undefined ? [...new Set(names.flatMap((name) => sessionOf(name) ?? []))].sort() : [named];
  if (ids.length === 0) return undefined;

  const sizes = new Map<string, number>();
  for (const name of ids.flatMap((session) => FILES.map((file) => `${session}.${file}`))) {
    const file = await lstat(join(folder, name)).catch(() => undefined);
    if (file?.isFile()) sizes.set(name, file.size);
  }
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let done = 0;
  const read = async function* (name: string): AsyncGenerator<Uint8Array> {
    for await (const piece of createReadStream(join(folder, name), { highWaterMark: PIECE })) {
      done += (piece as Uint8Array).length;
      onRead?.(done, total);
      yield piece as Uint8Array;
    }
  };
  return Promise.all(
    ids.map(async (session): Promise<SessionRecords> => {
      const [entries, text, checkpoint] = FILES.map((file) => `${session}.${file}`) as [string, string, string];
      if (![entries, text, checkpoint].every((name) => sizes.has(name))) return { session, files: undefined };
      const isNote = (sizes.get(checkpoint) ?? 0) <= CHECKPOINT_LIMIT;
      const note = isNote ? new Uint8Array(await readFile(join(folder, checkpoint))) : new Uint8Array();
      const files: SessionFiles = { entries: read(entries), text: read(text), checkpoint: note };
      return { session, files };
    }),
  );
}

/** The session of which this is one of the three files. */
function sessionOf(name: string): string | undefined {
  return parseSessionPath(`${dirname(sessionPath("", "checkpoint"))}/${name}`)?.session;
}
