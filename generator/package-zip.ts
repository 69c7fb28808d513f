import { GeneratorError } from "./error.ts";
import { type PackageFile, type PackedFile, packFiles } from "./pack.ts";
import { completeHandoff, payloadFiles, tagFiles } from "./package.ts";
import type { Platform } from "./platform.ts";
import type { PackageSigner, PackageSource } from "./source.ts";
import type { Viewer } from "./viewer.ts";
import type { ZipLimits, ZipRow } from "./zip.ts";
import { ZipWriter } from "./zip-writer.ts";

export interface PackageZipOptions {
  platform: Platform;
  viewer: Viewer;
  /**
   * Filled with a row a file, each when its last byte is handed out. With the rows of an earlier run it goes on after the last of
   * them: what comes out are the bytes that follow.
   */
  rows?: ZipRow[];
  /** Lower limits for Zip64, in tests. */
  limits?: ZipLimits;
}

/**
 * A package as the bytes of its ZIP, in pieces of any size. The same source, signer and viewer give the same bytes on the same platform.
 * @throws GeneratorError; RecordError when a record is malformed.
 */
export async function* packageZip(
  source: PackageSource,
  signer: PackageSigner,
  { platform, viewer, rows = [], limits }: PackageZipOptions,
): AsyncGenerator<Uint8Array> {
  const handoff = completeHandoff(source, signer, viewer);
  const zip = new ZipWriter(handoff.created, rows, limits);
  const done = rows.map(({ path }) => path);
  const progress = { files: 0 };
  for await (const packed of packFiles(notYet(payloadFiles(source, handoff, platform, viewer), done, progress), platform)) {
    yield* zipped(zip, packed);
  }
  const payload = rows.slice(0, progress.files);
  for await (const packed of packFiles(notYet(tagFiles(handoff, signer, payload), done, progress), platform)) {
    yield* zipped(zip, packed);
  }
  yield* zip.finish();
}

async function* zipped(zip: ZipWriter, packed: PackedFile): AsyncGenerator<Uint8Array> {
  try {
    yield* zip.add(packed);
  } finally {
    await packed.close();
  }
}

/** Files without those that are written already; these must be the first ones. */
async function* notYet(
  files: AsyncIterable<PackageFile>,
  done: readonly string[],
  progress: { files: number },
): AsyncGenerator<PackageFile> {
  for await (const file of files) {
    const before = done[progress.files++];
    if (before === undefined) yield file;
    else if (before !== file.path) {
      throw new GeneratorError("resume/other-package", `expected to go on after ${before}, but here comes ${file.path}`);
    }
  }
}
