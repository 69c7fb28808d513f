import axeCore from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { ApprovalPage } from "../../agent/approval-page.ts";
import type { AgentState } from "../../agent/state.ts";
import { makeState, removeState, startAgent, type TestAgent } from "../agent/bench-agent.ts";
import { FakeServer, type FakeSession } from "../agent/fake-server.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
let context: BrowserContext;
let page: Page;
let approver: ApprovalPage;
let state: AgentState;
let server: FakeServer;
let running: TestAgent;
let session: FakeSession;
const faults: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

beforeEach(async () => {
  faults.length = 0;
  state = makeState();
  server = await FakeServer.open(state);
  approver = await ApprovalPage.open({ computer: state.name, organization: state.organization, person: "pat" });
  running = startAgent(state, { part: { approver } });
  await running.agent.present;
  context = await browser.newContext();
  page = await context.newPage();
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(approver.url());
  session = server.invite();
  await page.getByRole("heading", { name: "Printing fails" }).waitFor();
});
afterEach(async () => {
  await context.close();
  await running.agent.stop();
  await approver.close();
  await server.close();
  removeState(state);
  expect(faults).toEqual([]);
});

const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 15_000, interval: 10 });

describe("the person at the endpoint, in a browser", () => {
  test("sees who asks, the exact command and why; allows it, and it runs", async () => {
    session.run("r1", "touch 'a  b'; echo done", "The queue is stuck");
    const question = page.locator(".question");
    await question.getByText("Tess Technician asks to run this on this computer:").waitFor();
    expect(await question.locator(".command").textContent()).toBe("touch 'a  b'; echo done");
    await question.getByText("Why: The queue is stuck").waitFor();
    expect(await page.title()).toBe("(1) Your answer is needed");
    await page.getByLabel("A word with your answer").fill("go ahead");
    await page.getByRole("button", { name: "Allow this command" }).click();
    await until(() => session.ofKind("finished").length === 1);
    expect(session.ofKind("approval.answered")[0]).toMatchObject({ entry: { answer: "approved" }, text: { word: "go ahead" } });
    expect(session.output(session.ofKind("command")[0]?.entry.seq ?? 0)).toBe("done\n");
    await page.getByText("ended with status 0").waitFor();
    expect(await question.isVisible()).toBe(false);
  });

  test("refuses by keyboard alone, under a name of their own", async () => {
    await page.getByLabel("Your name").fill("Pat Person");
    session.run("r1", "rm -rf /");
    await page.locator(".question").waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("A command needs your answer");
    await page.getByRole("button", { name: "Refuse" }).and(page.locator(":enabled")).waitFor();
    for (let i = 0; i < 10; i++) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(() => document.activeElement?.textContent)) === "Refuse") break;
    }
    await page.keyboard.press("Enter");
    await until(() => session.ofKind("approval.answered").length === 1);
    expect(session.ofKind("approval.answered")[0]?.entry.answer).toBe("denied");
    expect(session.ofKind("joined").at(-1)?.text.name).toBe("Pat Person");
    expect(session.ofKind("command")).toEqual([]);
  });

  test("is not made to allow what just appeared under the pointer", async () => {
    // Watched for before it can appear: whoever asks first and watches then may be too late.
    await page.evaluate(() => {
      const question = document.querySelector(".session .question") as HTMLElement;
      (globalThis as { whenShown?: Promise<boolean> }).whenShown = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (!question.hidden) resolve((question.querySelector(".approve") as HTMLButtonElement).disabled);
        });
        observer.observe(question, { attributes: true });
      });
    });
    session.run("r1", "touch x");
    expect(await page.evaluate(() => (globalThis as { whenShown?: Promise<boolean> }).whenShown)).toBe(true);
    await page.getByRole("button", { name: "Allow this command" }).and(page.locator(":enabled")).waitFor();
  });

  test("chats both ways and stops the session", async () => {
    session.write({ kind: "chat", by: "p0" }, { message: "<b>Hello</b> <script>alert(1)</script>" });
    await page.getByText("<b>Hello</b> <script>alert(1)</script>").waitFor();
    await page.getByLabel("Write to the technician").fill("Yes, here.");
    await page.getByRole("button", { name: "Send" }).click();
    await page.locator(".log").getByText("Yes, here.").waitFor();
    expect(session.ofKind("chat").at(-1)?.text.message).toBe("Yes, here.");
    session.run("r1", "echo go; sleep 600");
    await until(() => session.ofKind("output").length === 1);
    page.on("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: "Stop the session" }).click();
    await until(() => session.ofKind("finished").length === 1);
    expect(session.ofKind("finished")[0]?.entry.end).toBe("cancelled");
    await page.getByText("You stopped this session.").waitFor();
  });

  test("sees characters that hide", async () => {
    session.run("r1", "touch x\u202e\u200b # \u00a0<img src=x onerror=alert(1)>");
    const command = page.locator(".question .command");
    await command.waitFor();
    expect(await command.textContent()).toBe("touch xU+202EU+200B # U+00A0<img src=x onerror=alert(1)>");
    expect(await command.locator("mark").count()).toBe(3);
    await page.getByText("characters that can't be seen").waitFor();
  });

  test("who says nothing for as long as there is time sees the question go, and it is recorded as expired", async () => {
    await running.agent.stop();
    running = startAgent(state, { part: { approver }, approvalTime: 1500 });
    await until(() => session.ofKind("gap").length === 1);
    session.run("r1", "touch x");
    await page
      .locator(".question")
      .getByText(/If nobody answers by .*, it does not run\./)
      .waitFor();
    await page.locator(".question").waitFor({ state: "hidden" });
    await until(() => session.ofKind("approval.answered").length === 1);
    expect(session.ofKind("approval.answered")[0]?.entry.answer).toBe("expired");
    expect(session.ofKind("command")).toEqual([]);
  });

  test("sees a lapsed question go away, and a session that is over", async () => {
    session.run("r1", "touch x");
    await page.locator(".question").waitFor();
    session.cancel("r1");
    await page.locator(".question").waitFor({ state: "hidden" });
    await session.close();
    await page.getByText("Nobody is working on this computer now.").waitFor();
  });

  test.each(["light", "dark"] as const)("reads well in %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    session.run("r1", `alias x=y; cat /a/${"verylong".repeat(40)}`, "why");
    await page.locator(".question").waitFor();
    await page.getByRole("button", { name: "Refuse" }).and(page.locator(":enabled")).waitFor();
    // The page's own policy allows no script but its own; the check runs from outside of it.
    const cdp = await context.newCDPSession(page);
    await cdp.send("Page.setBypassCSP", { enabled: true });
    await page.evaluate(axeCore.source);
    const violations = await page.evaluate(async () => {
      const axe = (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }).axe;
      return (await axe.run()).violations.map(({ id }) => id);
    });
    expect(violations).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});
