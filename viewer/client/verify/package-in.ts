import { RecordError } from "../../../record/error.ts";
import { TAG_MANIFEST } from "../../../record/path.ts";
import type { FolderFile } from "./protocol.ts";

/**
 * The package among the files of a folder that a person chose: the folder itself, or the one folder in it that holds a package.
 * @param files with the paths that they have in what was chosen.
 * @throws RecordError `bag/malformed` when there is none, or more than one.
 */
export function packageIn(files: readonly FolderFile[]): FolderFile[] {
  const manifests = files.map(({ path }) => path).filter((path) => path.split("/").at(-1) === TAG_MANIFEST);
  const depth = (path: string) => path.split("/").length;
  const shallow = manifests.reduce((least, path) => Math.min(least, depth(path)), Number.POSITIVE_INFINITY);
  const roots = manifests.filter((path) => depth(path) === shallow);
  const [manifest] = roots;
  if (manifest === undefined || roots.length > 1) {
    throw new RecordError("bag/malformed", `expected one folder that holds ${TAG_MANIFEST}, got ${roots.length}`);
  }
  const root = manifest.slice(0, -TAG_MANIFEST.length);
  return files.filter(({ path }) => path.startsWith(root)).map(({ path, file }) => ({ path: path.slice(root.length), file }));
}
