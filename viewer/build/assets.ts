import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import type { Asset } from "../page.ts";
import { bundleOptions } from "./bundle.ts";
import { buildPrograms } from "./programs.ts";

/** Scripts of the pages, each a classic one without imports: pages opened from disk can load no other. */
const SCRIPTS = ["site", "search", "verify"];
/** Runs in a worker, out of a string in search.js; see client/engine.ts. */
const ENGINE = "engine";

/** Stylesheet and scripts of the package, in order of their paths. */
export async function buildAssets(root: string): Promise<Asset[]> {
  const options = { ...bundleOptions(root), entryNames: "[name]", outdir: "data/assets" } as const;
  const engine = await build({ ...options, entryPoints: [`client/${ENGINE}.ts`] });
  const source = engine.outputFiles[0]?.text ?? "";
  const made = await build({
    ...options,
    entryPoints: [...SCRIPTS.map((name) => `client/${name}.ts`), "style/site.css"],
    define: { ENGINE_SOURCE: JSON.stringify(source) },
  });
  const icon = { path: "data/assets/icon.svg", bytes: new Uint8Array(await readFile(`${root}style/icon.svg`)) };
  const files = [...made.outputFiles, ...engine.outputFiles].map(({ path, contents }) => ({
    path: path.slice(root.length).replaceAll("\\", "/"),
    bytes: contents,
  }));
  return [...files, ...(await buildPrograms(root)), icon].sort((a, b) => (a.path < b.path ? -1 : 1));
}
