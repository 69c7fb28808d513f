import { readFile, rm } from "node:fs/promises";
import { build } from "astro";
import { rendererAdapter } from "./adapter.ts";

/** Variables that the tools need to find themselves. Astro may write any other one into what it compiles. */
const ENVIRONMENT = new Set(["PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT"]);

/** Compiles pages and module.ts with Astro; gives the code of one module, without the paths of this machine. */
export async function compilePages(root: string): Promise<string> {
  for (const name of Object.keys(process.env)) if (!ENVIRONMENT.has(name)) delete process.env[name];
  process.env.ASTRO_TELEMETRY_DISABLED = "1";
  // Astro makes up a key for every build, for a feature that these pages don't use. A constant one keeps builds equal.
  process.env.ASTRO_KEY = Buffer.alloc(32).toString("base64");
  const out = `${root}dist/astro/`;
  await build({
    root,
    srcDir: root,
    outDir: out,
    cacheDir: `${root}dist/cache/`,
    configFile: false,
    logLevel: "silent",
    output: "server",
    compressHTML: true,
    adapter: rendererAdapter(`${root}module.ts`),
    build: { inlineStylesheets: "never" },
    image: {
      endpoint: { route: "/_image", entrypoint: `${root}build/no-images.ts` },
      service: { entrypoint: "astro/assets/services/noop" },
    },
    vite: { cacheDir: `${root}dist/cache/vite`, logLevel: "error" },
  });
  const code = await readFile(`${out}server/entry.mjs`, "utf8");
  await rm(out, { recursive: true });
  const plain = code.replaceAll(root, "/viewer/");
  const repository = new URL("../../", import.meta.url).pathname;
  if (plain.includes(repository)) throw new Error("expected the compiled pages to hold no path of this machine");
  return plain;
}
