import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { getAsset, isSea } from "node:sea";

/**
 * Bytes of a file that belongs to the program: beside the source, or out of a package, or, in the single executable, packed into it.
 * @param place path from this folder, or `package:file` for a file of an installed package.
 */
export function bundledFile(place: string): Buffer {
  if (isSea()) return Buffer.from(getAsset(place));
  const [file, ofPackage] = place.split(":", 2) as [string, string | undefined];
  if (ofPackage !== undefined) return readFileSync(createRequire(import.meta.url).resolve(`${file}/${ofPackage}`));
  return readFileSync(new URL(place, import.meta.url));
}

/** All of them; the single executable is built with these. */
export const BUNDLED_FILES = [
  "../package.json",
  "page/index.html",
  "page/page.css",
  "page/page.js",
  "web-tree-sitter:web-tree-sitter.wasm",
  "tree-sitter-bash:tree-sitter-bash.wasm",
  "tree-sitter-powershell:tree-sitter-powershell.wasm",
] as const;

/** Version of the product. */
export function version(): string {
  return (JSON.parse(bundledFile("../package.json").toString()) as { version: string }).version;
}

/** How this program is called on the command line. */
export function programName(): string {
  return isSea() ? basename(process.execPath) : "npm run agent --";
}
