import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { relative } from "node:path";

/** Made by the build itself. */
const MADE = /(^|\/)(dist|\.astro|node_modules)(\/|$)/;

/**
 * SHA-256 over everything that the build reads: the viewer's files, the rooms that it imports, and the exact versions of the tools.
 * @param root the viewer's folder, with a slash at its end.
 */
export async function hashInputs(root: string): Promise<string> {
  const hash = createHash("sha256");
  const files = [`${root}../package-lock.json`];
  for (const folder of [root, `${root}../record/`]) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = `${entry.parentPath.replace(/\/$/, "")}/${entry.name}`;
      if (entry.isFile() && !MADE.test(relative(folder, path))) files.push(path);
    }
  }
  for (const path of files.sort()) {
    const bytes = await readFile(path);
    hash.update(`${relative(root, path)}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}
