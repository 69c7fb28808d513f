import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { aiko, contoso, elena, northwind } from "../../fixtures/people.ts";
import { type Deployment, deploy } from "../fixtures/deployment.ts";
import { launchChromium } from "./chromium.ts";
import { ClerkStandIn } from "./clerk-stand-in.ts";
import { complaintsOf, expectFit } from "./console-scene.ts";

// Each takes some seconds on a quiet machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let clerk: ClerkStandIn;
let deployment: Deployment;
let browser: Awaited<ReturnType<typeof launchChromium>>;
beforeAll(async () => {
  // Elena works for both MSPs, Aiko for one.
  clerk = await ClerkStandIn.start([
    { person: elena, organizations: [northwind, contoso] },
    { person: aiko, organizations: [contoso] },
  ]);
  [deployment, browser] = await Promise.all([deploy(undefined, clerk.bindings), launchChromium()]);
  clerk.setParty(deployment.url);
});
afterAll(async () => {
  await browser?.close();
  await deployment?.stop();
  await clerk?.close();
});

async function open(path: string): Promise<Page> {
  const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  await page.goto(`${deployment.url}${path}`);
  return page;
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Continue" }).click();
}

test("Clerk's component signs in and leads back; its organisation switcher parts the organisations; signing out ends it at Clerk", async () => {
  const page = await open("/terms?x=1");
  const complaints = complaintsOf(page);
  expect(new URL(page.url()).pathname).toBe("/sign-in");
  await page.getByLabel("Email address").waitFor();
  await expectFit(page);
  await signIn(page, elena.email);

  // Signed in, but for no organisation yet.
  await page.getByRole("heading", { name: "Choose your organisation" }).waitFor();
  await page.getByRole("button", { name: "Northwind IT" }).waitFor();
  await expectFit(page);
  await page.getByRole("button", { name: "Northwind IT" }).click();
  await page.getByLabel("Name of the new client").fill("Clerk Client");
  await page.getByRole("button", { name: "Add client" }).click();
  await page.getByRole("heading", { name: "Clerk Client" }).waitFor();
  const address = page.url();

  await page.getByRole("link", { name: elena.name }).click();
  await page.getByRole("heading", { name: `What you may do for ${northwind.name}` }).waitFor();
  await expectFit(page);
  await page.getByRole("button", { name: "Contoso IT" }).click();
  await page.getByText("There is no client yet").waitFor();
  expect((await page.goto(address))?.status()).toBe(404);
  expect(await page.content()).not.toContain("Clerk Client");

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Email address").waitFor();
  await page.goto(address);
  expect(new URL(page.url()).pathname).toBe("/sign-in");
  // The page that is not the other organisation's is the one complaint.
  expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
  await page.context().close();
});

test("a token that has run out is renewed by Clerk's handshake, and before a form is sent", async () => {
  const page = await open("/");
  await signIn(page, aiko.email);
  await page.getByText("There is no client yet").waitFor();
  const stale = { name: "__session", value: clerk.staleToken(aiko, contoso), url: deployment.url };

  // On no page, or its program would renew the token first.
  await page.goto("about:blank");
  await page.context().addCookies([stale]);
  const before = clerk.handshakes;
  const answer = await page.goto(`${deployment.url}/terms`);
  expect([answer?.status(), clerk.handshakes]).toEqual([200, before + 1]);
  await page.getByRole("heading", { name: "Terms to copy" }).waitFor();

  // A machine that slept: what the page holds and what the cookie holds are both over.
  await page.waitForFunction(() => {
    const { session } = (globalThis as unknown as { Clerk: ClerkLike }).Clerk;
    return session?.lastActiveToken !== null && session !== null;
  });
  const made = page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/groups"));
  await page.context().addCookies([stale]);
  await page.evaluate(() => {
    const { session } = (globalThis as unknown as { Clerk: ClerkLike }).Clerk;
    if (session?.lastActiveToken) session.lastActiveToken.jwt.claims.exp = 1;
    const form = Object.assign(document.createElement("form"), { method: "post", action: "/groups" });
    form.innerHTML = '<input name="name" value="By a technician"><button>Send</button>';
    document.querySelector("main")?.append(form);
    form.requestSubmit();
  });
  // Refused for what Aiko may do, no longer for the token.
  expect((await made).status()).toBe(403);
  await page.context().close();
});

interface ClerkLike {
  session: { lastActiveToken: { jwt: { claims: { exp: number } } } | null } | null;
}

test("nothing is sent with a token that ran out and can't be renewed, and the page says so", async () => {
  const cookie = `__session=${clerk.staleToken(elena, northwind)}; __client_uat=1`;
  const headers = { cookie, origin: deployment.url, "content-type": "application/x-www-form-urlencoded" };
  const answer = await fetch(`${deployment.url}/groups`, { method: "POST", headers, body: "name=x", redirect: "manual" });
  expect(answer.status).toBe(401);
  expect(await answer.text()).toContain("Nothing was done");
});

test("where Clerk can't be reached, the sign-in page says so", async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  await context.route(`https://${clerk.host}/**`, (route) => route.abort());
  const page = await context.newPage();
  await page.goto(deployment.url);
  await page.getByRole("alert").filter({ hasText: "can't be reached" }).waitFor();
  await context.close();
});
