import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { elena, marcus, northwind } from "../../fixtures/people.ts";
import { payrollExport } from "../../fixtures/story/acme/payroll-export.ts";
import type { EndpointView, GroupView, HandoffRow, SessionRow } from "../../worker/schema.ts";
import { complaintsOf, expectFit, openScene, type Scene } from "./console-scene.ts";

// Every page is looked at twice by axe, and walked through by keyboard.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 240_000 });

let scene: Scene;
beforeAll(async () => {
  scene = await openScene([payrollExport]);
  const api = scene.apiFor(northwind, elena);
  const group = await first(api.list<GroupView>("groups"));
  const [endpoint, session] = await Promise.all([
    first(api.list<EndpointView>(`groups/${group.group}/endpoints`)),
    first(api.list<SessionRow>(`groups/${group.group}/sessions`)),
  ]);
  await api.post(`groups/${group.group}/enrolment-codes`, { endpoint: "ACME-NEW01" });
  await api.post(`groups/${group.group}/endpoints/${endpoint.endpoint}/sessions`, { subject: "Nobody there yet" });
  await api.post("groups", { name: "Fabrikam with quite a long name, as companies sometimes have one GmbH & Co. KG" });
  const { handoff } = await api.post<HandoffRow>(`groups/${group.group}/handoffs`, { recipient: "Contoso IT" });
  await api.put(`handoffs/${handoff}/period`, { from: "2025-01-01T00:00:00.000Z", to: "2026-12-31T23:59:59.999Z" });
  await api.put(`handoffs/${handoff}/sessions`, { include: [{ session: session.session }] });
});
afterAll(() => scene?.close());

async function first<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error("expected at least one");
}

/** A page's kind: its path with ids taken out. */
function kindOf(path: string): string {
  return path.replace(/[a-z]{3}_[0-9a-z]{16}/g, ":id");
}

/** Paths of the console that a page links to. */
async function linksOf(page: Page): Promise<string[]> {
  const links = await page
    .locator("a[href]")
    .evaluateAll((all) => all.map((one) => new URL((one as HTMLAnchorElement).href)).map(String));
  return links
    .map((link) => new URL(link))
    .filter(({ origin, pathname }) => origin === scene.deployment.url && !/^\/(api|h|verify|preview|\.well-known)\b/.test(pathname))
    .map(({ pathname }) => pathname);
}

/** Pages of each kind that whoever is on this page can come to, one of each, by following links. */
async function walk(page: Page, look: (kind: string) => Promise<void>, isWanted = (_: string) => true): Promise<Set<string>> {
  const seen = new Set<string>();
  const queue = ["/"];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(kindOf(path))) continue;
    const answer = await page.goto(`${scene.deployment.url}${path}`);
    expect([path, answer?.status()]).toEqual([path, 200]);
    seen.add(kindOf(path));
    const ended = new URL(page.url()).pathname;
    if (kindOf(ended) !== kindOf(path) && seen.has(kindOf(ended))) continue;
    seen.add(kindOf(ended));
    await look(kindOf(ended));
    queue.push(...(await linksOf(page)).filter(isWanted));
  }
  return seen;
}

/** Goes through the page with the tab key alone: everything that can be used is come to, and seen when it is. */
async function expectKeyboard(page: Page): Promise<void> {
  const usable = await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    const all = document.querySelectorAll<HTMLElement>("a[href], button, input:not([type=hidden]), select, textarea, summary");
    let count = 0;
    for (const one of all) {
      // Radio buttons of one name are one stop.
      if (one.matches(":disabled, [tabindex='-1']") || (one as HTMLInputElement).type === "radio" || !one.checkVisibility())
        continue;
      one.dataset.stop = String(count++);
    }
    return count;
  });
  // A long transcript has a stop for each line; the first ones stand for all.
  const stops = Math.min(usable, 60);
  const reached = new Set<string>();
  const unseen: string[] = [];
  for (let presses = 0; presses < stops * 3 + 20 && reached.size < stops; presses++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement | null;
      if (at === null || at.dataset.stop === undefined) return undefined;
      const { outlineStyle, boxShadow } = getComputedStyle(at);
      return { number: at.dataset.stop, html: at.outerHTML.slice(0, 120), shown: outlineStyle !== "none" || boxShadow !== "none" };
    });
    if (stop === undefined) continue;
    reached.add(stop.number);
    if (!stop.shown) unseen.push(stop.html);
  }
  expect([page.url(), reached.size]).toEqual([page.url(), stops]);
  expect(unseen, page.url()).toEqual([]);
}

test("every page has nothing for axe to find, in light and dark, fits a phone, and can be used by keyboard", async () => {
  const page = await scene.signIn(elena);
  const complaints = complaintsOf(page);
  const seen = await walk(page, async () => {
    await expectFit(page);
    // A page under review has a page of its own in a frame, with stops that can't be counted from here.
    if ((await page.locator("iframe").count()) === 0) await expectKeyboard(page);
  });
  for (const kind of [
    ...["/", "/terms", "/organization", "/audit", "/account"],
    ...["/groups/:id", "/groups/:id/endpoints/:id", "/sessions/:id"],
    ...["select", "scan", "review", "notes", "publish"].map((step) => `/handoffs/:id/${step}`),
  ]) {
    expect([...seen]).toContain(kind);
  }
  expect(complaints).toEqual([]);

  // What is behind no link: pages that say no, and those that say what was done.
  const missing = await page.goto(`${scene.deployment.url}/sessions/ses_0000000000000000`);
  expect(missing?.status()).toBe(404);
  await expectFit(page);
  await page.context().close();
});

test("who may only look comes to no page that they may not see", async () => {
  const page = await scene.signIn(marcus);
  const look = async (kind: string) => expect(kind).not.toMatch(/^\/(audit|sessions\/:id\/erase)$/);
  // The steps of a handoff are for those who prepare it.
  const seen = await walk(page, look, (path) => !path.startsWith("/handoffs/"));
  expect([...seen]).toContain("/sessions/:id");
  const refused = await page.goto(`${scene.deployment.url}/audit`);
  expect(refused?.status()).toBe(403);
  await page.getByText("You need the permission org:audit:read").waitFor();
  await expectFit(page);
  await page.context().close();
});
