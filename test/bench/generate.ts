import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundlePrograms } from "../../generator/build/bundle.ts";
import { type AstroSite, makeAstroSite } from "./astro-site.ts";
import { type BenchOptions, type BenchResult, median } from "./bench.ts";
import { writeCorpus } from "./corpus.ts";
import type { GenerateRun, GenerateWhat } from "./generate-run.ts";

/** Where memory is measured too, unless a size is asked for. */
const OTHER_SIZES = [10_000, 1_000_000];

/**
 * Making a whole package in Node, from records on the disk to a ZIP on the disk, against only deflating and hashing the same files on
 * one core; and against what one would do by hand, `astro build`, `zip -6` and `sha256sum`, for the session pages only. Then its
 * peak memory at a tenth and at ten times the size. Each run is a process of its own, so that its peak memory is its own, bundled as
 * `npm run package` is; the two kinds take turns.
 */
export async function bench({ entries: asked, runs = 5 }: BenchOptions): Promise<BenchResult> {
  const entries = asked ?? 100_000;
  const folder = await mkdtemp(join(tmpdir(), "caisey-bench-"));
  try {
    await bundlePrograms({ "generate-run": join(import.meta.dirname, "generate-run.ts") }, folder);
    const inProcess = async (what: GenerateWhat, corpus: string, zip: string): Promise<GenerateRun> => {
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "generate-run.mjs"), what, corpus, zip]);
      return JSON.parse(stdout);
    };
    const corpus = join(folder, "corpus");
    const zip = join(folder, "package.zip");
    await writeCorpus(corpus, entries);
    const made: GenerateRun[] = [];
    const floor: GenerateRun[] = [];
    const rendered: GenerateRun[] = [];
    const astro: AstroSite[] = [];
    // What is compared takes turns with nothing between: a build by Astro keeps every core busy for half a minute, and what comes next slow.
    for (let run = 0; run < runs; run++) {
      made.push(await inProcess("generate", corpus, zip));
      floor.push(await inProcess("floor", corpus, zip));
    }
    for (let run = 0; run < runs; run++) {
      rendered.push(await inProcess("render", corpus, zip));
      astro.push(await makeAstroSite(corpus));
    }
    const memory = new Map([[entries, Math.max(...made.map((run) => run.rss))]]);
    for (const size of asked === undefined ? OTHER_SIZES : []) {
      const other = join(folder, String(size));
      await writeCorpus(other, size);
      memory.set(size, (await inProcess("generate", other, zip)).rss);
      await rm(other, { recursive: true });
    }
    const peaks = [...memory.values()];
    const seconds = median(made.map((run) => run.seconds));
    const [{ bytes, packed }] = made as [GenerateRun];
    return {
      metrics: {
        time_ratio_deflate_hash: seconds / median(floor.map((run) => run.seconds)),
        cpu_ratio_deflate_hash: median(made.map((run) => run.cpu)) / median(floor.map((run) => run.cpu)),
        render_ratio_astro:
          median(rendered.map((run) => run.bytes / run.seconds)) / median(astro.map((site) => site.bytes / site.build)),
        time_ratio_astro_zip: seconds / median(astro.map((site) => site.build + site.pack)),
        render_mb_per_s: median(rendered.map((run) => run.bytes / 1e6 / run.seconds)),
        entries_per_s: entries / seconds,
        mb_per_s: bytes / 1e6 / seconds,
        ...Object.fromEntries([...memory].sort(([a], [b]) => a - b).map(([size, peak]) => [`rss_mb@${size}`, peak])),
        rss_mb_max: Math.max(...peaks),
        rss_ratio_sizes: Math.max(...peaks) / Math.min(...peaks),
        package_mb: bytes / 1e6,
        zip_mb: packed / 1e6,
      },
      goals: { time_ratio_deflate_hash: 2, time_ratio_astro_zip: 1, rss_mb_max: 300, rss_ratio_sizes: 1.3 },
      least: { render_ratio_astro: 5 },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
