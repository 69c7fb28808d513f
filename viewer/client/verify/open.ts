import { RecordError } from "../../../record/error.ts";
import type { PackageReader } from "../../../record/package-reader.ts";
import { TAG_MANIFEST } from "../../../record/path.ts";
import { openZip } from "../../../record/zip.ts";
import { inflate } from "./inflate.ts";

/** @throws RecordError `zip/malformed` when it is no ZIP. */
export function openZipFile(file: Blob): Promise<PackageReader> {
  const read = async (offset: number, length: number) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
  return openZip({ size: file.size, read }, inflate);
}

/**
 * The package among the files of a folder that a person chose: the folder itself, or the one folder in it that holds a package.
 * @throws RecordError `bag/malformed` when there is none, or more than one.
 */
export function openFolder(files: readonly File[]): PackageReader {
  const manifests = files.filter((file) => file.name === TAG_MANIFEST).map((file) => file.webkitRelativePath);
  const shallow = Math.min(...manifests.map((path) => path.split("/").length));
  const roots = manifests.filter((path) => path.split("/").length === shallow);
  const [manifest] = roots;
  if (manifest === undefined || roots.length > 1) {
    throw new RecordError("bag/malformed", `expected one folder that holds ${TAG_MANIFEST}, got ${roots.length}`);
  }
  const root = manifest.slice(0, -TAG_MANIFEST.length);
  const byPath = new Map<string, File>();
  for (const file of files) {
    if (file.webkitRelativePath.startsWith(root)) byPath.set(file.webkitRelativePath.slice(root.length), file);
  }
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
