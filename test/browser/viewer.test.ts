import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writePackage } from "../../generator/node.ts";
import { SESSION_FORMAT } from "../../record/entry.ts";
import * as viewer from "../../viewer/renderer.ts";
import { temporaryFolder } from "../generator/independent.ts";
import { SAMPLE_SESSIONS } from "../generator/sample-sessions.ts";
import { makeSample, type SampleEntry, type SampleSession } from "../generator/sample-source.ts";
import { hostileLines } from "../viewer/hostile.ts";
import { violationsOf } from "./axe.ts";
import { launchChromium } from "./chromium.ts";
import { servePackage, watchedPage } from "./served.ts";

const lines = hostileLines().map((line) => line.toWellFormed().replaceAll("\n", " "));
const hostile = lines.join("\n");

/** Hostile text in every field of the common kinds. */
const attack: SampleSession = {
  title: lines.slice(0, 20).join(" "),
  note: hostile,
  todo: lines.slice(0, 30),
  tags: lines.slice(0, 10),
  endpoint: 3,
  entries: [
    {
      fields: { kind: "opened", format: SESSION_FORMAT, mode: "live" },
      text: { subject: hostile, organization: hostile, client: hostile, endpoint: hostile },
    },
    { fields: { kind: "joined", participant: "p0", role: "technician" }, text: { name: hostile } },
    { fields: { kind: "joined", participant: "p1", role: "person" }, text: { name: hostile } },
    { fields: { kind: "context", part: "os", columns: ["name", "value"], status: "ok" }, text: { value: hostile } },
    { fields: { kind: "approval.asked", by: "p0" }, text: { command: hostile, reason: hostile } },
    { fields: { kind: "approval.answered", asked: 4, by: "p1", answer: "approved" }, text: { word: hostile } },
    {
      fields: { kind: "command", by: "p0", shell: "bash", consent: "answered", answered: 5 },
      text: { command: hostile, directory: hostile },
    },
    { fields: { kind: "output", command: 6, stream: "stdout", newline: true }, text: { output: hostile } },
    { fields: { kind: "chat", by: "p0" }, text: { message: hostile } },
    { fields: { kind: "note", by: "p0" }, text: { note: hostile } },
    { fields: { kind: "closed", by: "p0", outcome: "unresolved" }, text: { summary: hostile, todo: hostile } },
  ] satisfies SampleEntry[],
};

let browser: Browser;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let served: Awaited<ReturnType<typeof servePackage>>;
let disk: string;
let link: string;
let zip: string;
let sessions: string[];

beforeAll(async () => {
  browser = await launchChromium();
  folder = await temporaryFolder();
  const { source, signer } = await makeSample([...SAMPLE_SESSIONS, attack]);
  sessions = source.handoff.sessions.map(({ session }) => session);
  zip = join(folder.path, "package.zip");
  await writePackage(source, signer, zip, { viewer });
  await writePackage(source, signer, join(folder.path, "package"), { viewer });
  disk = `file://${folder.path}/package/`;
  served = await servePackage(join(folder.path, "package"));
  link = served.root;
});

afterAll(async () => {
  served.close();
  await browser.close();
  await folder[Symbol.asyncDispose]();
});

const open = async (root: string, context?: BrowserContext) => watchedPage(root, context ?? (await browser.newContext()));

const pages = () => [
  "data/index.html",
  "data/search.html",
  "data/redactions.html",
  "data/verify.html",
  "data/help.html",
  "data/certificate.html",
  ...sessions.map((id) => `data/sessions/${id}.html`),
];

describe.each(["disk", "link"] as const)("a package opened from the %s", (place) => {
  const root = () => (place === "disk" ? disk : link);

  test("leads from START-HERE.html to the overview", async () => {
    const { page, wrong } = await open(root());
    await page.goto(`${root()}START-HERE.html`);
    await page.waitForURL(`${root()}data/index.html`);
    expect(await page.textContent("h1")).toContain("Northwind IT");
    expect(wrong).toEqual([]);
  });

  test("finds, while typing and from any page, and leads to the line", async () => {
    const { page, wrong } = await open(root());
    await page.goto(`${root()}data/index.html`);
    await page.keyboard.press("/");
    await page.keyboard.type("event 7031");
    await page.keyboard.press("Enter");
    await page.waitForURL(/search\.html\?q=event\+7031$/);
    await page.waitForSelector("#hits mark");
    expect(await page.textContent("#hits li:first-child mark")).toMatch(/event/i);
    await page.fill("#q", "Restart-Service spool");
    await page.waitForFunction(() => document.querySelector("#hits .snippet")?.textContent?.includes("Restart-Service"));
    if (place === "disk") expect(new URL(page.url()).searchParams.get("q")).toBe("Restart-Service spool");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\.html(\?q=[^#]*)?#e[46]\.2$/);
    expect(await page.textContent(":target")).toContain("Restart-Service Spooler");
    expect(wrong).toEqual([]);
  });

  test("verifies a package that is given to it, and fails a changed one", async () => {
    const { page, wrong } = await open(root());
    await page.goto(`${root()}data/verify.html`);
    await page.setInputFiles("#verify-zip", zip);
    await page.waitForSelector(".verdict.verified");
    expect(await page.textContent("#verify-report")).toContain("Origin: not proven");

    await page.click("text=I have the sender's key");
    await page.fill("#verify-signers", await readFile(join(folder.path, "package", "allowed_signers"), "utf8"));
    await page.setInputFiles("#verify-folder", join(folder.path, "package"));
    await page.waitForSelector("#verify-report .holds >> text=Origin: holds");
    expect(await page.textContent(".verdict")).toContain("Verified");

    const changed = join(folder.path, `changed-${place}.zip`);
    const bytes = Buffer.from(await readFile(zip));
    bytes[2000] = (bytes[2000] ?? 0) ^ 1;
    await writeFile(changed, bytes);
    await page.setInputFiles("#verify-zip", changed);
    await page.waitForSelector(".verdict.failed");
    expect(await page.textContent(".findings .failed")).toContain("Fails");

    await page.setInputFiles("#verify-zip", join(folder.path, "package", "README.txt"));
    await page.waitForSelector("#verify-status >> text=can't be read as a package");
    expect(wrong).toEqual([]);
  });
});

test("everything can be read with JavaScript off", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const { page, wrong } = await open(disk, context);
  await page.goto(`${disk}START-HERE.html`);
  await page.waitForURL(`${disk}data/index.html`);
  await page.click(`a[href="sessions/${sessions[0]}.html"]`);
  expect(await page.textContent("#e6")).toContain("Restart-Service Spooler");
  await page.goto(`${disk}data/search.html`);
  expect(await page.textContent("#status")).toContain("needs JavaScript");
  expect(wrong).toEqual([]);
});

test("an address within folded text unfolds it", async () => {
  const { page } = await open(disk);
  await page.goto(`${disk}data/sessions/${sessions.at(-1)}.html#e7.100`);
  await page.waitForFunction(() => document.getElementById("e7.100")?.closest("details")?.open);
  // Unfolded first, then scrolled to; what is drawn above it may move it once more.
  const isInView = async () => {
    const { y = -1 } = (await page.locator("[id='e7.100']").boundingBox()) ?? {};
    return y > 0 && y < 720;
  };
  await expect.poll(isInView).toBe(true);
});

test("on a phone, every entry has its number to cite it by", async () => {
  const { page } = await open(disk, await browser.newContext({ viewport: { width: 390, height: 800 } }));
  await page.goto(`${disk}data/sessions/${sessions[0]}.html`);
  const shown = await page.evaluate(() =>
    [...document.querySelectorAll(".e .mark a")].filter((link) => link.checkVisibility()).map((link) => link.getAttribute("href")),
  );
  expect(shown).toEqual(SAMPLE_SESSIONS[0]?.entries.map((_, seq) => `#e${seq}`));
});

test("the certification prints over several pages, without navigation, marked as a draft", async () => {
  const { page } = await open(disk);
  await page.goto(`${disk}data/certificate.html`);
  await page.emulateMedia({ media: "print" });
  expect(await page.locator(".top nav").isVisible()).toBe(false);
  expect(await page.locator(".draft").isVisible()).toBe(true);
  const file = join(folder.path, "certificate.pdf");
  await page.pdf({ path: file, format: "A4" });
  const pages = (await readFile(file, "latin1")).match(/\/Type\s*\/Page\b(?!s)/g) ?? [];
  expect(pages.length).toBeGreaterThan(3);
});

test.each(["light", "dark"] as const)(
  "the certification of a finished package stands alone in %s: styled, silent, axe finds nothing",
  async (colorScheme) => {
    const out = join(folder.path, `alone-${colorScheme}.html`);
    const main = resolve(import.meta.dirname, "../../generator/certificate/main.ts");
    await promisify(execFile)(process.execPath, [main, zip, "--out", out]);
    const { page, wrong } = await open(`file://${out}`, await browser.newContext({ colorScheme }));
    await page.goto(`file://${out}`);
    expect(await page.evaluate(() => getComputedStyle(document.querySelector(".draft") ?? document.body).borderLeftWidth)).toBe(
      "3px",
    );
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    expect(wrong).toEqual([]);
    // Its own policy lets nothing run, so axe runs where there is none.
    const checked = await (await browser.newContext({ colorScheme, bypassCSP: true })).newPage();
    await checked.goto(`file://${out}`);
    expect(await violationsOf(checked)).toEqual([]);
  },
);

test.each(["light", "dark"] as const)("axe finds nothing in %s, wide or narrow", async (colorScheme) => {
  const context = await browser.newContext({ colorScheme });
  const { page } = await open(disk, context);
  for (const path of [...pages(), "data/search.html?q=spooler"]) {
    await page.goto(`${disk}${path}`);
    if (path.includes("?q")) await page.waitForSelector("#hits li");
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${path} at ${width}`).toBeLessThanOrEqual(width);
    }
    // The hostile session has every pattern of the others, ten thousand times.
    if (path.includes(sessions.at(-1) ?? "")) continue;
    expect(await violationsOf(page), path).toEqual([]);
  }
});
