import { readFile } from "node:fs/promises";
import { build, type Plugin } from "esbuild";
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

/** `{ z }` is all of zod, of which half is never used here. As a namespace, only what is used is taken along. */
const zodByName: Plugin = {
  name: "zod-by-name",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]record[\\/][a-z-]+\.ts$/ }, async ({ path }) => {
      const contents = await readFile(path, "utf8");
      return { contents: contents.replace('import { z } from "zod";', 'import * as z from "zod";'), loader: "ts" };
    });
  },
};

/** The programs of the verify page as classic scripts. */
export async function buildPrograms(root: string): Promise<Asset[]> {
  return Promise.all(
    PROGRAMS.map(async ({ script, entry, name }) => {
      const { outputFiles } = await build({
        ...bundleOptions(root, zodByName),
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
