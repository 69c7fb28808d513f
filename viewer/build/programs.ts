import { build } from "esbuild";
import type { Asset } from "../page.ts";
import { bundleOptions } from "./bundle.ts";

/**
 * Programs that run in workers. A page on a disk can start a worker only from text that it has itself, and can read no file: so each
 * program is a script that leaves a function on the page, which is called there only where workers can't be had.
 */
const PROGRAMS = [
  { script: "verify-program", entry: "program", name: "caiseyVerify" },
  { script: "verify-stamps", entry: "stamp-program", name: "caiseyStamps" },
];

/** The programs of the verify page as classic scripts. */
export async function buildPrograms(root: string): Promise<Asset[]> {
  return Promise.all(
    PROGRAMS.map(async ({ script, entry, name }) => {
      const { outputFiles } = await build({
        ...bundleOptions(root),
        entryPoints: [`client/verify/${entry}.ts`],
        banner: { js: `globalThis.${name}=function(programPort){"use strict";` },
        footer: { js: "};" },
      });
      const [file] = outputFiles;
      if (file === undefined) throw new Error(`expected the program ${entry}`);
      return { path: `data/assets/${script}.js`, bytes: file.contents };
    }),
  );
}
