// npm run build:console: compiles the console's client modules and packs them with its styles into one module that the Worker
// imports, worker/console/dist/assets.mjs. Their addresses hold their hashes, so that browsers may keep them for ever.
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const home = resolve(import.meta.dirname, "..");
const client = join(home, "client");

/** @param format `iife` for pages in an opaque origin, which load no modules. */
async function bundle(name: string, format: "esm" | "iife" = "esm"): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(client, name)],
    bundle: true,
    minify: true,
    write: false,
    format,
    target: "es2022",
    loader: { ".svg": "text" },
  });
  return outputFiles[0]?.text ?? "";
}

const files: Record<string, { type: string; text: string }> = {
  "live.js": { type: "text/javascript; charset=utf-8", text: await bundle("live.ts") },
  "find.js": { type: "text/javascript; charset=utf-8", text: await bundle("find.ts") },
  "select.js": { type: "text/javascript; charset=utf-8", text: await bundle("select.ts") },
  "scan.js": { type: "text/javascript; charset=utf-8", text: await bundle("scan.ts") },
  "review.js": { type: "text/javascript; charset=utf-8", text: await bundle("review.ts") },
  "clerk.js": { type: "text/javascript; charset=utf-8", text: await bundle("clerk.ts") },
  "erase.js": { type: "text/javascript; charset=utf-8", text: await bundle("erase.ts") },
  "busy.js": { type: "text/javascript; charset=utf-8", text: await bundle("busy.ts") },
  "copy.js": { type: "text/javascript; charset=utf-8", text: await bundle("copy.ts") },
  "email.js": { type: "text/javascript; charset=utf-8", text: await bundle("email.ts") },
  "framed.js": { type: "text/javascript; charset=utf-8", text: await bundle("framed.ts", "iife") },
  "framed.css": { type: "text/css; charset=utf-8", text: await bundle("framed.css") },
  "console.css": { type: "text/css; charset=utf-8", text: await bundle("console.css") },
  "icon.svg": { type: "image/svg+xml", text: await readFile(join(client, "icon.svg"), "utf8") },
};

const packed = Object.entries(files).map(([name, { type, text }]) => ({
  name,
  type,
  text,
  hash: createHash("sha256").update(text).digest("hex").slice(0, 16),
}));
await mkdir(join(home, "dist"), { recursive: true });
// Moved into place whole: a Worker may be bundled meanwhile.
const target = join(home, "dist", "assets.mjs");
await writeFile(`${target}.new`, `export const assets = ${JSON.stringify(packed, null, 1)};\n`);
await rename(`${target}.new`, target);
console.log(`console: built ${packed.length} files`);
