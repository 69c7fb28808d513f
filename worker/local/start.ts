#!/usr/bin/env node
import { AgentError } from "../../agent/error.ts";
import { FixtureError } from "../../fixtures/error.ts";
import { RefusedError } from "../openapi/client.ts";
import { HELP, parseLocalArguments } from "./arguments.ts";
import { LocalError } from "./error.ts";
import { runLocally } from "./run.ts";

/** Runs `npm start`. @returns the exit status. */
async function main(args: string[]): Promise<number> {
  const options = parseLocalArguments(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const started = performance.now();
  const say = (done: string): void => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${seconds.padStart(6)} s  ${done}\n`);
  };
  const interrupted = interruption();
  const failed = accident();
  await using stack = new AsyncDisposableStack();
  const run = runLocally(options, say, stack);
  // What is left of a run that was interrupted fails when it is stopped under its feet; nobody waits for it any more.
  run.catch(() => {});
  failed.catch(() => {});
  const running = await Promise.race([run, interrupted, failed]);
  if (running === undefined) return 0;
  const { path, url, report } = running;
  for (const finding of report.findings) {
    if (finding.status === "failed") say(`FAILED ${finding.code} ${finding.subject}: ${finding.detail}`);
  }
  process.stdout.write(`\nPackage: ${path}\nLink: ${url}\nConsole: ${running.console}\nVerdict: ${report.verdict}\n`);
  if (!options.once) {
    process.stdout.write("\nEverything stays up until Ctrl-C.\n");
    await Promise.race([interrupted, failed]);
  }
  return report.verdict === "verified" ? 0 : 1;
}

/** Resolves when somebody asks this program to stop; whoever asks again doesn't want to wait. */
function interruption(): Promise<undefined> {
  return new Promise((resolve) => {
    let asked = 0;
    // Listened to until the end: libraries that see no other listener end the process themselves.
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.on(signal, () => (asked++ === 0 ? resolve(undefined) : process.exit(130)));
  });
}

/** Rejects with what is thrown where nobody waits for it, such as in a socket's handler: that ends the run as well. */
function accident(): Promise<never> {
  return new Promise((_, reject) => {
    process.on("uncaughtException", reject);
  });
}

/** What to tell the person at the terminal. Errors of ours say what was expected and what came; others keep their stack. */
function explain(error: unknown): string {
  if (error instanceof LocalError || error instanceof RefusedError) return error.message;
  if (error instanceof AgentError || error instanceof FixtureError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`\nCaisey Handoff did not start. ${explain(error)}\n`);
  process.exitCode = 1;
}
// Nothing is left to be done; a socket that lingers must not keep the program up.
process.exit();
