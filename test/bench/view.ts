import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writePackage } from "../../generator/node.ts";
import * as viewer from "../../viewer/renderer.ts";
import { launchChromium } from "../browser/chromium.ts";
import { LINES, longSession, timeView } from "../browser/long-session.ts";
import { makeSample } from "../generator/sample-source.ts";
import { type BenchOptions, type BenchResult, median } from "./bench.ts";

/** The pages of a session of 50,000 lines from file:// in Chromium: its first, one in the middle, its last; `--runs N` for more rounds. */
export async function bench({ runs = 3 }: BenchOptions): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "caisey-bench-"));
  const browser = await launchChromium();
  try {
    const { source, signer } = await makeSample([longSession]);
    const root = join(folder, "package");
    await writePackage(source, signer, root, { viewer });
    const name = source.handoff.sessions[0]?.session ?? "";
    const address = (part: string) => `${pathToFileURL(root).href}/data/sessions/${name}${part}.html`;
    const shown: number[] = [];
    let longest = 0;
    for (let round = 0; round < runs; round++) {
      for (const part of ["", "-17", "-34"]) {
        const page = await (await browser.newContext()).newPage();
        const times = await timeView(page, address(part));
        shown.push(times.shown);
        longest = Math.max(longest, times.longest);
        await page.context().close();
      }
    }
    return {
      metrics: { lines: LINES, shown_ms_p50: median(shown), shown_ms_max: Math.max(...shown), longest_task_ms: longest },
      goals: { shown_ms_max: 1_000, longest_task_ms: 200 },
    };
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}
