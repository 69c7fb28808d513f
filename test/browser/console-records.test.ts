import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { elena, northwind } from "../../fixtures/people.ts";
import { payrollExport } from "../../fixtures/story/acme/payroll-export.ts";
import { expectFit, openScene, type Scene } from "./console-scene.ts";

// Each takes some seconds on a quiet machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let scene: Scene;
beforeAll(async () => {
  scene = await openScene([payrollExport]);
  await scene.apiFor(northwind, elena).post("groups", { name: "Fabrikam" });
});
afterAll(() => scene?.close());

test("texts are copied by their buttons; the audit trail is narrowed by what, who and about, page by page", async () => {
  const page = await scene.signIn(elena);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: scene.deployment.url });
  await page.goto(`${scene.deployment.url}/terms`);
  await page.getByRole("button", { name: "Copy the handoff clause" }).click();
  await page.getByText("Copied.").waitFor();
  const clause = await page.evaluate(() => navigator.clipboard.readText());
  expect(clause).toMatch(/^Records of remote support and their handover\n[\s\S]*3\.1 When this agreement ends/);
  await page.getByRole("button", { name: "Copy the offboarding checklist" }).click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toContain("☐ All open sessions of the client are closed");
  await page.goto(`${scene.deployment.url}/organization`);
  await page.getByRole("button", { name: "Copy the allowed_signers file" }).click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toMatch(/^# signs since .*\ncaisey\.test\/\S+ namespaces=/);

  await page.goto(`${scene.deployment.url}/audit`);
  await page.getByLabel("What").selectOption({ label: "Added a client" });
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/act=group\.created/);
  const rows = page.locator("table.audit tbody tr");
  expect(await rows.count()).toBe(2);
  await rows.first().getByRole("link", { name: "all about it" }).click();
  await page.waitForURL(/about=grp_/);
  expect(await rows.count()).toBe(1);
  await page.getByRole("link", { name: "Show all" }).click();
  await page.waitForURL(/audit$/);
  await rows.getByRole("link", { name: elena.name }).first().click();
  await page.waitForURL(/by=user_/);
  expect(await rows.count()).toBeGreaterThan(2);
  await page.context().close();
});

test("lines are erased by an administrator, with a reason; the key is changed", async () => {
  const page = await scene.signIn(elena);
  await page.getByRole("link", { name: "Acme Accounting" }).click();
  await page.getByRole("link", { name: payrollExport.subject }).first().click();
  await page.getByRole("link", { name: "Erase lines of this session" }).click();
  await page.waitForURL(/erase/);
  // The script has to be there before a key is pressed.
  await page.waitForLoadState("load");
  const line = page.locator(".entry.output .line", { has: page.locator("bdi", { hasText: /\w/ }) }).first();
  const text = (await line.locator("bdi").textContent()) ?? "";
  expect(text.trim()).not.toBe("");
  await line.getByRole("button").focus();
  await page.keyboard.press("Space");
  const number = await line.getByRole("button").getAttribute("data-line");
  expect(await page.getByLabel("Lines, with commas").inputValue()).toBe(number);
  await page.getByLabel("Reason, for the audit trail").fill("Asked for by the person");
  await page.getByLabel("Erase for good").check();
  await expectFit(page);
  await page.getByRole("button", { name: "Erase", exact: true }).click();
  await page.getByRole("heading", { name: "Erased" }).waitFor();
  await expectFit(page);
  await page.getByRole("link", { name: "Back to the session" }).click();
  await page.getByText("hidden: erased on request").first().waitFor();
  await page.goto(`${scene.deployment.url}/audit?act=lines.erased`);
  await page.getByText("Reason: Asked for by the person").waitFor();

  await page.goto(`${scene.deployment.url}/organization`);
  const before = await page.locator("dl .mono").nth(1).textContent();
  await page.getByText("Change the key", { exact: true }).first().click();
  await page.getByLabel("Change the key now").check();
  await page.getByRole("button", { name: "Change the key" }).click();
  await page.getByRole("heading", { name: "Earlier keys" }).waitFor();
  expect(await page.locator("dl .mono").nth(1).textContent()).not.toBe(before);
  await page.getByRole("cell", { name: before ?? "" }).waitFor();
  await expectFit(page);
  await page.context().close();
});
