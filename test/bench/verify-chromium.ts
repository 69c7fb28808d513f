import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launchChromium } from "../browser/chromium.ts";
import { BenchError } from "./bench.ts";
import { memoryOf } from "./memory.ts";
import type { BenchPackage } from "./verify-package.ts";

/** What Chromium's verify page took for a package. */
export interface ChromiumRun {
  seconds: number;
  /** Peak of the page's process, in MB: the page itself and its workers. NaN where the system doesn't tell it. */
  rss: number;
  /** Milliseconds for which the page could not answer, at most. */
  longest: number;
}

/** Opens the package's own verify page from the disk, in a browser of its own, and gives it the ZIP. */
export async function verifyInChromium({ zip, folder }: BenchPackage): Promise<ChromiumRun> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      const kept = globalThis as unknown as { longest: number };
      kept.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) kept.longest = Math.max(kept.longest, duration);
      }).observe({ type: "longtask" } as never);
    });
    await page.goto(pathToFileURL(join(folder, "data", "verify.html")).href);
    const start = performance.now();
    await page.setInputFiles("#verify-zip", zip);
    await page.waitForSelector(".verdict", { timeout: 0 });
    const seconds = (performance.now() - start) / 1000;
    const verdict = await page.textContent(".verdict");
    if (!verdict?.startsWith("Verified")) throw new BenchError(`expected the page to verify the package, it says: ${verdict}`);
    const longest = await page.evaluate(() => (globalThis as unknown as { longest: number }).longest);
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const peaks = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => memoryOf(id, "VmHWM"));
    return { seconds, rss: Math.max(...peaks), longest };
  } finally {
    await browser.close();
  }
}
