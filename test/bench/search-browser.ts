import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../browser/chromium.ts";
import { median } from "./bench.ts";

/** What a reader of one package waits for, from file://. Times in milliseconds, memory in MB. */
export interface SearchTimes {
  /** From the first key on a page that was just opened, and on one that had the query before. */
  first: number[];
  warm: number[];
  /** Longest task of the main thread from opening the page on; 0 when none was longer than 50 ms. */
  longest: number;
  /** More than a page of the same package without search. */
  memory: number;
}

/** Types each query on a cold page and on one that had it before. @param address of the package's `data/` folder. */
export async function timeSearch(address: string, queries: readonly string[]): Promise<SearchTimes> {
  const first: number[] = [];
  const warm: number[] = [];
  let longest = 0;
  const browser = await launchChromium();
  try {
    // Pages are cold, each with a process of its own; that a browser still starts beside the first one is not theirs.
    await (await browser.newPage()).goto("about:blank");
    for (const query of queries) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await watchTasks(page);
      await page.goto(`${address}search.html`);
      first.push(await type(page, query));
      longest = Math.max(longest, await longestTask(page));
      await context.close();
    }
    const page = await browser.newPage();
    await page.goto(`${address}search.html`);
    for (const query of queries) await type(page, query);
    for (let round = 0; round < 3; round++) for (const query of queries) warm.push(await type(page, query));
  } finally {
    await browser.close();
  }
  const memory = (await memoryOf(`${address}search.html`, queries)) - (await memoryOf(`${address}help.html`, []));
  return { first, warm, longest, memory };
}

/** From the opening of a page that searches at once to its results, of which the last one is what the selector finds. */
export async function timeOpening(address: string, result: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const start = performance.now();
      await page.goto(address);
      await page.waitForSelector(result, { state: "attached", timeout: 120_000 });
      times.push(performance.now() - start);
    } finally {
      await browser.close();
    }
  }
  return median(times);
}

/** Puts the query in the field as a key does, and waits until its results are drawn. */
function type(page: Page, query: string): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const field = document.querySelector("#q");
    const status = document.querySelector("#status");
    const start = performance.now();
    const observer = new MutationObserver(() => {
      if (!/place|Nothing|Not among/.test(status.textContent)) return;
      observer.disconnect();
      resolve(performance.now() - start);
    });
    observer.observe(status, { childList: true, characterData: true, subtree: true });
    field.value = ${JSON.stringify(query)};
    field.dispatchEvent(new Event("input"));
  })`);
}

async function watchTasks(page: Page): Promise<void> {
  await page.addInitScript(`globalThis.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask", buffered: true });`);
}

function longestTask(page: Page): Promise<number> {
  return page.evaluate("Math.max(0, ...globalThis.tasks)");
}

/** Resident memory of the page's process after these queries, in a browser of its own. */
async function memoryOf(address: string, queries: readonly string[]): Promise<number> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(address);
    for (const query of queries) await type(page, query);
    const session = await page.context().newCDPSession(page);
    await session.send("HeapProfiler.collectGarbage");
    return await largestRenderer(browser);
  } finally {
    await browser.close();
  }
}

async function largestRenderer(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  let most = 0;
  for (const { type: kind, id } of processInfo) {
    if (kind !== "renderer") continue;
    const status = await readFile(`/proc/${id}/status`, "utf8");
    most = Math.max(most, Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
  }
  return most;
}
