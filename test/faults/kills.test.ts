import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { elena, priya, type SamplePerson } from "../../fixtures/people.ts";
import { until } from "../../worker/local/api.ts";
import { scanAll } from "../../worker/local/handoff.ts";
import { checkPackage, downloadPackage } from "../../worker/local/package.ts";
import type { HandoffRow, SessionRow, SessionView } from "../../worker/schema.ts";
import { Random } from "../bench/random.ts";
import { KillableEngine } from "./engine.ts";
import { FaultyMachine } from "./machine.ts";
import { RecordedSession } from "./recorded-session.ts";

/** At random points; the seed is printed, and `FAULTS_SEED=…` plays it again (what the processes make of it still differs). */
const SEED = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
const KILLS = process.env.SLOW === "1" ? 300 : 52;
const MACHINES = 3;

let engine: KillableEngine;
let group: string;
const machines: FaultyMachine[] = [];

beforeAll(async () => {
  engine = await KillableEngine.open();
  const api = engine.api(elena);
  ({ group } = await api.post<{ group: string }>("groups", { name: "Acme Accounting" }));
  for (let i = 0; i < MACHINES; i++) {
    machines.push(await FaultyMachine.enrol(api, group, `ACME-WS0${i}`, join(engine.folder, `machine-${i}`), engine.port));
  }
}, 120_000);
afterAll(async () => {
  for (const machine of machines) await machine.close();
  await engine?.close();
});

/** What a session was told, and what the server said that it had taken. */
interface Told {
  session: string;
  /** Numbers of entries by the words that they must have. */
  acknowledged: Map<string, number>;
  commands: Set<string>;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function outputOf(command: string): string {
  const count = Number(/^seq (\d+)$/.exec(command)?.[1]);
  return Array.from({ length: count }, (_, i) => `${i + 1}\n`).join("");
}

async function openOn(machine: FaultyMachine): Promise<Told> {
  const api = engine.api(elena);
  const { session } = await api.post<SessionRow>(`groups/${group}/endpoints/${machine.state.endpoint}/sessions`, {
    subject: "Faults",
  });
  await until("the agent to join", 30, async () =>
    (await api.get<SessionView>(`sessions/${session}`)).agentConnected ? true : undefined,
  );
  return { session, acknowledged: new Map(), commands: new Set() };
}

/** A technician at work until told to stop: runs commands, chats. Whatever fails on the way was not acknowledged. */
async function work(told: Told, person: SamplePerson, number: number, random: Random, isOver: () => boolean): Promise<void> {
  const api = engine.api(person);
  for (let i = 0; !isOver(); i++) {
    try {
      const view = await api.get<SessionView>(`sessions/${told.session}`);
      if (view.requests.length < 2 && view.agentConnected) {
        // Each command once, so that it can be told apart.
        const command = `seq ${500 + 40 * random.int(400) + (told.commands.size * 2 + number)}`;
        if (!told.commands.has(command)) {
          await api.post(`sessions/${told.session}/commands`, { command, reason: "" });
          told.commands.add(command);
        }
      }
      const message = `${person.id} ${i}`;
      const { seq } = await api.post<{ seq: number }>(`sessions/${told.session}/chat`, { message });
      told.acknowledged.set(message, seq);
    } catch {
      // The engine is down, or the agent is away.
    }
    await pause(20 + random.int(60));
  }
}

test(`${KILLS} kills at random points lose and double nothing (seed ${SEED})`, async () => {
  console.log(`seed of the kills: ${SEED}`);
  const random = new Random(SEED);
  for (const machine of machines) machine.start();
  const told = await Promise.all(machines.map(openOn));
  let isOver = false;
  const workers = told.flatMap((one, i) =>
    [elena, priya].map((person, j) => work(one, person, j, new Random(SEED + 10 * i + j), () => isOver)),
  );
  let engineKills = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    // Who isn't there yet has nothing to lose.
    const there = await until("an agent to be there", 60, async () => {
      const found = await connected(told);
      return found.length > 0 ? found : undefined;
    });
    const { network } = random.pick(machines);
    const trouble = random.int(8);
    if (trouble === 0) network.cut();
    else if (trouble === 1) network.loseAnswers();
    await pause(random.int(300));
    network.mend();
    if (random.int(5) === 0) {
      engineKills++;
      await engine.kill();
      await engine.start();
    } else {
      const machine = machines[random.pick(there)];
      await machine?.kill();
      machine?.start();
    }
  }
  isOver = true;
  await Promise.all(workers);
  expect(engineKills).toBeGreaterThan(2);

  const api = engine.api(elena);
  let lost = 0;
  for (const { session, acknowledged, commands } of told) {
    await until(`${session} to be idle`, 60, async () => {
      const { requests, agentConnected } = await api.get<SessionView>(`sessions/${session}`);
      return requests.length === 0 && agentConnected ? true : undefined;
    });
    await api.post(`sessions/${session}/close`, { outcome: "resolved" });
    // The machine's own tree, which went through all of it, agrees with the server's.
    const view = await until(`${session} to be closed`, 60, async () => {
      const now = await api.get<SessionView>(`sessions/${session}`);
      return now.state === "closed" ? now : undefined;
    });
    expect(view).toMatchObject({ disagreement: null, witnessed: expect.any(String) });
    const recorded = await RecordedSession.read(api, session);
    recorded.check(outputOf);
    for (const [message, seq] of acknowledged) {
      const found = recorded.of("chat").filter(({ text }) => text.message === message);
      expect({ message, at: found.map(({ entry }) => entry.seq) }).toEqual({ message, at: [seq] });
    }
    const ran = recorded.of("command").map(({ text }) => text.command);
    for (const command of commands) expect(ran).toContain(command);
    lost += recorded.of("finished").filter(({ entry }) => entry.end === "lost").length;
    expect(acknowledged.size).toBeGreaterThan(10);
  }
  // Most kills come while something runs.
  expect(lost).toBeGreaterThan(KILLS / 10);
  await expectVerified(told.map(({ session }) => session));
}, 240_000);

/** Numbers of the machines whose agents are in their sessions now. */
async function connected(told: readonly Told[]): Promise<number[]> {
  const api = engine.api(elena);
  const views = await Promise.all(told.map(({ session }) => api.get<SessionView>(`sessions/${session}`).catch(() => undefined)));
  return views.flatMap((view, i) => (view?.agentConnected ? [i] : []));
}

/** Hands all of them over, and verifies the package. */
async function expectVerified(sessions: string[]): Promise<void> {
  const api = engine.api(elena);
  const { handoff } = await api.post<HandoffRow>(`groups/${group}/handoffs`, { recipient: "Contoso IT" });
  const path = `handoffs/${handoff}`;
  await api.put(`${path}/period`, { from: "2000-01-01T00:00:00.000Z", to: "2999-01-01T00:00:00.000Z" });
  await api.put(`${path}/sessions`, { include: sessions.map((session) => ({ session })) });
  await scanAll(api, handoff);
  for (const session of sessions) {
    await api.put(`${path}/sessions/${session}/review`, { title: session, note: "", todo: [], reviewed: true });
  }
  await api.post(`${path}/publish`, { days: 1 });
  await until("the package", 60, async () => ((await api.get<HandoffRow>(path)).state === "published" ? true : undefined));
  const report = await checkPackage(api, await downloadPackage(api, handoff, engine.folder, "faults.zip"));
  expect(report.findings.filter(({ status }) => status === "failed")).toEqual([]);
  expect(report.verdict).toBe("verified");
}
