import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { ROOT } from "./bundle.ts";
import { TEMPORARY } from "./data-folder.ts";
import { LocalError } from "./error.ts";

/** What the Worker is called within the engine. */
const NAME = "caisey-handoff";

/** The Worker, running on this computer. */
export interface Engine {
  /** `http://127.0.0.1:8787` */
  origin: string;
  stop(): Promise<void>;
}

/**
 * Runs a bundled Worker on the embedded engine, with the objects and buckets that wrangler.toml gives it.
 * @param options.bindings variables and secrets of the deployment, in place of those in wrangler.toml.
 * @param options.data folder of its databases and packages.
 * @throws LocalError `port/in-use`.
 */
export async function startEngine(options: {
  main: string;
  port: number;
  data: string;
  bindings: Record<string, string>;
  /** A second Worker in the same engine with the same bucket and Handoff objects, reached by its host name. */
  beside?: { host: string; script: string };
}): Promise<Engine> {
  const { modulesRules: _, ...worker } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml")).workerOptions;
  const besides = (options.beside === undefined ? [] : [options.beside]).map(({ host, script }) => ({
    ...worker,
    ...{ name: host, routes: [`${host}/*`], modules: true, script },
    durableObjects: { HANDOFF: { className: "Handoff", scriptName: NAME } },
  }));
  const log = join(options.data, "worker.log");
  const temporary = join(options.data, TEMPORARY);
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const miniflare = leavingSignals(() =>
    withTemporaryFolder(
      temporary,
      () =>
        new Miniflare(
          convertV4MiniflareOptions({
            workers: [
              {
                ...worker,
                name: NAME,
                modulesRoot: dirname(options.main),
                modules: [{ type: "ESModule", path: options.main }],
                bindings: { ...(worker.bindings as Record<string, string> | undefined), ...options.bindings },
              },
              ...besides,
            ],
            host: "127.0.0.1",
            port: options.port,
            resourcePersistencePath: options.data,
            // Without it the engine asks the network where this computer is.
            cf: false,
            logRequests: false,
            log: new Log(LogLevel.ERROR),
            handleStructuredLogs: ({ timestamp, level, message }) =>
              appendFileSync(log, `${new Date(timestamp).toISOString()} ${level} ${message}\n`),
          }),
        ),
    ),
  );
  const stop = async (): Promise<void> => {
    await miniflare.dispose();
    rmSync(temporary, { recursive: true, force: true });
  };
  try {
    await miniflare.ready;
  } catch (cause) {
    await stop().catch(() => {});
    if (cause instanceof Error && /address already in use/i.test(cause.message)) throw portInUse(options.port, cause);
    throw cause;
  }
  return { origin: originOf(options.port), stop };
}

/** Miniflare has no setting for its temporary folder, and leaves something behind in the system's. */
function withTemporaryFolder<T>(folder: string, make: () => T): T {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    return make();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

/**
 * Miniflare ends the process at once on Ctrl-C. Where the program has a way to stop of its own, it is left to that: databases are
 * closed, agents say goodbye. When the process ends, the engine is still taken down with it.
 */
function leavingSignals<T>(make: () => T): T {
  const signals = ["SIGINT", "SIGTERM"] as const;
  const own = signals.map((signal) => process.listeners(signal));
  const made = make();
  for (const [i, signal] of signals.entries()) {
    if (own[i]?.length === 0) continue;
    for (const listener of process.listeners(signal)) if (!own[i]?.includes(listener)) process.off(signal, listener);
  }
  return made;
}

export function originOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/**
 * A port of this computer that nobody listens on: the wanted one, or any free one when that is 0.
 * @throws LocalError `port/in-use`.
 */
export async function claimPort(wanted: number): Promise<number> {
  const server = createServer();
  try {
    return await new Promise<number>((resolve, reject) => {
      server.once("error", reject);
      server.listen(wanted, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : wanted);
      });
    });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "EADDRINUSE" || cause.code === "EACCES"))
      throw portInUse(wanted, cause);
    throw cause;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function portInUse(port: number, cause: unknown): LocalError {
  return new LocalError("port/in-use", `Port ${port} is in use by another program. Choose another one: npm start -- --port N`, {
    cause,
  });
}
