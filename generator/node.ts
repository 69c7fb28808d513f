import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { toHex } from "../record/bytes.ts";
import { checkPath } from "../record/path.ts";
import { GeneratorError } from "./error.ts";
import type { WrittenFile } from "./manifest.ts";
import { expectSessions } from "./node-memory.ts";
import { nodePlatform } from "./node-platform.ts";
import { fileSpool } from "./node-spool.ts";
import type { PackageFile } from "./pack.ts";
import { completeHandoff, payloadFiles, tagFiles } from "./package.ts";
import { packageZip } from "./package-zip.ts";
import type { Platform } from "./platform.ts";
import type { SessionCrew } from "./session-files.ts";
import type { PackageSigner, PackageSource } from "./source.ts";
import type { Viewer } from "./viewer.ts";

export interface WriteOptions {
  viewer: Viewer;
  /** Called as the package grows: bytes written so far. */
  onProgress?: (bytes: number) => void;
  /** When it is aborted, nothing is left behind. */
  signal?: AbortSignal;
  platform?: Platform;
  /** Makes the sessions of a ZIP in other threads; see node-crew.ts. It must have the same viewer. */
  crew?: SessionCrew;
}

const BLOCK = 1 << 20;

/**
 * Writes a package to the disk: a ZIP when the name ends in `.zip`, a folder otherwise. It appears under its name when it is
 * complete, and not before. A ZIP takes the place of an earlier one; a folder does not.
 * @throws GeneratorError `output/exists`; else as {@link packageZip}, and what the file system throws.
 */
export async function writePackage(
  source: PackageSource,
  signer: PackageSigner,
  outPath: string,
  { viewer, onProgress, signal, platform, crew }: WriteOptions,
): Promise<void> {
  const out = resolve(outPath);
  const zip = /\.zip$/i.test(out);
  if (!zip && (await exists(out))) throw new GeneratorError("output/exists", "expected a folder that is not there yet");
  await mkdir(dirname(out), { recursive: true });
  const unfinished = join(dirname(out), `.${basename(out)}.${randomUUID()}.unfinished`);
  expectSessions(source.handoff.sessions.length);
  const machine = platform ?? nodePlatform(() => fileSpool(dirname(out)));
  let written = 0;
  const report = (bytes: number) => {
    signal?.throwIfAborted();
    written += bytes;
    onProgress?.(written);
  };
  try {
    const block = new Uint8Array(BLOCK);
    if (zip) await writeFile(unfinished, packageZip(source, signer, { platform: machine, viewer, crew }), report, block);
    else await writeFolder(unfinished, source, signer, machine, viewer, report, block);
    signal?.throwIfAborted();
    await rename(unfinished, out);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function writeFolder(
  folder: string,
  source: PackageSource,
  signer: PackageSigner,
  platform: Platform,
  viewer: Viewer,
  report: (bytes: number) => void,
  block: Uint8Array,
): Promise<void> {
  const handoff = completeHandoff(source, signer, viewer);
  const written: WrittenFile[] = [];
  const write = async (file: PackageFile): Promise<void> => {
    const path = join(folder, ...checkPath(file.path).split("/"));
    await mkdir(dirname(path), { recursive: true });
    const sha256 = platform.sha256();
    let size = 0;
    const content = file.content();
    async function* tallied(): AsyncGenerator<Uint8Array> {
      for await (const bytes of content) {
        await sha256.update(bytes);
        size += bytes.length;
        yield bytes;
      }
    }
    await writeFile(path, tallied(), report, block);
    written.push({ path: file.path, size, sha256: toHex(await sha256.digest()) });
  };
  for await (const file of payloadFiles(source, handoff, platform, viewer)) await write(file);
  for await (const file of tagFiles(handoff, signer, written, platform)) await write(file);
}

/**
 * Writes a new file; what it holds is on the disk when this returns.
 * @param block where small pieces are put together, again and again: as much memory as the file would be garbage otherwise.
 */
async function writeFile(
  path: string,
  content: AsyncIterable<Uint8Array>,
  report: (bytes: number) => void,
  block: Uint8Array,
): Promise<void> {
  const handle = await open(path, "wx");
  let filled = 0;
  const write = async (): Promise<void> => {
    await handle.writeFile(block.subarray(0, filled));
    report(filled);
    filled = 0;
  };
  try {
    for await (const bytes of content) {
      for (let at = 0; at < bytes.length; ) {
        const taken = Math.min(block.length - filled, bytes.length - at);
        block.set(bytes.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        if (filled === block.length) await write();
      }
    }
    if (filled > 0) await write();
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
