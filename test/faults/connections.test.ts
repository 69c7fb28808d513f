import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { elena, priya } from "../../fixtures/people.ts";
import { utf8 } from "../../record/bytes.ts";
import { parseCheckpoint } from "../../record/checkpoint.ts";
import { parseNote } from "../../record/note.ts";
import { Tree } from "../../record/tree.ts";
import { type Api, until } from "../../worker/local/api.ts";
import type { SessionRow, SessionView } from "../../worker/schema.ts";
import { KillableEngine } from "./engine.ts";
import { FaultyMachine } from "./machine.ts";
import { RecordedSession } from "./recorded-session.ts";
import { event, invitationOf, WireAgent } from "./wire-agent.ts";

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
  for (const machine of machines) await machine.close();
  await engine?.close();
});

async function makeMachine(name: string): Promise<FaultyMachine> {
  await answering();
  const machine = await FaultyMachine.enrol(api, group, name, join(engine.folder, name), engine.port);
  machines.push(machine);
  return machine;
}

async function openSession({ state }: FaultyMachine): Promise<string> {
  return (await api.post<SessionRow>(`groups/${group}/endpoints/${state.endpoint}/sessions`, { subject: "Faults" })).session;
}

/** Connections that were kept from before may be dead: they are found out by asking for something that can be asked again. */
const answering = () => until("the server to answer", 30, () => api.get("organization").catch(() => undefined));
const view = (session: string) => api.get<SessionView>(`sessions/${session}`);
const joined = (session: string) =>
  until("the agent to join", 30, async () => ((await view(session)).agentConnected ? true : undefined));
const idle = (session: string) =>
  until("the command to end", 120, async () => ((await view(session)).requests.length === 0 ? true : undefined));

/** Closes a session that the machine's agent is in; its own tree has to agree. */
async function closeWitnessed(session: string): Promise<void> {
  await api.post(`sessions/${session}/close`, { outcome: "resolved" });
  const closed = await until("the end", 60, async () => {
    const now = await view(session);
    return now.state === "closed" ? now : undefined;
  });
  expect(closed).toMatchObject({ disagreement: null, witnessed: expect.any(String) });
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i + 1}\n`).join("");
const outputOf = (command: string) => numbers(Number(/^seq (\d+)$/.exec(command)?.[1]));

test("a network that is cut, and that loses what the server says, costs nothing but time", async () => {
  const machine = await makeMachine("NETWORK");
  machine.start();
  const session = await openSession(machine);
  await joined(session);
  for (const [i, trouble] of (["cut", "loseAnswers", "cut", "loseAnswers"] as const).entries()) {
    await joined(session);
    await api.post(`sessions/${session}/commands`, { command: `seq ${20_000 + i}`, reason: "" });
    const size = (await view(session)).entries;
    await until("the first output", 30, async () => ((await view(session)).entries > size ? true : undefined));
    machine.network[trouble]();
    // The command goes on, and what it writes waits on the machine.
    await api.post(`sessions/${session}/chat`, { message: `said during ${i}` });
    await new Promise((resolve) => setTimeout(resolve, 500));
    machine.network.mend();
    await idle(session);
  }
  await joined(session);
  await closeWitnessed(session);
  const recorded = await RecordedSession.read(api, session);
  recorded.check(outputOf);
  expect(recorded.of("finished").map(({ entry }) => entry.end)).toEqual(["exited", "exited", "exited", "exited"]);
  expect(recorded.of("chat").map(({ text }) => text.message)).toEqual([0, 1, 2, 3].map((i) => `said during ${i}`));
}, 120_000);

test("what is sent twice, by an old connection, or not acknowledged, stands there once; the tree is that of the lines", async () => {
  const machine = await makeMachine("STALE");
  const session = await openSession(machine);
  const { origin } = machine.network;
  const ref = await invitationOf(origin, machine.state);
  const first = await WireAgent.connect(origin, ref, machine.state);
  const said = [event(0, "joined", { participant: "p1", role: "agent" }, { name: "STALE" })];
  for (let n = 1; n < 6; n++) said.push(event(n, "chat", { by: "p1" }, { message: `number ${n}` }));
  // The same message twice, in one go.
  first.send({ type: "events", events: said.slice(0, 3) });
  first.send({ type: "events", events: said.slice(0, 3) });
  await first.acknowledged(2);

  // Stored, and the acknowledgement is lost with the connection; then the engine goes down.
  machine.network.loseAnswers();
  first.send({ type: "events", events: said.slice(3, 5) });
  await until("it to be stored", 20, async () => ((await view(session)).entries >= 7 ? true : undefined));
  await engine.kill();
  machine.network.mend();
  await engine.start();
  await answering();

  // A stale connection comes back to life while a newer one is there.
  const stale = await WireAgent.connect(origin, ref, machine.state);
  expect(stale.received.find(({ type }) => type === "welcome")).toMatchObject({ next: 5, size: 7 });
  const newer = await WireAgent.connect(origin, ref, machine.state);
  stale.send({ type: "events", events: [event(5, "chat", { by: "p1" }, { message: "by the stale one" })] });
  expect(await stale.ended()).toBe(4002);
  newer.send({ type: "events", events: said });
  await newer.acknowledged(5);
  newer.send({ type: "events", events: [said[5] ?? event(5, "chat", { by: "p1" })] });
  newer.close();
  await until("the agent to be away", 20, async () => ((await view(session)).agentConnected ? undefined : true));

  await api.post(`sessions/${session}/close`, { outcome: "resolved" });
  await until("the end", 60, async () => ((await view(session)).state === "closed" ? true : undefined));
  const recorded = await RecordedSession.read(api, session);
  recorded.check(outputOf);
  const messages = recorded.of("chat").map(({ text }) => text.message);
  expect(messages.slice(0, 4)).toEqual(["number 1", "number 2", "number 3", "number 4"]);
  expect(messages).toHaveLength(5);
  expect(recorded.of("gap").map(({ entry }) => entry.cause)).toEqual(["agent-offline"]);

  const reader = await WireAgent.connect(origin, ref, machine.state);
  const { note } = await reader.next("checkpoint");
  const { size, root } = parseCheckpoint(parseNote(utf8(note)).text);
  const tree = new Tree();
  for await (const { line } of api.entries(`sessions/${session}/entries`)) tree.append(utf8(line));
  expect([tree.size, Buffer.from(tree.root()).toString("hex")]).toEqual([size, Buffer.from(root).toString("hex")]);
  reader.close();
}, 60_000);

test("an output of 200 MB is recorded as far as the limit goes; how long it was, and its hash, are known; two technicians go on beside it", async () => {
  const machine = await makeMachine("LARGE");
  const file = join(engine.folder, "large.txt");
  const { bytes, sha256 } = await writeLarge(file, 200_000_000);
  machine.start();
  const session = await openSession(machine);
  await joined(session);
  await api.post(`sessions/${session}/commands`, { command: `cat ${file}`, reason: "" });
  const other = engine.api(priya);
  const acknowledged: [string, number][] = [];
  for (let i = 0; (await view(session)).requests.length > 0; i++) {
    for (const [who, by] of [
      ["elena", api],
      ["priya", other],
    ] as const) {
      const message = `${who} ${i}`;
      acknowledged.push([message, (await by.post<{ seq: number }>(`sessions/${session}/chat`, { message })).seq]);
    }
    // In the middle of it the engine goes down, as often as there is time for it.
    if (i === 3) {
      await engine.kill();
      await engine.start();
      await answering();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await joined(session);
  await closeWitnessed(session);
  const recorded = await RecordedSession.read(api, session);
  const [command] = recorded.of("command");
  const [finished] = recorded.of("finished");
  const seen = recorded.output(command?.entry.seq ?? -1);
  expect(finished?.entry).toMatchObject({ end: "exited", exit: 0 });
  expect(finished?.text.raw?.split("\n")[0]).toBe(`${sha256} ${bytes}`);
  expect(Buffer.byteLength(seen) + (finished?.entry.cut.stdout ?? 0)).toBe(bytes);
  expect(Buffer.byteLength(seen)).toBeGreaterThan(9_000_000);
  const said = recorded.of("chat").map(({ text, entry }) => [text.message, entry.seq]);
  expect(said).toEqual(acknowledged);
}, 180_000);

/** Lines that differ, so that a piece in the wrong place would show. */
async function writeLarge(path: string, least: number): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  const out = createWriteStream(path);
  let bytes = 0;
  for (let i = 0; bytes < least; i++) {
    const chunk = `${i} ${"x".repeat(990)}\n`.repeat(1000);
    hash.update(chunk);
    bytes += chunk.length;
    if (!out.write(chunk)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
  return { bytes, sha256: hash.digest("hex") };
}
