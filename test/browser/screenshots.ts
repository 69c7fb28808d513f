// npm run screenshots [-- <folder>]: every page of the sample client's package, light and dark, wide and narrow, to look at.
import { readdir, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { writePackage } from "../../generator/node.ts";
import * as viewer from "../../viewer/renderer.ts";
import { storyPackage } from "../viewer/story-package.ts";
import { launchChromium } from "./chromium.ts";

const WIDTHS = { desktop: 1280, phone: 390 };
/** A picture of a longer page shows its beginning. */
const HEIGHT = 6_000;

const out = resolve(process.argv[2] ?? join(import.meta.dirname, "../../out/screenshots"));
await rm(out, { recursive: true, force: true });
const folder = join(out, "package");
const { source, signer } = await storyPackage();
await writePackage(source, signer, folder, { viewer });
const pages = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(".html")).sort();

const browser = await launchChromium();
try {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [name, width] of Object.entries(WIDTHS)) {
      const page = await (await browser.newContext({ colorScheme, viewport: { width, height: 900 } })).newPage();
      for (const path of pages) {
        const address = pathToFileURL(join(folder, path)).href;
        await page.goto(path.endsWith("search.html") ? `${address}?q=spooler` : address);
        if (path.endsWith("search.html")) await page.waitForSelector("#hits li");
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.setViewportSize({ width, height: Math.min(height, HEIGHT) });
        await page.screenshot({
          path: join(out, `${colorScheme}-${name}`, `${path.replace(/\.html$/, "").replaceAll("/", "-")}.png`),
        });
        await page.setViewportSize({ width, height: 900 });
      }
      await page.context().close();
    }
  }
} finally {
  await browser.close();
}
console.log(`${pages.length} pages in 4 forms: ${relative(process.cwd(), out)}`);
