import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { writePackage } from "../../generator/node.ts";
import * as viewer from "../../viewer/renderer.ts";
import { BenchError, type BenchOptions, type BenchResult, median } from "./bench.ts";
import { openCorpus, writeCorpus } from "./corpus.ts";

const run = promisify(execFile);

/**
 * The verify command on all cores against what anyone can do without it, `unzip -t` and `sha256sum -c` of the unzipped files, on the
 * same package in turns. 430,000 entries are about 1 GB unzipped.
 */
export async function bench({ entries = 40_000, runs = 3 }: BenchOptions): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "caisey-bench-"));
  try {
    const corpus = join(folder, "corpus");
    const zip = join(folder, "package.zip");
    const unzipped = join(folder, "unzipped");
    await writeCorpus(corpus, entries);
    const { source, signer } = await openCorpus(corpus);
    await writePackage(source, signer, zip, { viewer });
    await run("unzip", ["-q", zip, "-d", unzipped]);
    const { stdout } = await run("du", ["-sb", unzipped]);
    const mb = Number(stdout.split("\t")[0]) / 1e6;

    const ratios: number[] = [];
    const speeds: number[] = [];
    const peaks: number[] = [];
    for (let i = 0; i < runs; i++) {
      const plain = await seconds(async () => {
        await run("unzip", ["-tq", zip]);
        for (const manifest of ["manifest-sha256.txt", "tagmanifest-sha256.txt"]) {
          await run("sha256sum", ["--quiet", "-c", manifest], { cwd: unzipped });
        }
      });
      let peak = 0;
      const own = await seconds(async () => {
        peak = await verifyCommand(zip);
      });
      ratios.push(own / plain);
      speeds.push(mb / own);
      peaks.push(peak);
    }
    return {
      metrics: {
        time_ratio_unzip_sha256sum: median(ratios),
        mb_per_s: median(speeds),
        rss_mb_max: Math.max(...peaks),
        unzipped_mb: mb,
        zip_mb: (await stat(zip)).size / 1e6,
      },
      goals: { time_ratio_unzip_sha256sum: 3.0, rss_mb_max: 400 },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Peak memory of the whole command in MB. @throws BenchError unless it verifies. */
async function verifyCommand(zip: string): Promise<number> {
  const measured = new URL("./verify-run.ts", import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [measured, zip], { maxBuffer: 1 << 28 });
  const { verdict, rssMb } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as { verdict?: string; rssMb?: number };
  if (verdict !== "verified" || rssMb === undefined) throw new BenchError(`expected the package to verify, got ${verdict}`);
  return rssMb;
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
