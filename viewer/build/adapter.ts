import type { AstroIntegration } from "astro";

/**
 * Makes `astro build` emit one module without dependencies that runs in workerd and in Node, instead of a server.
 * @param serverEntrypoint absolute path of the module whose exports it shall have.
 */
export function rendererAdapter(serverEntrypoint: string): AstroIntegration {
  return {
    name: "caisey-renderer",
    hooks: {
      "astro:config:done": ({ setAdapter }) => {
        setAdapter({
          name: "caisey-renderer",
          serverEntrypoint,
          entrypointResolution: "auto",
          supportedAstroFeatures: { serverOutput: "stable", staticOutput: "stable" },
          adapterFeatures: { buildOutput: "server" },
        });
      },
      "astro:build:setup": ({ vite, target }) => {
        if (target !== "server") return;
        vite.ssr = { ...vite.ssr, noExternal: true, target: "webworker" };
      },
    },
  };
}
