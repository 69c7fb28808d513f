import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { type Bench, BenchError } from "./bench.ts";

const NAMES = ["generate", "generate-slices", "ingest", "scan", "search", "serve", "verify", "view"];

/** Runs one bench: `npm run bench -- <name> [--entries N] [--runs N] [--json]`, of `scan` also `--set FOLDER`. Status 1 when its goals don't hold, 2 when it can't run. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      entries: { type: "string" },
      runs: { type: "string" },
      set: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1 || !NAMES.includes(name)) {
    throw new BenchError(`expected one bench of: ${NAMES.join(", ")}`);
  }
  if (values.set !== undefined && name !== "scan") throw new BenchError("expected --set with the bench scan alone");
  const { bench } = (await import(`./${name}.ts`)) as { bench: Bench };
  const {
    metrics,
    goals,
    least = {},
  } = await bench({
    entries: whole(values.entries),
    runs: whole(values.runs),
    set: values.set,
  });
  const ok =
    Object.entries(goals).every(([metric, most]) => (metrics[metric] ?? Number.POSITIVE_INFINITY) <= most) &&
    Object.entries(least).every(([metric, min]) => (metrics[metric] ?? Number.NEGATIVE_INFINITY) >= min);
  for (const [metric, value] of Object.entries(metrics)) {
    const most = goals[metric] === undefined ? "" : `   at most ${goals[metric]}`;
    const goal = least[metric] === undefined ? most : `   at least ${least[metric]}`;
    console.log(`${metric.padEnd(28)} ${String(round(value)).padStart(12)}${goal}`);
  }
  if (values.json) {
    console.log(JSON.stringify({ bench: name, commit: commit(), metrics: bySize(metrics), ok }));
  }
  return ok ? 0 : 1;
}

function whole(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[1-9][0-9]{0,8}$/.test(value)) throw new BenchError(`expected a number from 1, got ${value}`);
  return Number(value);
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** Rounded, those of a size (`metric@size`) as a list by size. */
function bySize(metrics: Record<string, number>): Record<string, number | Record<string, number>> {
  const out: Record<string, number | Record<string, number>> = {};
  for (const [name, value] of Object.entries(metrics)) {
    const [metric, size] = name.split("@") as [string, string?];
    if (size === undefined) out[metric] = round(value);
    else out[metric] = { ...(out[metric] as Record<string, number> | undefined), [size]: round(value) };
  }
  return out;
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = 2;
}
