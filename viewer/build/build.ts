// npm run build:viewer: compiles the pages, styles and scripts of the package into viewer/dist/renderer.mjs, one module without
// dependencies that runs in workerd and in Node. Does nothing when nothing that goes into it has changed; `--force` does it anyway.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { buildAssets } from "./assets.ts";
import { hashInputs } from "./inputs.ts";
import { compilePages } from "./pages.ts";
import { writeRenderer } from "./renderer.ts";
import { writeVerifier } from "./verifier.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const stamp = `${root}dist/inputs.sha256`;

const inputs = await hashInputs(root);
const before = await readFile(stamp, "utf8").catch(() => "");
if (before === inputs && !process.argv.includes("--force")) {
  console.log("viewer: up to date");
} else {
  const started = performance.now();
  await mkdir(`${root}dist`, { recursive: true });
  const hash = await writeRenderer(root, await compilePages(root), await buildAssets(root));
  await writeVerifier(root);
  await writeFile(stamp, inputs);
  console.log(`viewer: built in ${((performance.now() - started) / 1000).toFixed(1)} s, ${hash}`);
}
