import { GeneratorError } from "./error.ts";
import { type PackageFile, type PackedFile, packFiles } from "./pack.ts";
import { completeHandoff, type PayloadPause, type PayloadState, payloadFiles, tagFiles } from "./package.ts";
import type { Platform } from "./platform.ts";
import type { SessionCrew } from "./session-files.ts";
import type { PackageSigner, PackageSource } from "./source.ts";
import type { Viewer } from "./viewer.ts";
import type { ZipLimits } from "./zip.ts";
import { PackedRows, type ZipRows } from "./zip-rows.ts";
import { ZipWriter } from "./zip-writer.ts";

export interface PackageZipOptions {
  platform: Platform;
  viewer: Viewer;
  /**
   * Filled with a row a file, each when its last byte is handed out. With the rows of an earlier run it goes on after the last of
   * them: what comes out are the bytes that follow.
   */
  rows?: ZipRows;
  /** Stops where it is due. With `from` what is done already is not even looked at. */
  pause?: PayloadPause;
  /** Makes the sessions' files beside this thread. The bytes are the same, and each piece is good until the next is asked for only. */
  crew?: SessionCrew | undefined;
  /** Lower limits for Zip64, in tests. */
  limits?: ZipLimits;
}

/**
 * A package as the bytes of its ZIP, in pieces of any size. The same source, signer and viewer give the same bytes on the same platform.
 * @returns undefined at the end; when it was stopped before, what to go on from, beside the rows.
 * @throws GeneratorError; RecordError when a record is malformed.
 */
export async function* packageZip(
  source: PackageSource,
  signer: PackageSigner,
  { platform, viewer, rows = new PackedRows(), pause, crew, limits }: PackageZipOptions,
): AsyncGenerator<Uint8Array, PayloadState | undefined> {
  crew?.begin?.(source.handoff.sessions.length);
  const handoff = completeHandoff(source, signer, viewer);
  const zip = new ZipWriter(handoff.created, rows, limits);
  const todo = new Todo(rows, pause?.from !== undefined);
  let stopped: PayloadState | undefined;
  async function* payload(): AsyncGenerator<PackageFile> {
    // Each run gets on by one file at least, or it would stop at the same place again.
    const due = pause && { from: pause.from, isDue: () => todo.isBegun && pause.isDue() };
    stopped = yield* payloadFiles(source, handoff, platform, viewer, due, crew);
  }
  for await (const packed of packFiles(todo.of(payload()), platform)) yield* zipped(zip, packed);
  if (stopped !== undefined) return stopped;
  for await (const packed of packFiles(todo.of(tagFiles(handoff, signer, rows, platform)), platform)) yield* zipped(zip, packed);
  yield* zip.finish();
  return undefined;
}

async function* zipped(zip: ZipWriter, packed: PackedFile): AsyncGenerator<Uint8Array> {
  try {
    yield* zip.add(packed);
  } finally {
    await packed.close();
  }
}

/** Leaves out the files that are written already; these must be the first ones. */
class Todo {
  /** Paths that are written, and did not come yet. */
  readonly #written = new Set<string>();
  readonly #isPartial: boolean;
  #first: string | undefined;

  /** @param isPartial whether some of the written ones don't come any more. */
  constructor(rows: ZipRows, isPartial: boolean) {
    for (const { path } of rows) this.#written.add(path);
    this.#isPartial = isPartial;
  }

  /** Whether a file came that is not written yet. */
  get isBegun(): boolean {
    return this.#first !== undefined;
  }

  async *of(files: AsyncIterable<PackageFile>): AsyncGenerator<PackageFile> {
    for await (const file of files) {
      const isWritten = this.#written.delete(file.path);
      if (isWritten && this.#first !== undefined) throw otherPackage(file.path, this.#first);
      if (isWritten) continue;
      const [missing] = this.#isPartial ? [] : this.#written;
      if (missing !== undefined) throw otherPackage(missing, file.path);
      this.#first ??= file.path;
      yield file;
    }
  }
}

function otherPackage(missing: string, path: string): GeneratorError {
  return new GeneratorError("resume/other-package", `expected to go on after ${missing}, but ${path} comes before it`);
}
