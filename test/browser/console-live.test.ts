import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Agent, createAgent } from "../../agent/agent.ts";
import { systemClock } from "../../agent/clock.ts";
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
    surroundings: () => ({ clock: systemClock, approver: person, makeShell, collectContext: async function* () {} }),
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
  expect(await command.inputValue()).toBe("");

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
  await page.locator(".finished").nth(1).waitFor();
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

test("an enrolment code is shown once, and a machine that is removed can't be connected to", async () => {
  const page = await scene.signIn(elena);
  await page.goto(`${scene.deployment.url}/groups/${group}`);
  await page.getByRole("button", { name: "Enrol a machine" }).click();
  const line = (await page.locator(".copy").textContent())?.trim() ?? "";
  expect(line).toContain(scene.deployment.url);
  await expectFit(page);
  await page.getByRole("link", { name: "Back to Live Client" }).click();
  expect(await page.content()).not.toContain(line.split(" ").at(-1));

  await page.getByText("Remove", { exact: true }).click();
  await page.getByRole("button", { name: "Remove this machine" }).click();
  await page.getByText(/^\s*removed/).waitFor();
  expect(await page.getByText("Start a session").count()).toBe(0);
  await page.context().close();
});
