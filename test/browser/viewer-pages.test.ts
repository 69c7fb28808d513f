import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writePackage } from "../../generator/node.ts";
import * as viewer from "../../viewer/renderer.ts";
import { temporaryFolder } from "../generator/independent.ts";
import { makeSample } from "../generator/sample-source.ts";
import { readStrict } from "../viewer/html.ts";
import { storyPackage } from "../viewer/story-package.ts";
import { violationsOf } from "./axe.ts";
import { launchChromium } from "./chromium.ts";
import { LINES, longSession, timeView } from "./long-session.ts";
import { servePackage, watchedPage } from "./served.ts";

let browser: Browser;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let served: Awaited<ReturnType<typeof servePackage>>;
let disk: string;
let pages: string[];
/** Of the story: the third crash of the print spooler, with approvals, notes and hidden lines. */
let session: string;
let logged: string;

beforeAll(async () => {
  browser = await launchChromium();
  folder = await temporaryFolder();
  const { source, signer } = await storyPackage();
  session = source.handoff.sessions.find(({ title }) => title.includes("third time"))?.session ?? "";
  await writePackage(source, signer, join(folder.path, "story"), { viewer });
  const other = await makeSample([longSession]);
  logged = other.source.handoff.sessions[0]?.session ?? "";
  await writePackage(other.source, other.signer, join(folder.path, "long"), { viewer });
  disk = `file://${folder.path}/`;
  served = await servePackage(join(folder.path, "story"));
  pages = (await readdir(join(folder.path, "story"), { recursive: true })).filter((path) => path.endsWith(".html")).sort();
});

afterAll(async () => {
  served.close();
  await browser.close();
  await folder[Symbol.asyncDispose]();
});

/** All pages, but of machines and sessions only the first. */
const various = () =>
  pages.filter(
    (path, i) =>
      !/(machines|sessions)\/[a-z]/.test(path) ||
      !pages.slice(0, i).some((one) => posix.dirname(one) === posix.dirname(path)) ||
      path.includes(session),
  );

test.each(["light", "dark"] as const)("axe finds nothing on any kind of page, in %s", async (colorScheme) => {
  const { page } = await watchedPage(`${disk}story/`, await browser.newContext({ colorScheme }));
  // Dark differs in colours only, and these pages have all of them.
  const some = various().filter((one) =>
    colorScheme === "dark" ? /index|sessions\/|recurring|machines\//.test(one) : one !== "START-HERE.html",
  );
  for (const path of some) {
    await page.goto(`${disk}story/${path}`);
    expect(await violationsOf(page), path).toEqual([]);
  }
});

test("every link of every page leads to a file of the package and to an address that is there", async () => {
  for (const name of ["story", "long"]) {
    const root = join(folder.path, name);
    const html = (await readdir(root, { recursive: true })).filter((path) => path.endsWith(".html"));
    const ids = new Map<string, Set<string>>();
    const links: [page: string, link: string][] = [];
    for (const path of html) {
      const text = await readFile(join(root, path), "utf8");
      // The verify page and others have forms of their own; here only what is made of records is read strictly.
      ids.set(path, new Set([...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id ?? "")));
      for (const [, link] of text.matchAll(/<a [^>]*href="([^"]*)"/g)) links.push([path, link ?? ""]);
    }
    expect(links.length).toBeGreaterThan(100);
    for (const [path, link] of links) {
      expect(link, path).not.toMatch(/^[a-z]+:|^\//i);
      const [file = "", address] = link.split("#");
      const target = file === "" ? path : posix.join(posix.dirname(path), file);
      expect(existsSync(join(root, target)), `${path} links to ${link}`).toBe(true);
      if (address !== undefined) expect(ids.get(target)?.has(address), `${path} links to ${link}`).toBe(true);
    }
  }
});

describe.each(["disk", "link"] as const)("pages opened from the %s", (place) => {
  const root = () => (place === "disk" ? `${disk}story/` : served.root);

  test("are silent, ask nothing of anyone, and fit a phone, a desk and twice the size of letters", async () => {
    const { page, wrong } = await watchedPage(root(), browser);
    for (const path of various()) {
      await page.goto(`${root()}${path}`);
      if (path === "START-HERE.html") await page.waitForURL(`${root()}data/index.html`);
      // Half of 780 is what 200% of a narrow window leaves.
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth), `${path} at ${width}`).toBeLessThanOrEqual(width);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("filter what a session shows by its kind, with a script or without", async () => {
    const { page } = await watchedPage(root(), await browser.newContext({ javaScriptEnabled: place === "link" }));
    await page.goto(`${root()}data/sessions/${session}.html`);
    const visible = (name: string) => page.locator(`.e.${name}`).first().isVisible();
    expect([await visible("command"), await visible("approval-asked"), await visible("chat"), await visible("context")]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    for (const name of ["commands", "approvals", "machine"]) await page.uncheck(`#show-${name}`);
    expect([await visible("command"), await visible("approval-asked"), await visible("chat"), await visible("context")]).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  test("copy a citation of an entry, and of the line that the address leads to", async () => {
    const context = await browser.newContext();
    const { page, wrong } = await watchedPage(root(), context);
    await page.goto(`${root()}data/sessions/${session}.html`);
    const entry = page.locator(".e.command").first();
    const seq = (await entry.getAttribute("id"))?.slice(1) ?? "";
    const number = await entry.locator(".cite").textContent();
    expect(number).toMatch(/^ACME-\d{6}$/);
    await entry.locator(".cite").click();
    const lines = (await readFile(join(folder.path, "story", "data/records/sessions", `${session}.entries.jsonl`), "utf8")).split(
      "\n",
    );
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(lines[Number(seq)] ?? ""))).toString("hex");
    const text = await page.inputValue("#citation");
    expect(text).toContain(`${number}: Session`);
    expect(text).toContain(`(${session}), entry ${seq}, 2026-09-17T`);
    expect(text).toContain(digest);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("#citation").count()).toBe(0);
    await page.goto(`${root()}data/sessions/${session}.html#e${seq}.1`);
    await entry.locator(".cite").press("Enter");
    expect(await page.inputValue("#citation")).toContain(
      `${number}.1: \u201C${(await page.textContent(":target"))?.trim().slice(0, 20)}`,
    );
    expect(wrong).toEqual([]);
  });
});

test("the arrow keys lead to the session before and after, and to the pages of a long one", async () => {
  const { page } = await watchedPage(disk, browser);
  await page.goto(`${disk}story/data/sessions/${session}.html`);
  const before = await page.getAttribute(".neighbours .before", "href");
  await page.keyboard.press("ArrowLeft");
  await page.waitForURL(`**/${before}`);
  await page.goto(`${disk}long/data/sessions/${logged}.html`);
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(`**/${logged}-2.html`);
  await page.keyboard.press("ArrowLeft");
  await page.waitForURL(`**/${logged}.html`);
});

describe("a session of 50,000 lines", () => {
  test("is shown within a second, and scrolls without a long task", async () => {
    const { page } = await watchedPage(disk, browser);
    for (const path of [`${logged}.html`, `${logged}-20.html`]) {
      const { shown, longest } = await timeView(page, `${disk}long/data/sessions/${path}`);
      // `npm run bench -- view` holds them to a second and 200 ms: here the tests of everything else run beside it.
      expect(shown).toBeLessThan(5_000);
      expect(longest).toBeLessThan(1_500);
    }
  }, 60_000);

  test("has every line on one of its pages, numbered as in the record, and an old address leads there", async () => {
    const root = join(folder.path, "long/data/sessions");
    const ids: string[] = [];
    for (let part = 1; existsSync(join(root, `${logged}${part === 1 ? "" : `-${part}`}.html`)); part++) {
      const html = await readFile(join(root, `${logged}${part === 1 ? "" : `-${part}`}.html`), "utf8");
      ids.push(...readStrict(html).ids.filter((id) => /^e3\.\d+$/.test(id)));
    }
    expect(ids).toEqual(Array.from({ length: LINES }, (_, i) => `e3.${i + 1}`));
    const { page, wrong } = await watchedPage(disk, browser);
    await page.goto(`${disk}long/data/sessions/${logged}.html#e3.43210`);
    await page.waitForURL(/-\d+\.html#e3\.43210$/);
    expect(await page.textContent(":target")).toContain("line 43210 of a log");
    expect(await page.locator(":target").isVisible()).toBe(true);
    await page.goto(`${disk}long/data/sessions/${logged}.html#e4`);
    await page.waitForURL(/-\d+\.html#e4$/);
    expect(await page.textContent(":target")).toContain("That was all.");
    expect(wrong).toEqual([]);
  });
});

test("a session prints with its package and its name on every sheet, nothing folded, and citations beside the entries", async () => {
  const { page } = await watchedPage(disk, browser);
  await page.goto(`${disk}story/data/sessions/${session}.html`);
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  expect(await page.locator("details:not([open])").count()).toBe(0);
  expect(await page.locator(".e .cite").first().isVisible()).toBe(true);
  expect(await page.locator(".top").isVisible()).toBe(false);
  expect(await page.evaluate(() => getComputedStyle(document.querySelector(".running") ?? document.body).display)).toBe(
    "table-header-group",
  );
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length).toBeGreaterThan(4);
});

test("with JavaScript off, everything about all sessions is there to be read", async () => {
  const { page, wrong } = await watchedPage(disk, await browser.newContext({ javaScriptEnabled: false }));
  const first = async (path: string) => {
    await page.goto(`${disk}story/data/${path}`);
    return page.innerText("main");
  };
  expect(await first("machines.html")).toContain("ACME-SRV01");
  expect(await first("recurring.html")).toContain("0xc0000005");
  expect(await first("changes.html")).toContain("Stop-Service Spooler -Force");
  expect(await first("approvals.html")).toContain("Asked by Tom Okafor");
  expect(await first("people.html")).toContain("Owen Bright");
  expect(await first("left-out.html")).toContain("None is left out.");
  expect(wrong).toEqual([]);
});
