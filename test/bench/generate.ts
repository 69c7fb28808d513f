import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BenchOptions, type BenchResult, median } from "./bench.ts";
import { writeCorpus } from "./corpus.ts";
import type { GenerateRun } from "./generate-run.ts";

/**
 * Making a whole package in Node, from records on the disk to a ZIP on the disk, against only deflating and hashing the same files on
 * one core. Each run is a process of its own, so that its peak memory is its own; the two kinds take turns.
 */
export async function bench({ entries = 10_000, runs = 3 }: BenchOptions): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "caisey-bench-"));
  try {
    const corpus = join(folder, "corpus");
    const zip = join(folder, "package.zip");
    await writeCorpus(corpus, entries);
    const made: GenerateRun[] = [];
    const floor: GenerateRun[] = [];
    for (let run = 0; run < runs; run++) {
      made.push(await inProcess("generate", corpus, zip));
      floor.push(await inProcess("floor", corpus, zip));
    }
    const seconds = median(made.map((run) => run.seconds));
    const [{ bytes, packed }] = made as [GenerateRun];
    return {
      metrics: {
        time_ratio_deflate_hash: seconds / median(floor.map((run) => run.seconds)),
        cpu_ratio_deflate_hash: median(made.map((run) => run.cpu)) / median(floor.map((run) => run.cpu)),
        entries_per_s: entries / seconds,
        mb_per_s: bytes / 1e6 / seconds,
        rss_mb_max: Math.max(...made.map((run) => run.rss)),
        package_mb: bytes / 1e6,
        zip_mb: packed / 1e6,
      },
      goals: { time_ratio_deflate_hash: 2 },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function inProcess(what: "generate" | "floor", corpus: string, zip: string): Promise<GenerateRun> {
  const script = join(import.meta.dirname, "generate-run.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, what, corpus, zip]);
  return JSON.parse(stdout);
}
