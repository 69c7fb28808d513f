import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { transform } from "esbuild";
import type { Asset } from "../page.ts";
import { asciiJson } from "../search/files.ts";

/**
 * Writes dist/renderer.mjs: the compiled pages, the assets, and the hash over both. All in ASCII, since with one character beyond Latin-1 an engine
 * holds the whole module in two bytes a character: megabytes in each thread. (What stands in a page as it is can't be escaped here.)
 * @returns the hash, 64 hexadecimal digits.
 */
export async function writeRenderer(root: string, pages: string, assets: readonly Asset[]): Promise<string> {
  const { code } = await transform(pages, {
    format: "esm",
    target: "es2024",
    minifySyntax: true,
    minifyWhitespace: true,
    charset: "ascii",
  });
  const hash = createHash("sha256").update(`${code.length}\n${code}`);
  for (const { path, bytes } of assets) hash.update(`${path}\n${bytes.length}\n`).update(bytes);
  const viewerHash = hash.digest("hex");
  const texts = assets.map(({ path, bytes }) => [path, Buffer.from(bytes).toString("utf8")]);
  // Names that the compiled code can't have.
  await writeFile(
    `${root}dist/renderer.mjs`,
    `${code}
const caisey$encoded = (texts) => texts.map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
// Without use a bundle leaves it out: a thread that renders sessions has none for it.
const caisey$assets = /* @__PURE__ */ caisey$encoded(${asciiJson(texts)});
const caisey$viewerHash = ${JSON.stringify(viewerHash)};
export { caisey$assets as assets, caisey$viewerHash as viewerHash };
`,
  );
  return viewerHash;
}
