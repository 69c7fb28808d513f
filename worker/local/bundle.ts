import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { LocalError } from "./error.ts";

const run = promisify(execFile);
/** The project's folder. */
export const ROOT = resolve(import.meta.dirname, "../..");

/**
 * Compiles the package's pages and the console's client modules, where they have changed.
 * @throws LocalError `worker/build-failed`.
 */
export async function buildPages(): Promise<void> {
  await command("the package's pages", process.execPath, [join(ROOT, "viewer/build/build.ts")]);
  await command("the console", process.execPath, [join(ROOT, "worker/console/build/build.ts")]);
}

/**
 * Bundles the Worker as a deployment would. Its pages must have been built.
 * @param folder where the bundle goes.
 * @returns the path of its main module.
 * @throws LocalError `worker/build-failed`.
 */
export async function bundleWorker(folder: string): Promise<string> {
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  await command("the Worker", process.execPath, [wrangler, "deploy", "--dry-run", "--outdir", folder], {
    WRANGLER_SEND_METRICS: "false",
    // Whoever calls this has: see wrangler.toml.
    CAISEY_BUILT: "1",
    // With its banner it would ask the network for a newer version of itself.
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_LOG_PATH: join(folder, "logs"),
    CI: "1",
  });
  return join(folder, "main.js");
}

async function command(what: string, program: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  try {
    await run(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...env, ASTRO_TELEMETRY_DISABLED: "1", NO_COLOR: "1" },
      maxBuffer: 1 << 26,
    });
  } catch (cause) {
    const said =
      cause instanceof Error && "stderr" in cause
        ? `${String("stdout" in cause ? cause.stdout : "")}${String(cause.stderr)}`
        : String(cause);
    throw new LocalError("worker/build-failed", `Could not build ${what}:\n${said.trim()}`, { cause });
  }
}
