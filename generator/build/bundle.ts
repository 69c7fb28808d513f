import { resolve } from "node:path";
import { build } from "esbuild";

/** Beside each program, where node-crew.ts looks for it. */
const THREADS = { "node-crew-worker": resolve(import.meta.dirname, "../node-crew-worker.ts") };

/**
 * Makes programs of TypeScript into a file each, `NAME.mjs` with all that it needs, and puts the threads that make sessions beside them. Node would otherwise have its compiler for types in
 * every thread, and each library as a whole: together some 40 MB, and the time to load them.
 * @param programs by name the path of the file that each is made of.
 */
export async function bundlePrograms(programs: Readonly<Record<string, string>>, folder: string): Promise<void> {
  await build({
    entryPoints: Object.entries({ ...programs, ...THREADS }).map(([name, path]) => ({ in: path, out: name })),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "esm",
    legalComments: "none",
    logLevel: "error",
  });
}
