import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleWorker, ROOT } from "../../worker/local/bundle.ts";

const run = promisify(execFile);
/** Cloudflare takes 10 MB of a paid account; what starts quickly is smaller. */
const MOST_BYTES = 3_000_000;
/** Milliseconds of CPU; Cloudflare refuses a Worker at 1,000. */
const MOST_START = 400;
/** What startup-run.ts's yardstick takes on a machine for which that holds. A slower one, or a busy one, takes longer for both. */
const YARDSTICK = 160;
/** It is enough that the Worker can be quick. */
const TRIES = 12;

let folder: string;
let main: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "caisey-deploy-"));
  main = await bundleWorker(folder);
  // Else Node would compile it once more to find out that it is a module, which is no part of the Worker's start.
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("what is deployed is small enough", () => {
  expect(gzipSync(readFileSync(main)).length).toBeLessThan(MOST_BYTES);
});

test("it starts quickly", { timeout: 120_000 }, async () => {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES && best >= MOST_START; i++) {
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, "startup-run.ts"), main]);
    const [taken = Number.NaN, yardstick = Number.NaN] = stdout.split(" ").map(Number);
    best = Math.min(best, taken / Math.max(1, yardstick / YARDSTICK));
  }
  expect(best).toBeGreaterThan(10);
  expect(best).toBeLessThan(MOST_START);
});

test("a deployment builds the pages and the console before it bundles", () => {
  const toml = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
  const scripts = (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> }).scripts;
  expect(/^\[build\]\ncommand = "(.*)"$/m.exec(toml)?.[1]).toContain("npm run --silent build");
  expect(scripts.deploy).toBe("wrangler deploy");
  for (const part of ["build:viewer", "build:console"]) expect(scripts.build).toContain(part);
});
