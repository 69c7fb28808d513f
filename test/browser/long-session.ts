import type { Page } from "playwright-core";
import { SESSION_FORMAT } from "../../record/entry.ts";
import type { SampleSession } from "../generator/sample-source.ts";

export const LINES = 50_000;

/** One command that prints as much as a person ever waits for. */
export const longSession: SampleSession = {
  title: "A long log",
  endpoint: 1,
  entries: [
    {
      fields: { kind: "opened", format: SESSION_FORMAT, mode: "live" },
      text: { subject: "A long log", organization: "Northwind IT", client: "Acme Accounting", endpoint: "ACME-WS001" },
    },
    { fields: { kind: "joined", participant: "p0", role: "technician" }, text: { name: "Dana Reyes" } },
    { fields: { kind: "command", by: "p0", shell: "bash", consent: "read-only" }, text: { command: "journalctl --no-pager" } },
    {
      fields: { kind: "output", command: 2, stream: "stdout", newline: true },
      text: {
        output: Array.from(
          { length: LINES },
          (_, i) =>
            `Nov 20 10:${i % 60} srv systemd[1]: \u001b[3${i % 8}mline ${i + 1}\u001b[0m of a log that goes on for long enough`,
        ).join("\n"),
      },
    },
    { fields: { kind: "chat", by: "p0" }, text: { message: "That was all." } },
    { fields: { kind: "closed", by: "p0", outcome: "informational" }, text: { summary: "Looked." } },
  ],
};

/** What a reader of a long page waits for, in milliseconds. */
export interface ViewTimes {
  /** From the navigation to the second frame: what is in view is painted by then. */
  shown: number;
  /** The longest task while everything is unfolded and scrolled through; 0 when none was longer than 50 ms. */
  longest: number;
}

/** Opens a page, unfolds all of it, and scrolls through it with the wheel to its end. */
export async function timeView(page: Page, address: string): Promise<ViewTimes> {
  await page.addInitScript(`globalThis.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask", buffered: true });`);
  await page.goto(address);
  const shown = await page.evaluate<number>(
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))",
  );
  for (const fold of await page.locator("details:not([open]) > summary").all()) await fold.click();
  await page.mouse.move(600, 400);
  for (;;) {
    const before = await page.evaluate<number>("scrollY");
    await page.mouse.wheel(0, 2_500);
    // A wheel's scrolling goes on for some frames.
    const after = await page.evaluate<number>(`new Promise((done) => {
      const isEnd = () => scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
      const look = () => (scrollY > ${before} || isEnd() ? done(scrollY) : requestAnimationFrame(look));
      look();
    })`);
    if (after === before) break;
  }
  return { shown, longest: await page.evaluate<number>("Math.max(0, ...tasks)") };
}
