import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writePackage } from "../../generator/node.ts";
import * as viewer from "../../viewer/renderer.ts";
import { temporaryFolder } from "../generator/independent.ts";
import { SAMPLE_SESSIONS } from "../generator/sample-sessions.ts";
import { makeSample, type SampleSession } from "../generator/sample-source.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let search: string;
let sessions: string[];

beforeAll(async () => {
  browser = await launchChromium();
  folder = await temporaryFolder();
  const [printing, quiet] = SAMPLE_SESSIONS as [SampleSession, SampleSession];
  const { source, signer } = await makeSample([printing, quiet, { ...printing, title: "Printing again", endpoint: 3 }]);
  sessions = source.handoff.sessions.map(({ session }) => session);
  await writePackage(source, signer, join(folder.path, "package"), { viewer });
  search = `file://${folder.path}/package/data/search.html`;
});

afterAll(async () => {
  await browser.close();
  await folder[Symbol.asyncDispose]();
});

/** A page, and whatever goes wrong on it or is asked of the network. */
async function open(address: string, before?: string): Promise<{ page: Page; wrong: string[] }> {
  const page = await (await browser.newContext()).newPage();
  const wrong: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => {
    if (!/^(file|blob):/.test(request.url())) wrong.push(request.url());
  });
  if (before !== undefined) await page.addInitScript(before);
  await page.goto(address);
  return { page, wrong };
}

const hits = (page: Page) => page.locator("#hits li").count();

test("a choice narrows the hits, says how many each would have, and stays in the address", async () => {
  const { page, wrong } = await open(`${search}?q=Restart-Service`);
  await page.waitForSelector("#hits li");
  const all = await hits(page);
  expect(all).toBeGreaterThan(2);
  const machines = await page.locator("select[name=machine] option").allTextContents();
  expect(machines.slice(1).sort()).toEqual([`ACME-WS003 (${all / 2})`, `ACME-WS014 (${all / 2})`]);

  await page.selectOption("select[name=machine]", { label: `ACME-WS003 (${all / 2})` });
  await page.waitForFunction((count) => document.querySelectorAll("#hits li").length === count, all / 2);
  expect(await page.textContent("#hits")).not.toContain("ACME-WS014");
  const address = new URL(page.url());
  expect(Object.fromEntries(address.searchParams)).toEqual({ q: "Restart-Service", machine: "ACME-WS003" });
  // The other choice stays open, with its own number.
  expect((await page.locator("select[name=machine] option").allTextContents()).slice(1)).toHaveLength(2);

  await page.goto(address.href);
  await page.waitForSelector("#hits li");
  expect(await hits(page)).toBe(all / 2);
  expect(wrong).toEqual([]);
});

test("a hit leads to the line, with the words marked there", async () => {
  const { page, wrong } = await open(`${search}?q=completed+event`);
  await page.waitForSelector("#hits li, #status:not(:empty)");
  await page.fill("#q", "driver replaced");
  await page.waitForSelector("#hits mark");
  expect(await page.locator("#hits li:first-child mark").allTextContents()).toEqual(["driver", "replaced"]);
  await page.fill("#q", "kim Hunter2");
  await page.waitForFunction(() => document.querySelector("#status")?.textContent?.startsWith("Nothing found"));

  await page.fill("#q", "event 7031");
  await page.waitForFunction(() => document.querySelector("#hits mark")?.textContent === "Event");
  await page.click("#hits li:first-child a");
  await page.waitForURL(
    new RegExp(`sessions/${sessions[0]}\\.html\\?q=event\\+7031#e7\\.2$|sessions/${sessions[2]}\\.html\\?q=event\\+7031#e7\\.2$`),
  );
  const marked = await page.evaluate(() => [...(CSS.highlights.get("found") ?? [])].map((range) => range.toString()));
  expect(marked).toEqual(["Event", "7031"]);
  expect(wrong).toEqual([]);
});

test("where no worker is allowed, the page itself searches", async () => {
  const { page, wrong } = await open(`${search}?q=spooler`, "delete globalThis.Worker;");
  await page.waitForSelector("#hits mark");
  expect(await hits(page)).toBeGreaterThan(0);
  await page.fill("#q", "spoolre");
  await page.waitForFunction(() => document.querySelector("#status")?.textContent?.startsWith("Nothing is spelled like this"));
  expect(wrong).toEqual([]);
});

test("a package whose index is incomplete says so", async () => {
  const { page } = await open(search, "Object.defineProperty(globalThis, 'caiseySearch', { value: undefined, writable: false });");
  await page.waitForFunction(() => document.querySelector("#status")?.textContent?.includes("can't be read"));
});

test("a hit whose file of texts is missing is there, and says so", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.route("**/search/texts-0.js", (route) => route.abort());
  await page.goto(`${search}?q=Restart-Service`);
  await page.waitForSelector("#hits .lost >> text=missing");
  expect(await page.textContent("#status")).toMatch(/places?\.$/);
});
