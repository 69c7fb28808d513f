import { join } from "node:path";
import type { Download, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { daniel, elena, northwind, ruth, tom } from "../../fixtures/people.ts";
import { payrollExport } from "../../fixtures/story/acme/payroll-export.ts";
import { spoolerSecond } from "../../fixtures/story/acme/spooler-second.ts";
import { spoolerThird } from "../../fixtures/story/acme/spooler-third.ts";
import { vpn } from "../../fixtures/story/acme/vpn.ts";
import { borealis, fd01 } from "../../fixtures/story/borealis.ts";
import { look, session } from "../../fixtures/story/session.ts";
import { visibleLines } from "../../record/text.ts";
import type { Recorded } from "../../record/wire.ts";
import { scanAll } from "../../worker/local/handoff.ts";
import type { FindingView } from "../../worker/scan-schema.ts";
import type { GroupView, HandoffRow, HandoffView, SessionRow } from "../../worker/schema.ts";
import { Contents } from "../e2e/hidden-text.ts";
import { unzipTo } from "../e2e/tools.ts";
import { complaintsOf, expectFit, openScene, type Scene } from "./console-scene.ts";

const SECRET = "Tr0ut-Lantern!88";
const HIDDEN = "118,402.77 is my figure";
/** Masked in a line by hand, wherever it stands. */
const MASKED = "PayExport.exe' --run 2026-06 --dry";

/** More than one request decides about. */
const mailboxes = session({
  client: borealis,
  machine: fd01,
  technician: tom,
  person: "Owen Bright",
  subject: "List of mailboxes",
  start: "2026-05-04T09:00:00.000Z",
  tags: [],
  steps: [look("Get-Mailbox", { out: Array.from({ length: 250 }, (_, i) => `mailbox${i}@borealis.example`).join("\n"), ms: 400 })],
  close: { outcome: "resolved", summary: "Listed." },
});

let scene: Scene;
beforeAll(async () => {
  scene = await openScene([payrollExport, spoolerSecond, spoolerThird, vpn, mailboxes]);
});
afterAll(() => scene?.close());

async function first<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error("expected at least one");
}

test("who is not signed in is led to sign in, and back to the page that was asked for", async () => {
  const group = await first(scene.apiFor(northwind, elena).list<GroupView>("groups"));
  const page = await (await scene.browser.newContext()).newPage();
  await page.goto(`${scene.deployment.url}/groups/${group.group}?tag=payroll`);
  await page.getByRole("button", { name: elena.name }).click();
  await page.waitForURL(`${scene.deployment.url}/groups/${group.group}?tag=payroll`);
  expect(await page.getByRole("link", { name: payrollExport.subject }).count()).toBe(1);
  expect(await page.getByRole("link", { name: spoolerThird.subject }).count()).toBe(0);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in$/);
  await page.goto(scene.deployment.url);
  expect(page.url()).toContain("/sign-in");
  await page.context().close();
});

test("a handoff is led through by hand, from selection to a link that is revoked", async () => {
  const page = await scene.signIn(elena);
  const complaints = complaintsOf(page);
  await expectFit(page);
  await page.getByLabel("Name of a client").fill("acme accounting");
  await page.keyboard.press("Enter");
  await page.getByText("1 client with").waitFor();
  await expectFit(page);
  await page.getByRole("link", { name: "Acme Accounting" }).click();
  await expectFit(page);
  await page.getByLabel("Incoming MSP").fill("Contoso IT");
  await page.getByRole("button", { name: "Start a handoff" }).click();

  // Select
  await page.getByRole("button", { name: "Last 12 months" }).click();
  await page.getByText("closed sessions").waitFor();
  expect(Date.parse(await page.getByLabel("Last day").inputValue())).toBeGreaterThan(Date.now() - 2 * 86_400_000);
  // The sample year's own days, so that the test doesn't depend on today.
  await page.getByLabel("First day").fill("2026-01-01");
  await page.getByLabel("Last day").fill("2026-12-31");
  await page.getByRole("button", { name: "Change period" }).click();
  await expectFit(page);
  // Three incidents of those in the period: two that fit what the list is narrowed to, and one more; the fourth is privileged.
  await page.getByRole("button", { name: "Leave out all shown" }).click();
  await page.getByText("0 of 4 shown included").waitFor();
  expect(await page.locator("table select").evaluateAll((all) => all.map((one) => (one as HTMLSelectElement).value))).toEqual(
    Array.from({ length: 4 }, () => "not-selected"),
  );
  await page.getByLabel("Words").fill("PayExport");
  await page.getByRole("button", { name: "Narrow" }).click();
  await page.getByText("1 session of 4 in the period shown").waitFor();
  await expectFit(page);
  await page.getByRole("button", { name: "Include all shown" }).click();
  await page.getByRole("link", { name: "Show all" }).click();
  const choice = (subject: string) => page.getByRole("combobox", { name: `${subject}: in the package?` });
  expect(await choice(payrollExport.subject).inputValue()).toBe("include");
  for (const { subject } of [spoolerSecond, spoolerThird]) await choice(subject).selectOption("include");
  await choice(vpn.subject).selectOption("privileged");
  await page.getByText("3 of 4 shown included, not saved yet").waitFor();
  await page.getByRole("button", { name: "Save and go on" }).click();
  await page.waitForURL(/\/scan$/);
  await page.getByRole("link", { name: /Select/ }).click();
  expect(await choice(vpn.subject).inputValue()).toBe("privileged");
  await page.getByText("1 session left out as privileged").waitFor();
  await page.getByRole("link", { name: /Scan/ }).click();

  // Scan: all sessions are looked through; all names are kept at once.
  await expectFit(page);
  await page.getByRole("button", { name: "Look through them" }).click();
  await page.getByText("Every session was looked through").waitFor();
  await expectFit(page);
  const names = page.getByRole("listitem").filter({ hasText: "Name of a person" });
  await names.getByLabel(/Keep all, because/).fill("The incoming MSP works with the same people.");
  await names.getByRole("button", { name: "Keep all" }).click();
  await page.getByText("Name of a person").waitFor({ state: "detached" });

  // Review: findings are decided by keyboard alone, beside the page as it will be handed over.
  await page.getByRole("link", { name: payrollExport.subject }).click();
  const framed = page.frameLocator("#page");
  await framed.getByRole("heading", { level: 1, name: payrollExport.subject }).waitFor();
  await framed.locator('[data-found="open"]').first().waitFor();
  await expectFit(page);
  await page.keyboard.press("n");
  const first = page.locator(".finding:focus");
  await expect.poll(() => first.locator("mark").textContent()).toContain(SECRET);
  expect(await framed.locator(".l", { hasText: SECRET }).count()).toBeGreaterThan(0);
  await page.keyboard.press("m");
  await page.getByText("masked by").first().waitFor();
  await framed.locator(".mask", { hasText: "[password 1]" }).first().waitFor();
  expect(await framed.locator("body").textContent()).not.toContain(SECRET);
  await decideAll(page, "Keep");
  // A line that no scanner knows is picked in the page by keyboard, and hidden; shown again; and hidden again.
  const line = framed.locator(".l, .t").filter({ hasText: HIDDEN }).first();
  for (const isLast of [false, true]) {
    await line.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByLabel("Line", { exact: true }).inputValue()).toMatch(/^e\d+(\.[a-z]+)?\.\d+$/);
    const address = await page.getByLabel("Line", { exact: true }).inputValue();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("reason");
    await page.getByRole("combobox", { name: "Why", exact: true }).selectOption("privileged");
    await page.getByLabel(/Show instead/).fill("left out");
    await page.keyboard.press("Enter");
    await framed.locator(".mask", { hasText: "left out" }).waitFor();
    expect(await framed.locator("body").textContent()).not.toContain(HIDDEN);
    if (isLast) break;
    await page.getByRole("button", { name: `Show again line ${address}` }).click();
    await line.waitFor();
  }
  await maskEverywhere(page);
  await page.getByLabel("What happened").fill("The export stopped at a date of birth that does not exist.");
  await page.getByRole("button", { name: "Mark as reviewed" }).click();
  for (let left = 2; left > 0; left--) {
    await page.getByRole("link", { name: "Review the next one" }).click();
    await decideAll(page, "Mask");
    await page.getByRole("button", { name: "Mark as reviewed" }).click();
    await page.waitForURL(/\/review$/);
  }
  await page.getByText("Every session is reviewed.").waitFor();
  await expectFit(page);

  // Notes
  await page.getByRole("link", { name: /Notes/ }).click();
  await page.getByText("The export stopped at a date of birth that does not exist.").waitFor();
  expect(await page.getByLabel(/Letter to/).inputValue()).toContain("holds 3 support sessions on 2 machines");
  await page.getByLabel(/Letter to/).fill("Dear colleagues,\n\nall you need is in here.");
  await expectFit(page);
  await page.getByRole("button", { name: "Save and go on" }).click();

  // Every page as it will be
  await page.getByRole("link", { name: "Look at the pages as they will be" }).click();
  const whole = page.frameLocator(".framed");
  await whole.getByRole("heading", { level: 1 }).getByText("Acme Accounting").waitFor();
  await expectFit(page);
  await whole.getByRole("link", { name: "Hidden lines" }).click();
  await whole.getByText("left out").first().waitFor();
  await whole.getByRole("searchbox").fill("PayExport");
  await page.keyboard.press("Enter");
  await whole.locator("#hits li a").first().waitFor();
  await page.getByRole("link", { name: "Back to publishing" }).click();

  // Publish
  await expectFit(page);
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("link", { name: "Download the ZIP" }).waitFor();
  const [zip] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download the ZIP" }).click()]);
  const handoff = new URL(page.url()).pathname.split("/")[2] ?? "";
  const hidden = await hiddenTexts(handoff);
  for (const text of [SECRET, HIDDEN, MASKED]) expect(hidden.some((one) => one.includes(text))).toBe(true);
  await expectNowhere(zip, [...hidden, SECRET, HIDDEN, MASKED], "PayExport");
  await page.getByRole("button", { name: "Make a link" }).click();
  const url = (await page.locator(".fresh .copy").textContent())?.trim() ?? "";
  const draft = await page.getByLabel("Text").inputValue();
  expect(draft).toContain(url);
  expect(draft).toMatch(/SHA256:[\w+/]{43}\n/);
  expect(draft).not.toContain(SECRET);
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /Save as a file/ }).click()]);
  expect(saved.suggestedFilename()).toBe("handoff.eml");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: scene.deployment.url });
  await page.getByLabel("Text").fill(`${draft}\nUntil soon, Elena`);
  await page.getByRole("button", { name: /Copy the text/ }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("Until soon, Elena");
  // The mail program gets what stands there now; here nothing is opened.
  const mail = page.getByRole("link", { name: "Open in the mail program" });
  await page.evaluate(() => document.addEventListener("click", (event) => event.preventDefault(), { once: true }));
  await mail.click();
  expect(decodeURIComponent((await mail.getAttribute("href")) ?? "")).toContain("Until soon, Elena");
  await page.getByRole("button", { name: /Copy the link/ }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(url);
  // As the form had it: for thirty days.
  expect(daysUntil(await endOf(page, "Contoso IT"))).toBeCloseTo(30, 1);
  await expectFit(page);
  await page.getByLabel("For whom").fill("Acme's lawyer");
  await page.getByLabel("Works for", { exact: true }).fill("12");
  await page.getByLabel("Works for: hours or days").selectOption("hours");
  await page.getByLabel("Passcode, if wanted").fill("blue-horse-9");
  await page.getByRole("button", { name: "Make a link" }).click();
  expect(daysUntil(await endOf(page, "Acme's lawyer"))).toBeCloseTo(0.5, 1);
  const guarded = (await page.locator(".fresh .copy").textContent())?.trim() ?? "";
  await expectFit(page);

  const reader = await (await scene.browser.newContext()).newPage();
  await reader.goto(url);
  await expect.poll(() => reader.locator("h1").first().textContent()).toContain("Acme Accounting");
  const records = await (await fetch(new URL("data/search/texts-0.js", url))).text();
  expect(records).toContain("PayExport");
  expect(records).not.toContain(SECRET);

  // The lawyer's link asks for the passcode, is seen to be opened, and ends alone.
  await reader.goto(guarded);
  await reader.getByLabel("Passcode").fill("blue-horse-9");
  await reader.keyboard.press("Enter");
  await expect.poll(() => reader.getByText("Acme Accounting").count()).toBeGreaterThan(0);
  await page.reload();
  await page.goto(page.url().replace(/\/links$/, "/publish"));
  await expectFit(page);
  const row = page.getByRole("row").filter({ hasText: "Acme's lawyer" }).first();
  expect(await row.textContent()).toContain("1 time");
  await row.getByText("Change").click();
  await row.getByRole("button", { name: "Revoke this link" }).click();
  await row.getByText("Revoked").waitFor();
  expect((await reader.goto(guarded))?.status()).toBe(410);
  expect((await reader.goto(url))?.status()).toBe(200);

  await page.getByText("Revoke", { exact: true }).click();
  await page.getByRole("button", { name: "Revoke this handoff" }).click();
  await page.getByText("Revoked", { exact: true }).waitFor();
  expect((await reader.goto(url))?.status()).toBe(410);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 180_000);

test("very many findings are decided at once, and it is said how many are", async () => {
  const page = await scene.signIn(elena);
  const { handoff } = await draft(borealis.name);
  await page.goto(`${scene.deployment.url}/handoffs/${handoff}/scan`);
  await page.getByRole("button", { name: "Look through it" }).click();
  const mail = page.getByRole("listitem").filter({ hasText: "E-mail address" });
  const open = Number.parseInt((await mail.locator(".chip").textContent()) ?? "", 10);
  expect(open).toBeGreaterThanOrEqual(250);
  // The second request waits until the first one's count was seen.
  let requests = 0;
  let goOn = () => {};
  const seen = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  await page.route("**/decisions", async (route) => {
    if (++requests === 2) await seen;
    await route.continue();
  });
  await mail.getByRole("button", { name: "Mask all" }).click();
  await page.getByText(`Decided 200 of ${open}…`).waitFor();
  goOn();
  await mail.waitFor({ state: "detached" });
  expect(requests).toBe(3);
  const { items } = await scene
    .apiFor(northwind, elena)
    .get<{ items: FindingView[] }>(`handoffs/${handoff}/findings?state=open&limit=500`);
  expect(items.filter(({ kind }) => kind === "email")).toEqual([]);
  await page.context().close();
});

test("a handoff can't be published before every session is reviewed", async () => {
  const page = await scene.signIn(elena);
  const { handoff, sessions } = await draft();
  await page.goto(`${scene.deployment.url}/handoffs/${handoff}/publish`);
  await page.getByText(`${sessions} sessions must be reviewed`).waitFor();
  await page.getByText(`${sessions} sessions were not looked through`).waitFor();
  expect(await page.getByRole("button", { name: "Publish" }).isDisabled()).toBe(true);
  await page.context().close();
});

test("the page under review reaches nothing of the console, and nobody else is taken for it", async () => {
  const page = await scene.signIn(elena);
  const { handoff, session } = await draft();
  await page.goto(`${scene.deployment.url}/handoffs/${handoff}/review/${session}`);
  const framed = page.frameLocator("#page");
  await framed.locator('.timeline [role="button"]').first().waitFor();
  const inside = page.frames().find((frame) => frame.url().includes("/preview/"));
  expect(
    await inside?.evaluate(() => {
      const refused = (work: () => unknown) => {
        try {
          work();
          return false;
        } catch {
          return true;
        }
      };
      return [
        globalThis.origin,
        refused(() => parent.document.body),
        refused(() => document.cookie),
        refused(() => localStorage.length),
      ];
    }),
  ).toEqual(["null", true, true, true]);
  expect(
    await inside?.evaluate(
      (address) =>
        fetch(address).then(
          () => "came",
          () => "refused",
        ),
      `${scene.deployment.url}/handoffs/${handoff}`,
    ),
  ).toBe("refused");
  const line = page.getByLabel("Line", { exact: true });
  // The same words from the console's own window, and other words from the frame, pick nothing.
  await page.evaluate(() => postMessage({ caisey: "framed", pick: "e1.1" }, "*"));
  for (const message of [
    { caisey: "framed", pick: "#x" },
    { caisey: "framed", pick: 'e1.1"><b>' },
    { pick: "e1.1" },
    "e1.1",
    null,
  ]) {
    await inside?.evaluate((told) => parent.postMessage(told, "*"), message);
  }
  await inside?.evaluate(() => parent.postMessage({ caisey: "framed", pick: "e2.1" }, "*"));
  await expect.poll(() => line.inputValue()).toBe("e2.1");
  // Nobody else shows it in a frame, and its address leads nowhere else.
  const response = await page.request.get(inside?.url() ?? "");
  expect(response.headers()["content-security-policy"]).toContain(`frame-ancestors ${scene.deployment.url}`);
  await page.context().close();
});

test("where two people have to review, the second is somebody else, and nothing is published before", async () => {
  const api = scene.apiFor(northwind, elena);
  const { handoff, group, sessions } = await draft();
  const first = await scene.signIn(elena);
  await first.goto(`${scene.deployment.url}/handoffs/${handoff}/review`);
  await first.getByText("One reviewer is enough. Change").click();
  await first.getByLabel(/A second person reviews every session/).check();
  await expectFit(first);
  await first.getByRole("button", { name: "Save" }).click();
  await first.getByText("have to be reviewed by two people").waitFor();
  await scanAll(api, handoff);
  const address = `${scene.deployment.url}/handoffs/${handoff}/review`;
  for (let left = sessions; left > 0; left--) {
    await first.getByRole("link", { name: "Review the next one" }).click();
    await first.getByRole("button", { name: "Mark as reviewed" }).click();
    await first.waitForURL(address);
  }
  await first.getByText(`${sessions} sessions of ${sessions} still to be reviewed by a second person`).waitFor();
  await first.goto(`${scene.deployment.url}/handoffs/${handoff}/publish`);
  await first.getByText(`${sessions} sessions must be reviewed by a second person`).waitFor();

  const second = await scene.signIn(ruth);
  await second.goto(address);
  for (let left = sessions; left > 0; left--) {
    await second.getByRole("link", { name: "Review the next one" }).click();
    await second.getByRole("button", { name: "I have reviewed it as well" }).click();
    await second.waitForURL(address);
  }
  await second.getByText("Every session is reviewed by two people.").waitFor();
  await expectFit(second);
  // A reviewer may not say that one is enough.
  expect(await second.getByText("Change", { exact: false }).count()).toBe(0);
  await second.context().close();
  await api.put(`groups/${group}/second-review`, { required: false });
  await first.context().close();
});

test("another organisation finds nothing at any address of the first, and can change nothing there", async () => {
  const { handoff, group, session } = await draft();
  const page = await scene.signIn(daniel);
  const at = scene.deployment.url;
  const addresses = [
    `/groups/${group}`,
    `/sessions/${session}`,
    `/sessions/${session}/entries`,
    `/sessions/${session}/state`,
    ...["", "/select", "/scan", "/review", `/review/${session}`, "/notes", "/preview", "/publish"].map(
      (step) => `/handoffs/${handoff}${step}`,
    ),
  ];
  for (const address of addresses) {
    const response = await page.goto(at + address);
    expect(response?.status(), address).toBe(404);
    expect(await page.content()).not.toContain("Acme");
  }
  const forms = [
    [`/groups/${group}/enrolment-codes`, "endpoint=x"],
    [`/groups/${group}/handoffs`, "recipient=x"],
    [`/sessions/${session}/tags`, "tags=x"],
    [`/handoffs/${handoff}/period`, "from=2026-01-01&to=2026-12-31"],
    [`/handoffs/${handoff}/scan`, "terms=xx"],
    [`/handoffs/${handoff}/scan/next`, ""],
    [`/handoffs/${handoff}/scan/${session}`, ""],
    [`/handoffs/${handoff}/decisions`, "finding=x&decision=redact"],
    [`/handoffs/${handoff}/letter`, "letter=x"],
    [`/handoffs/${handoff}/publish`, "days=30&recipient=x"],
    [`/handoffs/${handoff}/links/lnk_0000000000000000/extend`, "days=30"],
    [`/handoffs/${handoff}/links/lnk_0000000000000000/revoke`, ""],
    [`/handoffs/${handoff}/email`, "subject=x&body=y"],
    [`/handoffs/${handoff}/revoke`, ""],
    [`/handoffs/${handoff}/cancel`, ""],
    [`/handoffs/${handoff}/replace`, ""],
    [`/handoffs/${handoff}/second-review`, "group=on"],
    [`/handoffs/${handoff}/redactions`, `session=${session}&at=e0.1&reason=other`],
    [`/handoffs/${handoff}/sessions/${session}/review`, "title=x&reviewed=yes"],
    [`/handoffs/${handoff}/sessions/${session}/second-review`, ""],
  ] as const;
  await page.goto(at);
  for (const [address, body] of forms) expect(await post(page, address, body), address).toBe(404);
  await page.context().close();
});

test("forms are taken from the console's own pages only", async () => {
  const { group } = await draft();
  const cookie = `__session=${scene.deployment.tokenFor(northwind, elena)}; __client_uat=${Math.floor(Date.now() / 1000) - 5}`;
  const send = (headers: Record<string, string>) =>
    fetch(`${scene.deployment.url}/groups/${group}/handoffs`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, ...headers },
      body: new URLSearchParams({ recipient: "Somebody" }),
    });
  expect((await send({ origin: "https://elsewhere.example" })).status).toBe(403);
  expect((await send({})).status).toBe(403);
  expect((await send({ origin: scene.deployment.url })).status).toBe(303);
});

test("no page lets scripts run that are not its own", async () => {
  const page = await scene.signIn(tom);
  const response = await page.goto(scene.deployment.url);
  const policy = response?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain("unsafe");
  await page.context().close();
});

test("a member without the permission may look, but finds no way to prepare a handoff", async () => {
  const { group, handoff } = await draft();
  const page = await scene.signIn(tom);
  await page.goto(`${scene.deployment.url}/groups/${group}`);
  expect(await page.getByRole("button", { name: "Start a handoff" }).count()).toBe(0);
  expect(await post(page, `/handoffs/${handoff}/letter`, "letter=x")).toBe(403);
  await page.context().close();
});

/** When a link ends, as the table of links says it. */
async function endOf(page: Page, name: string): Promise<string> {
  const row = page.getByRole("row").filter({ has: page.getByRole("cell", { name, exact: true }) });
  return (await row.locator("time").first().getAttribute("datetime")) ?? "";
}

function daysUntil(instant: string): number {
  return (Date.parse(instant) - Date.now()) / 86_400_000;
}

/** Every line that the handoff hides, or the part of it that is masked, as it was recorded. */
async function hiddenTexts(handoff: string): Promise<string[]> {
  const api = scene.apiFor(northwind, elena);
  const { redactions } = await api.get<HandoffView>(`handoffs/${handoff}`);
  const texts = new Set<string>();
  for (const { session, seq, field, line, shown } of redactions) {
    const { entries } = await api.get<{ entries: Recorded[] }>(`sessions/${session}/entries?from=${seq}&limit=1`);
    const value = entries[0]?.text[field];
    const recorded = value === undefined ? undefined : visibleLines(value)[line];
    if (recorded === undefined || recorded.hidden !== undefined) throw new Error(`expected line ${line} of ${session} ${seq}`);
    texts.add(maskedPart(recorded.text, shown));
  }
  return [...texts].filter((text) => text.trim() !== "");
}

/** What of a line doesn't stand in its masked rendering: all but what both begin and end with. */
function maskedPart(text: string, shown: string | null): string {
  if (shown === null) return text;
  let from = 0;
  while (from < text.length && text[from] === shown[from]) from++;
  let back = 0;
  while (back < Math.min(text.length, shown.length) - from && text.at(-1 - back) === shown.at(-1 - back)) back++;
  return text.slice(from, text.length - back);
}

/** Unpacks what was downloaded, and looks for what must not be in it, and for what must. */
async function expectNowhere(zip: Download, hidden: readonly string[], shown: string): Promise<void> {
  const folder = join(scene.deployment.folder, "unzipped");
  await unzipTo(await zip.path(), folder);
  const contents = new Contents(folder);
  for (const text of hidden) {
    expect(contents.filesWith(text), text).toEqual([]);
    expect(await contents.findableWords(text), text).toEqual([]);
  }
  const files = contents.filesWith(shown);
  for (const kind of [".text.jsonl", ".rsmf", ".csv", ".html", "texts-0.js"])
    expect(
      files.some((path) => path.endsWith(kind)),
      kind,
    ).toBe(true);
}

/** Picks a line by mouse, and masks some of its words in all of the handoff. */
async function maskEverywhere(page: Page): Promise<void> {
  const framed = page.frameLocator("#page");
  await framed.locator(".l").filter({ hasText: MASKED }).first().click();
  await expect.poll(() => page.getByLabel("Line", { exact: true }).inputValue()).not.toBe("");
  await page.getByLabel("Only these words in it").fill(MASKED);
  await page.getByLabel(/Show instead/).fill("[a rehearsal]");
  await page.getByLabel(/The same words everywhere/).check();
  await page.getByRole("button", { name: "Hide", exact: true }).click();
  await framed.locator(".mask", { hasText: "[a rehearsal]" }).first().waitFor();
  expect(await framed.locator("body").textContent()).not.toContain(MASKED);
  expect(await framed.locator(".mask", { hasText: "Program Files" }).count()).toBe(2);
}

/** Decides in the same way about every finding that is left on the page. */
async function decideAll(page: Page, decision: "Keep" | "Mask"): Promise<void> {
  const open = page.locator(".finding.undecided");
  for (let left = await open.count(); left > 0; ) {
    const first = open.first();
    const id = await first.getAttribute("id");
    if (decision === "Keep") await first.getByPlaceholder("Why it can stay").fill("Nothing secret about it.");
    await first.getByRole("button", { name: decision }).click();
    // The page comes back with this one decided.
    await page.locator(`[id="${id}"]:not(.undecided)`).waitFor();
    left = await open.count();
  }
}

/** A handoff with every session selected and none reviewed. */
async function draft(client = "Acme Accounting"): Promise<{ group: string; handoff: string; session: string; sessions: number }> {
  const api = scene.apiFor(northwind, elena);
  let group = "";
  for await (const one of api.list<GroupView>("groups")) if (one.name === client) ({ group } = one);
  const { handoff } = await api.post<HandoffRow>(`groups/${group}/handoffs`, { recipient: "Contoso IT" });
  await api.put(`handoffs/${handoff}/period`, { from: "2026-01-01T00:00:00.000Z", to: "2026-12-31T23:59:59.999Z" });
  const include: { session: string }[] = [];
  for await (const { session } of api.list<SessionRow>(`groups/${group}/sessions`)) include.push({ session });
  await api.put(`handoffs/${handoff}/sessions`, { include });
  return { group, handoff, session: include[0]?.session ?? "", sessions: include.length };
}

/** Sends a form from within the page, as its own scripts could. @returns the status, of what it was redirected to if it was. */
function post(page: Page, address: string, body: string): Promise<number> {
  return page.evaluate(
    ([to, text]) =>
      fetch(to ?? "", { method: "POST", body: text ?? "", headers: { "content-type": "application/x-www-form-urlencoded" } }).then(
        (response) => response.status,
      ),
    [address, body],
  );
}
