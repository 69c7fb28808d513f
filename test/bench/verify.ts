import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";
import { BenchError, type BenchOptions, type BenchResult, median } from "./bench.ts";
import { type ChromiumRun, verifyInChromium } from "./verify-chromium.ts";
import { type BenchPackage, benchPackage } from "./verify-package.ts";

const run = promisify(execFile);

/** About a gigabyte, unzipped. */
const GIGABYTE = 410_000;

interface NodeRun {
  seconds: number;
  /** Peak of the whole process with its threads, in MB. */
  rss: number;
}

/**
 * Verification on all cores, in Node and on Chromium's verify page, against what anyone can do without it, `unzip -t` and `sha256sum -c`
 * of the unzipped files: on the same package, in turns.
 */
export async function bench({ entries = GIGABYTE, runs = 3 }: BenchOptions): Promise<BenchResult> {
  const made = await benchPackage(entries);
  const { stdout } = await run("du", ["-sb", made.folder]);
  const mb = Number(stdout.split("\t")[0]) / 1e6;
  const plain: number[] = [];
  const node: NodeRun[] = [];
  const chromium: ChromiumRun[] = [];
  for (let i = 0; i < runs; i++) {
    plain.push(await withoutUs(made));
    node.push(await inNode(made));
    chromium.push(await verifyInChromium(made));
  }
  const ratio = (of: readonly { seconds: number }[]) => median(of.map(({ seconds }, i) => seconds / (plain[i] as number)));
  return {
    metrics: {
      node_time_ratio_unzip_sha256sum: ratio(node),
      chromium_time_ratio_unzip_sha256sum: ratio(chromium),
      node_rss_mb_max: Math.max(...node.map(({ rss }) => rss)),
      chromium_rss_mb_max: Math.max(...chromium.map(({ rss }) => rss)),
      chromium_longest_task_ms: Math.max(...chromium.map(({ longest }) => longest)),
      unzip_sha256sum_s: median(plain),
      node_s: median(node.map(({ seconds }) => seconds)),
      chromium_s: median(chromium.map(({ seconds }) => seconds)),
      unzipped_mb: mb,
      zip_mb: (await stat(made.zip)).size / 1e6,
    },
    goals: {
      node_time_ratio_unzip_sha256sum: 3.0,
      chromium_time_ratio_unzip_sha256sum: 3.0,
      node_rss_mb_max: 400,
      chromium_rss_mb_max: 400,
    },
  };
}

async function withoutUs({ zip, folder }: BenchPackage): Promise<number> {
  const start = performance.now();
  await run("unzip", ["-tq", zip]);
  for (const manifest of ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
    await run("sha256sum", ["--quiet", "-c", manifest], { cwd: folder });
  return (performance.now() - start) / 1000;
}

/** The verify command, in a process of its own, from its start to its end. @throws BenchError unless it verifies. */
async function inNode({ zip }: BenchPackage): Promise<NodeRun> {
  const measured = new URL("./verify-run.ts", import.meta.url).pathname;
  const start = performance.now();
  const { stdout } = await run(process.execPath, [measured, zip], { maxBuffer: 1 << 28 });
  const seconds = (performance.now() - start) / 1000;
  const { verdict, rssMb } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as { verdict?: string; rssMb?: number };
  if (verdict !== "verified" || rssMb === undefined) throw new BenchError(`expected the package to verify, got ${verdict}`);
  return { seconds, rss: rssMb };
}
