import type { BuildOptions } from "esbuild";

/** How the scripts of the pages are bundled: each into one classic script without imports, as pages opened from disk can load no other. */
export function bundleOptions(root: string) {
  return {
    absWorkingDir: root,
    write: false,
    bundle: true,
    minify: true,
    charset: "ascii",
    format: "iife",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    logLevel: "error",
  } as const satisfies BuildOptions;
}
