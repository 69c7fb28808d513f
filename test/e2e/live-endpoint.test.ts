import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { elena, northwind } from "../../fixtures/people.ts";
import { type Entry, parseEntry } from "../../record/entry.ts";
import { sessionPagePath, sessionPath } from "../../record/path.ts";
import { type TextValue, visibleLines } from "../../record/text.ts";
import { Api } from "../../worker/local/api.ts";
import { makeHandoff } from "../../worker/local/handoff.ts";
import { checkPackage, downloadPackage } from "../../worker/local/package.ts";
import type { EndpointView, SessionRow, SessionView } from "../../worker/schema.ts";
import { launchChromium } from "../browser/chromium.ts";
import { type Deployment, deploy } from "../fixtures/deployment.ts";
import { ran, unzipTo } from "./tools.ts";

const MAIN = join(import.meta.dirname, "../../agent/main.ts");

let folder: string;
let deployment: Deployment;
let browser: Browser;
let page: Page;
let api: Api;
let agent: ChildProcess;
let said = "";
let group: string;
let session: string;

const state = () => join(folder, "state");
const call = (...args: string[]) => ran(process.execPath, [MAIN, ...args, "--state", state()]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "caisey-endpoint-"));
  [deployment, browser] = await Promise.all([deploy(), launchChromium()]);
  api = new Api(deployment.url, () => deployment.tokenFor(northwind, elena));
  await api.put("organization", { name: northwind.name });
  ({ group } = await api.post<{ group: string }>("groups", { name: "Acme Accounting" }));
  const { code } = await api.post<{ code: string }>(`groups/${group}/enrolment-codes`);
  expect(await call("enroll", "--url", deployment.url, "--code", code, "--name", "ACME-WS014")).toMatchObject({ status: 0 });
  agent = spawn(process.execPath, [MAIN, "run", "--no-open", "--shell", "bash", "--state", state()]);
  for (const stream of [agent.stdout, agent.stderr]) stream?.on("data", (piece: Buffer) => (said += piece));
  await vi.waitFor(() => expect(said).toMatch(/Answer here[\s\S]*Connected to/), 20_000);
  page = await browser.newPage();
  await page.goto(/http:\/\/127\.0\.0\.1:\S+/.exec(said)?.[0] ?? "");
  await page.getByLabel("Your name").fill("Pat Person");
});
afterAll(async () => {
  agent?.kill("SIGKILL");
  await browser?.close();
  await deployment?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Has the technician ask for a command. @returns when it is over. */
async function run(command: string, reason = "To find out"): Promise<{ request: string; over: () => Promise<void> }> {
  const { request } = await api.post<{ request: string }>(`sessions/${session}/commands`, { command, reason });
  const over = () =>
    vi.waitFor(
      async () => {
        const { requests } = await api.get<SessionView>(`sessions/${session}`);
        expect(requests.map((one) => one.request)).not.toContain(request);
      },
      { timeout: 20_000, interval: 100 },
    );
  return { request, over };
}

/** Answers what is asked, as the person does who sits there. */
async function answer(button: "Allow this command" | "Refuse", word: string): Promise<void> {
  await page.locator(".question").waitFor();
  await page.getByLabel("A word with your answer").fill(word);
  await page.getByRole("button", { name: button }).and(page.locator(":enabled")).click();
  await page.locator(".question").waitFor({ state: "hidden" });
}

const chat = (message: string) => api.post(`sessions/${session}/chat`, { message });

test("a session on this computer, answered in a browser, is all in the exported package", async () => {
  const [endpoint] = await all(api.list<EndpointView>(`groups/${group}/endpoints`));
  expect(endpoint).toMatchObject({ name: "ACME-WS014", connected: true });
  const opened = await api.post<SessionRow>(`groups/${group}/endpoints/${endpoint?.endpoint}/sessions`, {
    subject: "Printing fails",
  });
  session = opened.session;
  await page.getByRole("heading", { name: "Printing fails" }).waitFor();
  await vi.waitFor(async () => expect((await api.get<SessionView>(`sessions/${session}`)).agentConnected).toBe(true), 20_000);

  await chat("Hello, which printer is it?");
  await page.locator(".log").getByText("Hello, which printer is it?").waitFor();
  await page.getByLabel("Write to the technician").fill("The one on the second floor.");
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator(".log").getByText("The one on the second floor.").waitFor();

  await (await run("uname -s")).over();
  const note = join(folder, "note.txt");
  const allowed = await run(`echo restarted > '${note}'; cat '${note}'`, "The queue is stuck");
  await answer("Allow this command", "go ahead");
  await allowed.over();
  expect(readFileSync(note, "utf8")).toBe("restarted\n");
  const refused = await run(`rm '${note}'`);
  await answer("Refuse", "not that one");
  await refused.over();
  expect(existsSync(note)).toBe(true);
  const long = await run("echo begun; touch /dev/null; sleep 600");
  await answer("Allow this command", "");
  await vi.waitFor(async () => expect(await recordedText()).toContain("begun"), { timeout: 20_000, interval: 200 });
  await api.post(`sessions/${session}/cancel`, { request: long.request });
  await long.over();
  await api.post(`sessions/${session}/context`, { parts: ["memory"] });
  const memories = async () => (await entries()).filter((entry) => entry.kind === "context" && entry.part === "memory").length;
  await vi.waitFor(async () => expect(await memories()).toBe(2), { timeout: 30_000, interval: 200 });

  await api.post(`sessions/${session}/close`, { outcome: "resolved", summary: "The queue was restarted." });
  await page.getByText("Nobody is working on this computer now.").waitFor();
  await vi.waitFor(
    async () =>
      expect(await api.get<SessionView>(`sessions/${session}`)).toMatchObject({ state: "closed", witnessed: expect.any(String) }),
    { timeout: 20_000, interval: 200 },
  );

  const { handoff } = await makeHandoff({
    api,
    group,
    recipient: "Contoso IT",
    period: { from: "2020-01-01T00:00:00.000Z", to: new Date().toISOString() },
    sensitive: [],
    letter: "As agreed.",
    days: 30,
    onProgress: () => {},
  });
  const zip = await downloadPackage(api, handoff, folder, "package.zip");
  expect((await checkPackage(api, zip)).verdict).toBe("verified");
  const unzipped = join(folder, "unzipped");
  await unzipTo(zip, unzipped);
  checkRecord(packed(unzipped));

  // And as a reader sees it. Chromium lays out an entry when it comes near the window, so each text is gone to.
  const reader = await browser.newPage();
  const unseen = new Set([/The one on the second floor\./, /go ahead/, /not that one/, /uname -s/, /restarted/, /begun/]);
  let next: string | null = pathToFileURL(join(unzipped, sessionPagePath(session))).href;
  while (next !== null) {
    await reader.goto(next);
    for (const text of unseen) {
      const shown = reader.locator(".timeline").getByText(text).first();
      if ((await shown.count()) === 0) continue;
      await shown.scrollIntoViewIfNeeded();
      if (await shown.isVisible()) unseen.delete(text);
    }
    const link = reader.getByRole("link", { name: "Next page" }).first();
    next = (await link.count()) === 0 ? null : new URL((await link.getAttribute("href")) ?? "", reader.url()).href;
  }
  expect([...unseen]).toEqual([]);

  const waitsToLeave = new Promise((resolve) => agent.once("exit", resolve));
  agent.kill("SIGTERM");
  expect(await waitsToLeave).toBe(0);
  expect(await call("leave")).toMatchObject({ status: 0, stdout: expect.stringContaining("Northwind IT was told") });
  expect(await api.get<EndpointView>(`groups/${group}/endpoints/${endpoint?.endpoint}`)).toMatchObject({
    removed: expect.any(String),
  });
}, 120_000);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function entries(): Promise<Entry[]> {
  return (await all(api.entries(`sessions/${session}/entries`))).map(({ line }) => parseEntry(Buffer.from(line)));
}

async function recordedText(): Promise<string> {
  const recorded = await all(api.entries(`sessions/${session}/entries`));
  return recorded
    .flatMap(({ text }) => Object.values(text).flatMap((value) => visibleLines(value).map((line) => line.text)))
    .join("\n");
}

interface Packed {
  entry: Entry;
  text: Record<string, string>;
}

/** The session's entries out of the package, with their texts. */
function packed(unzipped: string): Packed[] {
  const read = (file: "entries.jsonl" | "text.jsonl") =>
    readFileSync(join(unzipped, sessionPath(session, file)), "utf8")
      .trimEnd()
      .split("\n");
  const found: Packed[] = read("entries.jsonl").map((line) => ({ entry: parseEntry(Buffer.from(line)), text: {} }));
  for (const line of read("text.jsonl")) {
    const { seq, field, ...value } = JSON.parse(line) as { seq: number; field: string } & TextValue;
    const { text } = found[seq] ?? { text: {} as Record<string, string> };
    text[field] = visibleLines(value)
      .map((one) => one.text)
      .join("\n");
  }
  return found;
}

function checkRecord(packedEntries: Packed[]): void {
  const of = <K extends Entry["kind"]>(kind: K) =>
    packedEntries.flatMap(({ entry, text }) =>
      entry.kind === kind ? [{ entry: entry as Extract<Entry, { kind: K }>, text }] : [],
    );
  expect(of("joined").map(({ entry, text }) => [entry.role, text.name])).toEqual(
    expect.arrayContaining([
      ["agent", "Caisey agent on ACME-WS014"],
      ["technician", elena.name],
      ["person", "Pat Person"],
    ]),
  );
  const person = of("joined").find(({ entry }) => entry.role === "person")?.entry.participant;
  expect(of("chat").map(({ text }) => text.message)).toEqual(["Hello, which printer is it?", "The one on the second floor."]);
  expect(of("approval.answered").map(({ entry, text }) => [entry.answer, entry.by, text.word])).toEqual([
    ["approved", person, "go ahead"],
    ["denied", person, "not that one"],
    ["approved", person, undefined],
  ]);
  const ends = of("finished").map(({ entry }) => {
    const command = packedEntries[entry.command];
    const output = of("output").filter((one) => one.entry.command === entry.command && one.entry.stream === "stdout");
    const consent = command?.entry.kind === "command" ? command.entry.consent : undefined;
    return [consent, output.map(({ text }) => text.output).join("\n"), entry.end];
  });
  expect(ends).toEqual([
    ["read-only", expect.stringMatching(/^(Linux|Darwin)$/), "exited"],
    ["answered", "restarted", "exited"],
    ["answered", "begun", "cancelled"],
  ]);
  expect(new Set(of("context").map(({ entry }) => entry.part)).size).toBe(10);
  expect(of("closed").map(({ entry, text }) => [entry.outcome, text.summary])).toEqual([["resolved", "The queue was restarted."]]);
}
