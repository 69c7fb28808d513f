import { createReadStream } from "node:fs";
import { type FileHandle, lstat, open, readdir, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { crc32 } from "node:zlib";
import { RecordError } from "../../record/error.ts";
import { type Finding, finding } from "../../record/finding.ts";
import type { PackageFile, PackageReader } from "../../record/package-reader.ts";
import { TAG_MANIFEST } from "../../record/path.ts";
import { openZip, type RandomAccess, readPlaces, type ZipPlace } from "../../record/zip.ts";
import { missingInput } from "../missing-input.ts";
import { inflate } from "./inflate.ts";

/** A package on disk, to be closed after use. */
export interface OpenPackage {
  reader: PackageReader;
  /** What another thread needs to read the same files without looking through the package again. */
  contents: PackageContents;
  close(): Promise<void>;
}

/** Where the files of a ZIP or a folder were found. */
export type PackageContents = { places: readonly ZipPlace[] } | { files: readonly PackageFile[] };

/**
 * Opens a ZIP file or an unzipped folder.
 * @throws GeneratorError `input/missing` when there is nothing. RecordError `zip/malformed` when it is neither; Node's own errors when
 * it can't be read at all.
 */
export async function openPackage(path: string): Promise<OpenPackage> {
  const kind = await stat(path).catch(missingInput("a ZIP file or a folder", path));
  if (kind.isDirectory()) {
    const { files, findings } = await listFolder(resolve(path));
    return { reader: folderReader(resolve(path), files, findings), contents: { files }, close: async () => {} };
  }
  // Opening a pipe would wait for someone to write into it.
  if (!kind.isFile()) throw new RecordError("zip/malformed", "expected a ZIP file or a folder");
  const file = await open(path);
  try {
    const reader = await openZip(await accessTo(file), inflate, crc32);
    return { reader, contents: { places: reader.places }, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Opens a package that {@link openPackage} looked through already. Without its findings. */
export async function reopenPackage(path: string, contents: PackageContents): Promise<OpenPackage> {
  if ("files" in contents) return { reader: folderReader(resolve(path), contents.files, []), contents, close: async () => {} };
  const file = await open(path);
  const reader = readPlaces(await accessTo(file), contents.places, [], inflate, crc32);
  return { reader, contents, close: () => file.close() };
}

async function accessTo(file: FileHandle): Promise<RandomAccess> {
  const { size } = await file.stat();
  return { size, read: (offset, length) => readAt(file, offset, length) };
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
    if (bytesRead === 0) throw new RecordError("zip/malformed", "expected a longer file");
    at += bytesRead;
  }
  return bytes;
}

/** Every file below a folder; links and other special files become findings and are not followed. */
async function listFolder(root: string): Promise<Pick<PackageReader, "files" | "findings">> {
  const sizes = new Map<string, number>();
  const findings: Finding[] = [];
  for (const found of await readdir(root, { recursive: true, withFileTypes: true })) {
    const full = join(found.parentPath, found.name);
    const path = relative(root, full).split(sep).join("/");
    if (found.isFile()) sizes.set(path, (await lstat(full)).size);
    else if (!found.isDirectory()) findings.push(finding("container/not-a-file", path, "expected an ordinary file"));
  }
  if (sizes.size === 0) throw new RecordError("zip/malformed", "expected a folder that holds files");
  const files: PackageFile[] = [...sizes].map(([path, size]) => ({ path, size })).sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, findings };
}

function folderReader(root: string, files: readonly PackageFile[], findings: readonly Finding[]): PackageReader {
  const paths = new Set(files.map(({ path }) => path));
  return {
    files,
    findings,
    open(path) {
      if (!paths.has(path)) throw new RecordError("zip/malformed", "expected a file of the folder");
      return createReadStream(join(root, ...path.split("/")), { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
    },
  };
}

/** @throws RecordError `bag/malformed` when nothing in it says that it is a package. */
export function requirePackage({ files }: PackageReader): void {
  if (!files.some(({ path }) => path === TAG_MANIFEST))
    throw new RecordError("bag/malformed", `expected a package: there is no ${TAG_MANIFEST} in it`);
}
