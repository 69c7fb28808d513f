// Writes the pages of the sample package to a folder, to look at them: node test/viewer/write-sample.ts <folder>
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Asset, hiddenLines, type Page, pagePath } from "../../viewer/page.ts";
import { assets, createSearchIndex, render } from "../../viewer/renderer.ts";
import { certificateOf, samplePackage } from "./sample.ts";

/** Renders every page of the sample package, search files and assets included, below a folder. */
export async function writeSample(folder: string): Promise<void> {
  const sample = samplePackage();
  const { handoff, counts, entries } = sample;
  const write = async ({ path, bytes }: Asset) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  };
  const page = async (of: Page) => write({ path: pagePath(of), bytes: Buffer.from(await render(of)) });
  const search = createSearchIndex(handoff);
  const hidden = [];
  for (const session of handoff.sessions) {
    const own = entries.get(session.session) ?? [];
    await page({ page: "session", handoff, session, entries: own, witnessed: session.mode === "imported" ? null : session.closed });
    for (const file of search.addSession(session, own)) await write(file);
    hidden.push(...own.flatMap((entry) => hiddenLines(session.session, entry)));
  }
  await page({ page: "overview", handoff, counts });
  await page({ page: "redactions", handoff, hidden });
  for (const name of ["start", "search", "verify", "help"] as const) await page({ page: name, handoff });
  await page(certificateOf(sample));
  for (const file of [...assets, ...search.finish()]) await write(file);
}

const folder = process.argv[2];
if (import.meta.main && folder !== undefined) await writeSample(folder);
