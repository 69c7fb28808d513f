import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** `npm start`, running. */
export interface LocalRun {
  /** All that it printed so far. */
  output: () => string;
  /** What stands behind `Package: ` and so on, once it is printed. */
  line: (name: "Package" | "Link" | "Console" | "Verdict") => string;
  /** Resolves when it has printed its last line; rejects when it ends before. */
  ready: Promise<void>;
  /** Exit status, when it has ended. */
  ended: Promise<number | null>;
  /** As Ctrl-C does. */
  interrupt: () => void;
}

/** Starts it with these arguments, as `npm start -- …` would. */
export function startLocalRun(...args: string[]): LocalRun {
  const child = spawn(process.execPath, [join(ROOT, "worker/local/start.ts"), ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let output = "";
  const ended = exitOf(child);
  const ready = new Promise<void>((resolveReady, reject) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (/^Verdict: /m.test(output)) resolveReady();
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    void ended.then((status) => reject(new Error(`expected a verdict, it ended with status ${status}:\n${output}`)));
  });
  ready.catch(() => {});
  return {
    output: () => output,
    line: (name) => {
      const found = new RegExp(`^${name}: (.+)$`, "m").exec(output)?.[1];
      if (found === undefined) throw new Error(`expected a line ${name}: in\n${output}`);
      return found;
    },
    ready,
    ended,
    interrupt: () => child.kill("SIGINT"),
  };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [status] = (await once(child, "close")) as [number | null];
  return status;
}
