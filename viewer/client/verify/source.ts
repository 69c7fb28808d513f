import { RecordError } from "../../../record/error.ts";
import type { PackageReader } from "../../../record/package-reader.ts";
import { openZip, type RandomAccess, readPlaces, type ZipPlace } from "../../../record/zip.ts";
import { inflate } from "./inflate.ts";
import type { FolderFile, Source } from "./protocol.ts";

/** A package, and where its files lie in the ZIP: another program reads it by that without looking through it again. */
export interface OpenSource {
  reader: PackageReader;
  places: readonly ZipPlace[] | undefined;
}

/** @throws RecordError `zip/malformed` when it is no ZIP. */
export async function openSource(source: Source): Promise<OpenSource> {
  if ("folder" in source) return { reader: folderReader(source.folder), places: undefined };
  const reader = await openZip(accessTo(source.zip), inflate);
  return { reader, places: reader.places };
}

/** Opens a package that {@link openSource} looked through already. Without its findings. */
export function reopenSource(source: Source, places: readonly ZipPlace[] | undefined): PackageReader {
  if ("folder" in source) return folderReader(source.folder);
  return readPlaces(accessTo(source.zip), places ?? [], [], inflate);
}

function accessTo(zip: Blob): RandomAccess {
  return {
    size: zip.size,
    read: async (offset, length) => new Uint8Array(await zip.slice(offset, offset + length).arrayBuffer()),
  };
}

function folderReader(files: readonly FolderFile[]): PackageReader {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  return {
    files: [...byPath].map(([path, { size }]) => ({ path, size })),
    findings: [],
    open(path) {
      const file = byPath.get(path);
      if (file === undefined) throw new RecordError("bag/malformed", "expected a file of the folder");
      return piecesOf(file);
    },
  };
}

async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}
