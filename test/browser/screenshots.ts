// npm run screenshots [-- <folder>]: every page of the sample client's package, light and dark, on a desktop, on a phone, at 200%, and as PDF, to look at.
import { readdir, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { writePackage } from "../../generator/node.ts";
import * as viewer from "../../viewer/renderer.ts";
import { storyPackage } from "../viewer/story-package.ts";
import { launchChromium } from "./chromium.ts";

/** `zoom` is what 200% leaves of a desktop's window. */
const FORMS = {
  desktop: { width: 1280, deviceScaleFactor: 1 },
  phone: { width: 390, deviceScaleFactor: 1 },
  zoom: { width: 640, deviceScaleFactor: 2 },
};
/** A picture of a longer page shows its beginning. */
const HEIGHT = 6_000;

const out = resolve(process.argv[2] ?? join(import.meta.dirname, "../../out/screenshots"));
await rm(out, { recursive: true, force: true });
const folder = join(out, "package");
const { source, signer } = await storyPackage();
await writePackage(source, signer, folder, { viewer });
// START-HERE.html leads on at once.
const pages = (await readdir(folder, { recursive: true }))
  .filter((path) => path.startsWith("data/") && path.endsWith(".html"))
  .sort();

const browser = await launchChromium();
try {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [name, { width, deviceScaleFactor }] of Object.entries(FORMS)) {
      const page = await (await browser.newContext({ colorScheme, deviceScaleFactor, viewport: { width, height: 900 } })).newPage();
      for (const path of pages) {
        await open(page, path);
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.setViewportSize({ width, height: Math.min(height, HEIGHT) });
        await page.screenshot({ path: join(out, `${colorScheme}-${name}`, `${nameOf(path)}.png`) });
        await page.setViewportSize({ width, height: 900 });
      }
      await page.context().close();
    }
  }
  const page = await browser.newPage();
  for (const path of pages) {
    await open(page, path);
    await page.pdf({ path: join(out, "print", `${nameOf(path)}.pdf`), format: "A4" });
  }
} finally {
  await browser.close();
}
console.log(`${pages.length} pages in ${2 * Object.keys(FORMS).length} forms, and as printed: ${relative(process.cwd(), out)}`);

async function open(page: Page, path: string): Promise<void> {
  const address = pathToFileURL(join(folder, path)).href;
  const isSearch = path.endsWith("search.html");
  await page.goto(isSearch ? `${address}?q=spooler` : address);
  if (isSearch) await page.waitForSelector("#hits li");
}

function nameOf(path: string): string {
  return path.replace(/^data\/|\.html$/g, "").replaceAll("/", "-");
}
