import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Agent, createAgent } from "../../agent/agent.ts";
import { systemClock } from "../../agent/clock.ts";
import { collectLocalContext } from "../../agent/context-local.ts";
import { enrol } from "../../agent/enrol.ts";
import { defaultPolicy } from "../../agent/policy-default.ts";
import { localShell } from "../../agent/shell-local.ts";
import { elena, northwind, tom } from "../../fixtures/people.ts";
import { ScriptedPerson } from "../../worker/local/scripted-person.ts";
import type { GroupView } from "../../worker/schema.ts";
import { complaintsOf, expectFit, openScene, type Scene } from "./console-scene.ts";

let scene: Scene;
let agent: Agent;
let group: string;
let folder: string;
const person = new ScriptedPerson("Sam Field", () => {});

// Each takes some seconds on a quiet machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

beforeAll(async () => {
  scene = await openScene([]);
  const api = scene.apiFor(northwind, elena);
  ({ group } = await api.post<GroupView>("groups", { name: "Live Client" }));
  const { code } = await api.post<{ code: string }>(`groups/${group}/enrolment-codes`, {});
  folder = join(scene.deployment.folder, "live");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const state = await enrol({ server: scene.deployment.url, code, name: "LIVE-01", folder });
  const makeShell = localShell("bash");
  agent = createAgent({
    state,
    policy: await defaultPolicy(),
    surroundings: () => ({
      ...{ clock: systemClock, approver: person, makeShell, quietTime: 200 },
      // Some parts are read by programs that take long.
      collectContext: (_, signal) => collectLocalContext(["os", "memory"], signal),
    }),
  });
  agent.start();
  await agent.present;
});
afterAll(async () => {
  await agent?.stop();
  await scene?.close();
});

test("a session is led from the console: commands, an approval, chat, a note, its end; a second technician sees the same", async () => {
  const page = await scene.signIn(tom);
  const complaints = complaintsOf(page);
  await page.getByRole("link", { name: "Live Client" }).click();
  await page.getByText("Start a session").click();
  await page.getByLabel("What is it about?").fill("Slow start in the morning");
  await page.getByRole("button", { name: "Start recording" }).click();
  await page.getByText("Machine connected").waitFor();
  const colleague = await scene.signIn(elena);
  await colleague.goto(page.url());

  // A command that only reads runs at once. Its output comes without a reload.
  await page.evaluate(() => Object.assign(globalThis, { stillHere: true }));
  const command = page.getByLabel("Command");
  await command.fill("printf '<b>first</b>\\nsecond\\n' | cat");
  await page.getByLabel("Why, for the person").fill("To look.");
  await page.getByRole("button", { name: "Run" }).click();
  await page.locator(".lines.output .line", { hasText: "<b>first</b>" }).waitFor();
  await expect.poll(() => command.inputValue()).toBe("");

  // While output streams, the button that would end it keeps the focus of whoever came to it by keyboard.
  await command.fill("for i in 1 2 3; do echo tick $i; sleep 1; done | cat");
  await page.getByRole("button", { name: "Run" }).click();
  await page.locator(".lines.output .line", { hasText: "tick 1" }).waitFor();
  await page.locator(".requests", { hasText: "running" }).waitFor();
  await page
    .locator(".requests")
    .getByRole("button", { name: /Cancel/ })
    .focus();
  await page.locator(".lines.output .line", { hasText: "tick 3" }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.closest(".requests") !== null)).toBe(true);
  await page.locator(".finished").nth(1).waitFor();

  // One that writes waits for the person at the machine; refused here, as nobody expects it.
  const file = join(folder, "written");
  await command.fill(`echo no > '${file}'`);
  await page.getByRole("button", { name: "Run" }).click();
  await page.locator(".approval-answered", { hasText: "Denied by Sam Field" }).waitFor();
  const allowed = `echo yes > '${file}'`;
  person.expect(allowed, "Go on.");
  await command.fill(allowed);
  await page.getByRole("button", { name: "Run" }).click();
  await page.locator(".approval-answered", { hasText: "Approved by Sam Field: Go on." }).waitFor();
  await page.locator(".finished").nth(2).waitFor();
  expect(readFileSync(file, "utf8")).toBe("yes\n");

  // Chat both ways, and a note.
  await page.getByLabel("Message to the person").fill("Restart it once, please.");
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator(".chat", { hasText: "Restart it once, please." }).waitFor();
  person.say(agent.sessions[0] ?? "", "Done, thank you.");
  await page.locator(".chat", { hasText: "Done, thank you." }).waitFor();
  await page.getByLabel("Note for the record").fill("Startup items trimmed.");
  await page.getByRole("button", { name: "Add note" }).click();
  await page.locator(".note", { hasText: "Startup items trimmed." }).waitFor();
  expect(await page.evaluate(() => "stillHere" in globalThis)).toBe(true);
  await expectFit(page);

  // The colleague's page has followed, entry by entry, each once.
  await colleague.locator(".note", { hasText: "Startup items trimmed." }).waitFor();
  const numbers = await colleague.locator(".entry").evaluateAll((entries) => entries.map((entry) => entry.id));
  expect(numbers).toEqual(numbers.map((_, i) => `e${i}`));

  // A reload loses nothing.
  await page.reload();
  expect(await page.locator(".chat", { hasText: "Done, thank you." }).count()).toBe(1);

  await page.getByText("Close this session").click();
  await page.getByLabel("Outcome").selectOption("resolved");
  await page.getByLabel("What was found and done").fill("Two startup items removed.");
  await page.getByRole("button", { name: "Close for good" }).click();
  await page.getByText("Witnessed by the machine").waitFor();
  await colleague.getByText("Witnessed by the machine").waitFor();
  expect(await page.getByLabel("Command").count()).toBe(0);
  await expectFit(page);
  expect(complaints).toEqual([]);
  await page.context().close();
  await colleague.context().close();
});

test.runIf(process.platform === "linux")("a command that waits for input is told to all who look on, and cancelled", async () => {
  const { page, colleague } = await openTogether("Waits for input");
  const fifo = join(folder, "fifo");
  execFileSync("mkfifo", [fifo]);
  const command = `read -r x <> '${fifo}'`;
  person.expect(command, "Try it.");
  await page.getByLabel("Command").fill(command);
  await page.keyboard.press("Control+Enter");
  for (const one of [page, colleague]) await one.locator("#live-waiting", { hasText: /waits for input since/ }).waitFor();
  expect(await page.locator("#live-waiting code").textContent()).toBe(command);
  await expectFit(page);
  await page.locator(".requests").getByRole("button", { name: "Cancel" }).click();
  await page.locator(".finished", { hasText: "cancelled" }).waitFor();
  for (const one of [page, colleague]) await one.locator("#live-waiting p").waitFor({ state: "detached" });
  // It is in the record as well, for whoever comes later.
  await colleague.locator(".chat", { hasText: "Commands get no input here" }).waitFor();
  await page.context().close();
  await colleague.context().close();
});

test("a lost connection is said, and what came meanwhile is there afterwards; a draft outlives a reload; tags, state, what is still to do", async () => {
  const { page, colleague } = await openTogether("Slow network");
  await page.locator(".context").nth(1).waitFor();
  await page.getByRole("button", { name: "Record the machine's state now" }).click();
  await page.locator(".context", { hasText: "Operating system" }).nth(1).waitFor();
  await page.locator(".context", { hasText: "Memory" }).nth(1).waitFor();

  await page.context().setOffline(true);
  await page.getByRole("alert").filter({ hasText: "The connection was lost" }).waitFor();
  await colleague.getByLabel("Message to the person").fill("Sent while the other was away.");
  await colleague.getByRole("button", { name: "Send" }).click();
  await colleague.locator(".chat", { hasText: "while the other was away" }).waitFor();
  await page.getByLabel("Note for the record").fill("Typed without a connection.");
  await page.getByRole("button", { name: "Add note" }).click();
  await page.getByRole("alert").filter({ hasText: "may not have reached the server" }).waitFor();
  await page.context().setOffline(false);
  await page.locator(".chat", { hasText: "while the other was away" }).waitFor();
  await page.getByRole("alert").filter({ hasText: "The connection was lost" }).waitFor({ state: "hidden" });
  // What was not sent is still said: trying to connect again took nothing of it away.
  await page.getByRole("alert").filter({ hasText: "may not have reached the server" }).waitFor();
  expect(await page.getByLabel("Note for the record").inputValue()).toBe("Typed without a connection.");
  await page.reload();
  expect(await page.getByLabel("Note for the record").inputValue()).toBe("Typed without a connection.");
  await page.getByRole("button", { name: "Add note" }).click();
  await colleague.locator(".note", { hasText: "Typed without a connection." }).waitFor();
  const numbers = await page.locator(".entry").evaluateAll((entries) => entries.map((entry) => entry.id));
  expect(numbers).toEqual(numbers.map((_, i) => `e${i}`));

  await page.locator("summary", { hasText: "Tags" }).click();
  await page.getByLabel("Tags, with commas").fill("network, slow");
  await page.getByRole("button", { name: "Save tags" }).click();
  await page.locator(".facts .tag", { hasText: "slow" }).waitFor();
  await page.getByText("Close this session").click();
  await page.getByLabel("Outcome").selectOption("workaround");
  await page.getByLabel("Still to do").fill("Replace the switch\nCheck the cable");
  await page.getByRole("button", { name: "Close for good" }).click();
  await page.getByText("Witnessed by the machine").waitFor();
  expect(await page.locator(".closed").textContent()).toMatch(/Workaround.*Still to do.*Replace the switch.*Check the cable/s);
  await page.context().close();
  await colleague.context().close();
});

/** A session that Tom opens and Elena looks on. */
async function openTogether(subject: string): Promise<{ page: Page; colleague: Page }> {
  const [page, colleague] = [await scene.signIn(tom), await scene.signIn(elena)];
  await page.getByRole("link", { name: "Live Client" }).click();
  await page.getByText("Start a session").click();
  await page.getByLabel("What is it about?").fill(subject);
  await page.getByRole("button", { name: "Start recording" }).click();
  await page.getByText("Machine connected").waitFor();
  await colleague.goto(page.url());
  await colleague.getByText("Machine connected").waitFor();
  return { page, colleague };
}

test("an enrolment code is shown once, and a machine that is removed can't be connected to", async () => {
  const page = await scene.signIn(elena);
  await page.goto(`${scene.deployment.url}/groups/${group}`);
  await page.getByRole("button", { name: "Enrol a machine" }).click();
  const lines = await page.locator(".copy").allTextContents();
  expect(lines).toHaveLength(4);
  for (const line of lines) expect(line).toContain(`enroll --url ${scene.deployment.url} --code `);
  const code = lines[3]?.trim().split(" ").at(-1) ?? "";
  await expectFit(page);
  await page.getByRole("link", { name: "Back to Live Client" }).click();
  await page.locator("#codes").waitFor();
  expect(await page.content()).not.toContain(code);

  // A code that was sent to the wrong person is rotated, its successor revoked.
  await page.getByRole("button", { name: /Rotate/ }).click();
  const second = (await page.locator("#source").textContent())?.trim().split(" ").at(-1) ?? "";
  expect(second).not.toBe(code);
  await page.getByRole("link", { name: "Back to Live Client" }).click();
  await page.getByRole("button", { name: /Revoke/ }).click();
  await expect.poll(() => page.locator("#codes tbody tr", { hasText: "Revoked" }).count()).toBe(2);
  for (const gone of [code, second]) {
    const refused = enrol({ server: scene.deployment.url, code: gone, name: "LATE-01", folder: join(folder, "late") });
    await expect(refused).rejects.toThrow();
  }
  await expectFit(page);

  // The machine's own page.
  await page.getByRole("link", { name: "LIVE-01" }).first().click();
  await page.getByRole("heading", { name: "LIVE-01" }).waitFor();
  await page.getByRole("cell", { name: /Slow network/ }).waitFor();
  await page.getByText("Operating system").waitFor();
  await expectFit(page);
  await page.getByText("Remove", { exact: true }).click();
  await page.getByRole("button", { name: "Remove this machine" }).click();
  await page.getByText(/^\s*removed/).waitFor();
  expect(await page.getByText("Start a session").count()).toBe(0);

  // An archived client takes nothing new in, until it is taken into use again.
  await page.getByText("Archive this client").click();
  await page.getByRole("button", { name: "Archive Live Client" }).click();
  await page.getByText(/Archived since/).waitFor();
  expect(await page.getByRole("button", { name: "Enrol a machine" }).count()).toBe(0);
  await expectFit(page);
  await page.goto(scene.deployment.url);
  expect(await page.getByRole("link", { name: "Live Client" }).count()).toBe(0);
  await page.getByRole("link", { name: "Show archived clients, too" }).click();
  await page.getByRole("link", { name: /Live Client/ }).click();
  await page.getByRole("button", { name: "Take this client into use again" }).click();
  await page.getByRole("button", { name: "Enrol a machine" }).waitFor();
  await page.context().close();
});
