import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { elena } from "../../fixtures/people.ts";
import { payrollExport } from "../../fixtures/story/acme/payroll-export.ts";
import { spoolerThird } from "../../fixtures/story/acme/spooler-third.ts";
import { complaintsOf, expectFit, openScene, type Scene } from "./console-scene.ts";

// Each takes some seconds on a quiet machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let scene: Scene;
beforeAll(async () => {
  scene = await openScene([payrollExport, spoolerThird]);
});
afterAll(() => scene?.close());

test("sessions are found by words, narrowed by outcome, and the address keeps both", async () => {
  const page = await scene.signIn(elena);
  const complaints = complaintsOf(page);
  await page.getByRole("link", { name: "Acme Accounting" }).click();
  await page.waitForURL(/\/groups\//, { waitUntil: "load" });
  await page.keyboard.press("/");
  await page.keyboard.type("payexport 118,402");
  await page.keyboard.press("Enter");
  const hits = page.locator(".hits > li");
  await expect.poll(() => hits.count()).toBeGreaterThan(0);
  // Each session once, with its own day, and every place that was found in it.
  expect(await hits.first().getByRole("link").first().textContent()).toBe(payrollExport.subject);
  expect(await hits.first().locator("p").first().textContent()).toContain("24 Jun 2026");
  const subjects = await page.locator(".hits > li > p a").allTextContents();
  expect(subjects).toEqual([...new Set(subjects)]);
  expect((await hits.first().locator("mark").allTextContents()).join(" ").toLowerCase()).toContain("118,402");
  await expectFit(page);
  expect(new URL(page.url()).searchParams.get("q")).toBe("payexport 118,402");

  await page.getByLabel("Outcome").selectOption("unresolved");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("Nothing found").waitFor();
  await page.goBack();
  await hits.first().locator(".places a").first().click();
  expect(new URL(page.url()).hash).toMatch(/^#e\d+$/);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a span of months is selected by dragging over the chart, one month by its link", async () => {
  const page = await scene.signIn(elena);
  await page.getByRole("link", { name: "Acme Accounting" }).click();
  const months = page.locator("#months a");
  const count = await months.count();
  expect(count).toBeGreaterThan(1);
  const [from, to] = await Promise.all([months.first().boundingBox(), months.nth(count - 2).boundingBox()]);
  if (from === null || to === null) throw new Error("expected the months to be shown");
  await page.mouse.move(from.x + from.width / 2, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + 10, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=/);
  const picked = new URL(page.url()).searchParams;
  expect(picked.get("from")).toBe(await months.first().getAttribute("data-from"));
  expect(picked.get("to")).toBe(await months.nth(count - 2).getAttribute("data-to"));
  expect(await page.locator("#months .out").count()).toBe(1);
  // A drag that ends elsewhere selects nothing, and the next movement over the chart goes on with nothing.
  await page.mouse.move(from.x + from.width / 2, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + 10, { steps: 4 });
  await page.mouse.move(5, 5);
  await page.mouse.up();
  await page.mouse.move(from.x + from.width / 2, from.y + 10);
  expect(await page.locator("#months .picked").count()).toBe(0);
  await page.locator("#months a").last().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/#sessions$/);
  expect(await page.locator("table.rows").first().locator("tbody tr").count()).toBe(1);
  await page.context().close();
});
