import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { elena, northwind } from "../../fixtures/people.ts";
import { spoolerThird } from "../../fixtures/story/acme/spooler-third.ts";
import { makeHandoff } from "../../worker/local/handoff.ts";
import type { GroupView } from "../../worker/schema.ts";
import { complaintsOf, expectFit, openScene, type Scene } from "./console-scene.ts";

const PASSCODE = "brücke sieben rot";

let scene: Scene;
let handoff: string;

beforeAll(async () => {
  scene = await openScene([spoolerThird]);
  const api = scene.apiFor(northwind, elena);
  for await (const { group } of api.list<GroupView>("groups")) {
    const period = { from: "2020-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" };
    const plan = { api, group, period, recipient: "Contoso IT", sensitive: [], letter: "Hello.", days: 2, onProgress: () => {} };
    ({ handoff } = await makeHandoff(plan));
  }
});
afterAll(() => scene?.close());

async function linkTo(terms: Record<string, unknown>): Promise<string> {
  const api = scene.apiFor(northwind, elena);
  return (await api.post<{ url: string }>(`handoffs/${handoff}/links`, { name: "Contoso IT", ...terms })).url;
}

async function openPage(url: string, javaScriptEnabled = true): Promise<Page> {
  const page = await (await scene.browser.newContext({ javaScriptEnabled })).newPage();
  await page.goto(url);
  return page;
}

test("behind a passcode, the pages work as on a disk: their styles, scripts and search come too, without cookies", async () => {
  const page = await openPage(await linkTo({ passcode: PASSCODE }));
  await expectFit(page);
  await page.getByLabel("Passcode").fill("not that one");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("alert").getByText("9 attempts are left").waitFor();
  await expectFit(page);

  await page.getByLabel("Passcode").fill(PASSCODE);
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("heading", { name: "Handoff of Acme Accounting" }).waitFor();
  await expectFit(page);

  const complaints = complaintsOf(page);
  const failed: string[] = [];
  page.on("response", (response) => response.status() >= 400 && failed.push(`${response.status()} ${response.url()}`));
  await page.getByRole("link", { name: "Read it here" }).click();
  await page.waitForURL(/\/~[A-Za-z0-9_-]{43}\/data\/index\.html$/);
  expect(await page.evaluate("globalThis.origin")).toBe("null");
  expect(await page.evaluate("getComputedStyle(document.body).fontFamily")).not.toMatch(/^"?Times/);
  await page.goto(page.url().replace("index.html", "search.html?q=spooler"));
  await page.locator("#hits li a").first().waitFor();
  await page.locator("#hits li a").first().click();
  await page.waitForURL(/\/~.{43}\/data\/sessions\//);
  expect(failed).toEqual([]);
  expect(complaints).toEqual([]);
  expect(await page.context().cookies()).toEqual([]);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.goto(page.url().replace(/data\/.*/, "package.zip")).catch(() => {}),
  ]);
  expect(download.suggestedFilename()).toBe(`${handoff}.zip`);
  await page.context().close();
});

test("entrance and receipt work without script, by keyboard", async () => {
  const page = await openPage(await linkTo({ opens: 1 }), false);
  await page.getByText("1 more time").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Confirm receipt" }).click();
  await page.getByLabel("Your name").fill("Daniel Weber");
  await page.getByLabel("Company").fill("Contoso IT");
  await page.getByRole("button", { name: "Confirm receipt" }).click();
  await page.waitForURL(/receipt#rcp_/);
  await page.getByText("Daniel Weber, Contoso IT").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Receipt", exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^rcp_[0-9a-z]{16}\.json$/);
  await page.context().close();
});

test("the page of receipts, and those that say why there is nothing, are fit to be read", async () => {
  const url = await linkTo({});
  const page = await openPage(`${url}receipt`);
  await page.getByLabel("Your name").fill("Daniel Weber");
  await page.getByRole("button", { name: "Confirm receipt" }).click();
  await page.getByText("Daniel Weber, Contoso IT").waitFor();
  await expectFit(page);
  for (const [path, title] of [
    [`${url}nothing`, "This package has no such page"],
    [url.replace(/.{43}\/$/, `${"A".repeat(43)}/`), "There is nothing here"],
  ]) {
    await page.goto(path as string);
    await page.getByRole("heading", { name: title as string }).waitFor();
    await expectFit(page);
  }
  await page.context().close();
});
