import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { loadClient } from "../../fixtures/load/client.ts";
import { organizations, type SampleOrganization, type SamplePerson } from "../../fixtures/people.ts";
import type { StorySession } from "../../fixtures/story/session.ts";
import { Api } from "../../worker/local/api.ts";
import { type Deployment, deploy } from "../fixtures/deployment.ts";
import { launchChromium } from "./chromium.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The Worker with some sessions of the sample story, and a browser to look at its console. */
export interface Scene {
  deployment: Deployment;
  browser: Browser;
  apiFor(organization: SampleOrganization, person: SamplePerson): Api;
  /** A page of a browser of its own, signed in as this person by choosing them. */
  signIn(person: SamplePerson, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

export async function openScene(sessions: readonly StorySession[]): Promise<Scene> {
  const [deployment, browser] = await Promise.all([deploy(), launchChromium()]);
  const { url, tokenFor, folder } = deployment;
  const apiFor = (organization: SampleOrganization, person: SamplePerson) => new Api(url, () => tokenFor(organization, person));
  for (const organization of organizations) {
    const admin = organization.people.find(({ role }) => role === "admin");
    if (admin) await apiFor(organization, admin).put("organization", { name: organization.name });
  }
  for (const client of new Set(sessions.map((session) => session.client))) {
    const own = sessions.filter((session) => session.client === client);
    await loadClient({ url, client, sessions: own, folder: join(folder, client.name), tokenFor, onSession: () => {} });
  }
  return {
    deployment,
    browser,
    apiFor,
    async signIn(person, options) {
      const page = await (await browser.newContext(options)).newPage();
      // A busy machine takes its time.
      page.setDefaultTimeout(60_000);
      await page.goto(url);
      await page.getByRole("button", { name: person.name }).click();
      await page.waitForURL(`${url}/`);
      return page;
    },
    async close() {
      await browser.close();
      await deployment.stop();
    },
  };
}

/** What a page says on its console that it should not; fills as the page is used. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}

/** Looks at the page as it is now: nothing for axe to find, in light and dark, and nothing cut off at 390 px. */
export async function expectFit(page: Page): Promise<void> {
  const before = page.viewportSize();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(`${axe};0`);
    const violations = await page.evaluate(async () => {
      const found = await (globalThis as unknown as { axe: typeof import("axe-core") }).axe.run();
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    });
    expect(violations, `${page.url()} ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth), page.url()).toBeLessThanOrEqual(390);
  if (before) await page.setViewportSize(before);
}
