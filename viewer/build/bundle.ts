import type { BuildOptions, Plugin } from "esbuild";

/** Leaves out zod's messages in forty languages, a third of the verifying program. The pages show none of its messages. */
const withoutLocales: Plugin = {
  name: "without-locales",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: "export {};" }));
  },
};

/** How the scripts of the pages are bundled: each into one classic script without imports, as pages opened from disk can load no other. */
export function bundleOptions(root: string, ...plugins: Plugin[]) {
  return {
    absWorkingDir: root,
    write: false,
    bundle: true,
    minify: true,
    charset: "ascii",
    format: "iife",
    platform: "browser",
    target: "es2022",
    plugins: [withoutLocales, ...plugins],
    legalComments: "none",
    logLevel: "error",
  } as const satisfies BuildOptions;
}
