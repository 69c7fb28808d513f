import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enrol } from "../../agent/enrol.ts";
import { elena } from "../../fixtures/people.ts";
import { type Api, until } from "../../worker/local/api.ts";
import type { SessionRow, SessionView } from "../../worker/schema.ts";
import { startAgent } from "../agent/bench-agent.ts";
import { KillableEngine } from "./engine.ts";
import { FaultyMachine } from "./machine.ts";
import { Outage } from "./outage.ts";
import { Network } from "./proxy.ts";
import { RecordedSession } from "./recorded-session.ts";

const MINUTE = 60_000;
const TROUBLED = join(import.meta.dirname, "troubled-agent.ts");

let engine: KillableEngine;
let api: Api;
let group: string;
const machines: FaultyMachine[] = [];

beforeAll(async () => {
  engine = await KillableEngine.open();
  api = engine.api(elena);
  ({ group } = await api.post<{ group: string }>("groups", { name: "Acme Accounting" }));
}, 120_000);
afterAll(async () => {
  for (const machine of machines) {
    machine.hold(false);
    await machine.close();
  }
  await engine?.close();
});

async function makeMachine(name: string): Promise<FaultyMachine> {
  const machine = await FaultyMachine.enrol(api, group, name, join(engine.folder, name), engine.port);
  machines.push(machine);
  return machine;
}

const view = (session: string) => api.get<SessionView>(`sessions/${session}`);
const run = (session: string, command: string) => api.post(`sessions/${session}/commands`, { command, reason: "" });
const soon = (what: string, is: (now: SessionView) => boolean, session: string) =>
  until(what, 60, async () => (is(await view(session)) ? true : undefined));
const joined = (session: string) => soon("the agent to join", ({ agentConnected }) => agentConnected, session);
const idle = (session: string) => soon("the command to end", ({ requests }) => requests.length === 0, session);

async function openSession(endpoint: string): Promise<string> {
  const { session } = await api.post<SessionRow>(`groups/${group}/endpoints/${endpoint}/sessions`, { subject: "Faults" });
  await joined(session);
  return session;
}

/** Closes a session that the machine's agent is in; its own tree has to agree. */
async function closeWitnessed(session: string): Promise<RecordedSession> {
  await api.post(`sessions/${session}/close`, { outcome: "resolved" });
  await soon("the end", ({ state }) => state === "closed", session);
  expect(await view(session)).toMatchObject({ disagreement: null, witnessed: expect.any(String) });
  return RecordedSession.read(api, session);
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i + 1}\n`).join("");

test("a network that is cut for ten minutes costs nothing: what happens meanwhile waits, and attempts become few", async () => {
  const network = await Network.open(engine.port);
  const outage = new Outage();
  const folder = join(engine.folder, "OUTAGE");
  mkdirSync(folder, { mode: 0o700 });
  const { code } = await api.post<{ code: string }>(`groups/${group}/enrolment-codes`);
  const state = await enrol({ server: network.origin, code, name: "OUTAGE", folder });
  const { agent, desk } = startAgent(state, {
    part: { clock: outage.clock },
    times: { firstRetry: 500, mostRetry: MINUTE, wait: outage.wait },
  });
  try {
    const session = await openSession(state.endpoint);
    const go = join(folder, "go");
    // The policy of this agent asks; somebody is there who approves.
    await run(session, `until [ -e ${go} ]; do sleep 0.02; done; seq 1 30000`);
    await soon("the command to run", ({ requests }) => requests[0]?.state === "running", session);
    network.cut();
    await expect.poll(() => outage.waiting).toBe(2);
    writeFileSync(go, "");
    for (let said = 0; outage.passed < 10 * MINUTE; ) {
      outage.pass(MINUTE);
      await expect.poll(() => outage.waiting).toBe(2);
      if (outage.passed < said * MINUTE) continue;
      void desk.acts?.say(`minute ${said++}`, "Pat Person");
    }
    // Two connections, each at first after half a second and at last once a minute or twice.
    expect(outage.attempts).toBeGreaterThan(30);
    expect(outage.attempts).toBeLessThan(80);
    expect(outage.longest).toBeGreaterThan(MINUTE / 2);
    network.mend();
    while (outage.waiting > 0) outage.pass(0);
    await joined(session);
    await idle(session);
    const recorded = await closeWitnessed(session);
    const [command] = recorded.of("command");
    expect(recorded.output(command?.entry.seq ?? -1)).toBe(numbers(30_000));
    expect(recorded.of("finished").map(({ entry }) => entry.end)).toEqual(["exited"]);
    const chat = recorded.of("chat");
    expect(chat.map(({ text }) => text.message)).toEqual(chat.map((_, i) => `minute ${i}`));
    expect(chat.length).toBeGreaterThan(9);
    // By the machine's clock minutes lie between them, by the server's they came at once: both stand there.
    const seen = chat.map(({ entry }) => Date.parse(entry.seen ?? ""));
    expect((seen.at(-1) ?? 0) - (seen[0] ?? 0)).toBeGreaterThan(8 * MINUTE);
    const at = chat.map(({ entry }) => Date.parse(entry.at));
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan(MINUTE);
  } finally {
    await agent.stop();
    await network.close();
  }
}, 120_000);

test("a clock that is set back and a machine that sleeps stand in the record; entries keep their order", async () => {
  const machine = await makeMachine("CLOCK");
  machine.startAs(TROUBLED);
  const session = await openSession(machine.state.endpoint);
  const gaps = async () => (await RecordedSession.read(api, session)).of("gap");
  const gap = (cause: string) => until(cause, 60, async () => (await gaps()).find(({ entry }) => entry.cause === cause));
  await run(session, "echo before");
  await idle(session);
  writeFileSync(join(machine.state.folder, "clock"), String(-60 * MINUTE));
  const jump = await gap("clock-jump");
  expect(Date.parse(jump.entry.to) - Date.parse(jump.entry.from)).toBeGreaterThan(59 * MINUTE);
  await run(session, "echo go; sleep 1; echo awake");
  await soon("the command to run", ({ requests }) => requests[0]?.state === "running", session);
  machine.hold(true);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  machine.hold(false);
  const sleep = await gap("machine-slept");
  expect(Date.parse(sleep.entry.to) - Date.parse(sleep.entry.from)).toBeGreaterThan(1_000);
  expect(sleep.text.detail).toContain("the agent was held");
  await idle(session);
  await run(session, "echo after");
  await idle(session);
  const recorded = await closeWitnessed(session);
  recorded.check((command) => ({ "echo before": "before\n", "echo after": "after\n" })[command] ?? "go\nawake\n");
  const [before, after] = ["echo before", "echo after"].map((words) =>
    recorded.of("command").find(({ text }) => text.command === words),
  );
  // By the machine's clock the later command was the earlier one; the server's clock has them in order.
  expect(Date.parse(after?.entry.seen ?? "")).toBeLessThan(Date.parse(before?.entry.seen ?? ""));
  expect(after?.entry.seq).toBeGreaterThan(before?.entry.seq ?? 0);
}, 90_000);

test("a machine whose disk is full ends what runs, says what is missing, and goes on when there is room", async () => {
  const machine = await makeMachine("FULL");
  machine.start({ smallDisk: true });
  const session = await openSession(machine.state.endpoint);
  await run(session, "seq 1 2000000");
  await soon("the command to run", ({ commands }) => commands > 0, session);
  // Nothing is acknowledged, so that nothing of the journal can go.
  machine.network.loseAnswers();
  const size = () => statSync(join(machine.state.folder, "journal.sqlite-wal")).size;
  for (let before = -1; before !== size() || size() < 1_400_000; ) {
    before = size();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  machine.makeRoom();
  machine.network.mend();
  await joined(session);
  await idle(session);
  await run(session, "seq 1 100");
  await idle(session);
  const recorded = await closeWitnessed(session);
  const [full, again] = recorded.of("finished");
  expect(full?.entry).toMatchObject({ exit: null, end: "cancelled" });
  const seen = recorded.output(full?.entry.command ?? -1);
  expect(seen.length).toBeGreaterThan(0);
  expect(numbers(2_000_000).startsWith(seen)).toBe(true);
  expect(full?.entry.cut.stdout).toBeGreaterThan(0);
  const raw = Number(full?.text.raw?.split("\n")[0]?.split(" ")[1]);
  expect(raw).toBe(seen.length + (full?.entry.cut.stdout ?? 0));
  expect(recorded.of("gap").map(({ entry }) => entry.cause)).toContain("journal-full");
  expect(again?.entry).toMatchObject({ exit: 0, end: "exited" });
  expect(recorded.output(again?.entry.command ?? -1)).toBe(numbers(100));
}, 120_000);
