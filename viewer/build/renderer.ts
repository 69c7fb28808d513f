import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { transform } from "esbuild";
import type { Asset } from "../page.ts";

/**
 * Writes dist/renderer.mjs: the compiled pages, the assets, and the hash over both.
 * @returns the hash, 64 hexadecimal digits.
 */
export async function writeRenderer(root: string, pages: string, assets: readonly Asset[]): Promise<string> {
  const { code } = await transform(pages, {
    format: "esm",
    target: "es2024",
    minifySyntax: true,
    minifyWhitespace: true,
    charset: "utf8",
  });
  const hash = createHash("sha256").update(`${code.length}\n${code}`);
  for (const { path, bytes } of assets) hash.update(`${path}\n${bytes.length}\n`).update(bytes);
  const viewerHash = hash.digest("hex");
  const texts = assets.map(({ path, bytes }) => [path, Buffer.from(bytes).toString("utf8")]);
  // Names that the compiled code can't have.
  await writeFile(
    `${root}dist/renderer.mjs`,
    `${code}
const caisey$assets = ${JSON.stringify(texts)}.map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
const caisey$viewerHash = ${JSON.stringify(viewerHash)};
export { caisey$assets as assets, caisey$viewerHash as viewerHash };
`,
  );
  return viewerHash;
}
