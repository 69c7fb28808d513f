import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { equal, utf8 } from "../../record/bytes.ts";
import { cosignedAt, encodeCheckpoint, openCheckpoint, parseCheckpoint } from "../../record/checkpoint.ts";
import { type EntryOf, parseEntry } from "../../record/entry.ts";
import { parseVerifierKey } from "../../record/key.ts";
import { parseNote } from "../../record/note.ts";
import { checkText, type TextCommitment } from "../../record/text.ts";
import type { Recorded } from "../../record/wire.ts";
import type { LiveMessage, OrganizationView, SessionView } from "../../worker/schema.ts";
import { json, refusal, until } from "./api.ts";
import { closed, closeSession, makeScene, openSession, runCommand } from "./scene.ts";
import { finished, rawOf, TestAgent, TestSocket } from "./test-agent.ts";
import { ALICE, makeToken, TECHNICIAN } from "./tokens.ts";

const stubOf = (session: string) => env.SESSION.getByName(`org_northwind/session/${session}`);

async function entriesOf(session: string): Promise<Recorded[]> {
  const { entries, size } = await json<{ entries: Recorded[]; size: number }>("GET", `sessions/${session}/entries?limit=1000`);
  expect(entries).toHaveLength(size);
  return entries;
}

function textOf(recorded: Recorded | undefined, field: string): string[] {
  const text = recorded?.text[field];
  if (text === undefined || !("lines" in text)) throw new Error(`expected an open text ${field}`);
  return text.lines;
}

const parsed = (entries: Recorded[]) => entries.map(({ line }) => parseEntry(utf8(line)));
const kinds = (entries: Recorded[]) => parsed(entries).map(({ kind }) => kind);

describe("a session over its socket", () => {
  test("is recorded, witnessed, and taken into the group's log", async () => {
    const scene = await makeScene();
    const open = await openSession(scene);
    await open.agent.report(open.agent.event("joined", { participant: "p1", role: "agent" }, { name: "ACME-SRV01" }));
    await runCommand(open, "Get-Service Spooler", "Status   Name\nStopped  Spooler");
    await json("POST", `sessions/${open.session}/chat`, { message: "I look at the spooler.\nTwo minutes." });
    const view = await closeSession(open, { summary: "Driver cache cleared.", todo: ["Watch it", "Tell Bob"] });
    expect(view).toMatchObject({ state: "closed", outcome: "resolved", commands: 1, leaf: 0, disagreement: null });
    expect(view.witnessed).not.toBeNull();

    const entries = await entriesOf(open.session);
    expect(kinds(entries)).toEqual(["opened", "joined", "joined", "command", "output", "finished", "chat", "closed"]);
    expect(entries.map(({ line }) => line)).toEqual(open.agent.lines);
    for (const { line, text } of entries) {
      const commitments = parseEntry(utf8(line)).text as Record<string, TextCommitment>;
      expect(Object.keys(text).sort()).toEqual(Object.keys(commitments).sort());
      for (const [field, value] of Object.entries(text)) checkText(value, commitments[field] as TextCommitment);
    }
    expect(textOf(entries[6], "message")).toEqual(["I look at the spooler.", "Two minutes."]);

    const { key } = await json<OrganizationView>("GET", "organization");
    const opened = parsed(entries)[0] as EntryOf<"opened">;
    const head = await stubOf(open.session).head();
    if (!head.ok || key === null) throw new Error("expected a head and a key");
    const { checkpoint, note } = openCheckpoint(utf8(head.value.note), parseVerifierKey(key));
    expect(checkpoint).toMatchObject({ origin: `caisey.test/org_northwind/session/${open.session}`, size: 8 });
    expect(equal(checkpoint.root, open.agent.root())).toBe(true);
    expect(cosignedAt(note, parseVerifierKey(opened.endpointKey))).toBeGreaterThan(Date.now() / 1000 - 60);
  });

  test("needs consent that is committed before a command that changes something is reported", async () => {
    const open = await openSession(await makeScene());
    const { agent, session } = open;
    await agent.report(agent.event("joined", { participant: "p1", role: "person" }, { name: "Pat" }));
    await json("POST", `sessions/${session}/commands`, { command: "Restart-Service Spooler", reason: "It hangs" });
    const run = await agent.socket.next("run");
    const [asked = -1] = await agent.report(
      agent.event("approval.asked", { by: run.by }, { command: run.command, reason: run.reason }),
    );
    expect((await json<SessionView>("GET", `sessions/${session}`)).requests).toMatchObject([
      { request: run.request, state: "asked", asked },
    ]);
    const [answered = -1] = await agent.report(
      agent.event("approval.answered", { asked, by: "p1", answer: "approved" }, { word: "go on" }),
    );
    const started = agent.event("command", { by: run.by, shell: "bash", consent: "answered", answered }, { command: run.command });
    const [command = -1] = await agent.report(started);
    expect((await json<SessionView>("GET", `sessions/${session}`)).requests).toMatchObject([{ state: "running", entry: command }]);
    await agent.report(agent.event("finished", finished(command), { raw: rawOf("") }));
    expect((await json<SessionView>("GET", `sessions/${session}`)).requests).toEqual([]);
  });

  test("takes each event once, whatever is sent again, and goes on after a lost connection", async () => {
    const { agent, session } = await openSession(await makeScene());
    await agent.report(agent.event("joined", { participant: "p1", role: "agent" }, { name: "ACME-SRV01" }));
    const chats = [1, 2, 3].map((i) => agent.event("chat", { by: "p1" }, { message: `number ${i}` }));
    await agent.report(...chats.slice(0, 2));
    // The acknowledgement of the third is lost: it is stored, and the agent doesn't know.
    agent.send({ type: "events", events: chats.slice(2) });
    await until("the third to be stored", async () => ((await entriesOf(session)).length === 6 ? true : undefined));
    agent.socket.socket.close(1000);

    const again = new TestAgent(agent.machine, agent.ref);
    again.lines = agent.lines.slice();
    again.next = agent.next;
    for (const [n, seq] of agent.committed) again.committed.set(n, seq);
    const welcome = await again.connect();
    expect(welcome).toMatchObject({ next: 4, size: 6, closed: false });
    // All of them once more, in one message with a new one.
    await again.report(...chats, again.event("chat", { by: "p1" }, { message: "number 4" }));
    const said = (await entriesOf(session)).flatMap((entry) => ("message" in entry.text ? textOf(entry, "message") : []));
    expect(said).toEqual(["number 1", "number 2", "number 3", "number 4"]);
    expect((await entriesOf(session)).map(({ line }) => line)).toEqual(again.lines);
  });

  test("survives the object being put to sleep and started again", async () => {
    const open = await openSession(await makeScene());
    await runCommand(open, "hostname", "ACME-SRV01");
    await evictDurableObject(stubOf(open.session));
    await runCommand(open, "uptime", "up 3 days");
    const view = await closeSession(open);
    expect(view).toMatchObject({ commands: 2, entries: open.agent.lines.length });
    expect(view.witnessed).not.toBeNull();
  });

  test("closes without its witness when the endpoint is away, and says so; a cosignature may come later", async () => {
    const scene = await makeScene();
    const { agent, session } = await openSession(scene);
    agent.socket.socket.close(1000);
    await until("the agent to be away", async () =>
      (await json<SessionView>("GET", `sessions/${session}`)).agentConnected ? undefined : true,
    );
    expect(await refusal("POST", `sessions/${session}/commands`, { command: "ls", reason: "" })).toBe("409 session/endpoint-away");
    await json("POST", `sessions/${session}/close`, { outcome: "unresolved" });
    const view = await closed(session);
    expect(view).toMatchObject({ witnessed: null, leaf: 0 });
    expect(kinds(await entriesOf(session))).toEqual(["opened", "joined", "gap", "closed"]);

    expect(await agent.connect()).toMatchObject({ closed: true });
    await agent.witness();
    const witnessed = await until(
      "the witness",
      async () => (await json<SessionView>("GET", `sessions/${session}`)).witnessed ?? undefined,
    );
    const [row] = (await json<{ items: SessionView[] }>("GET", `groups/${scene.group}/sessions`)).items;
    expect(row).toMatchObject({ witnessed, leaf: 0 });
  });

  test("does not wait for ever for a witness that is there and says nothing", async () => {
    const { session } = await openSession(await makeScene());
    await json("POST", `sessions/${session}/close`, { outcome: "informational" });
    await until("the head to be signed", () =>
      runInDurableObject(stubOf(session), (_, state) => {
        const [row] = state.storage.sql.exec<{ note: string | null }>("SELECT note FROM head").toArray();
        return row?.note ?? undefined;
      }),
    );
    expect((await json<SessionView>("GET", `sessions/${session}`)).state).toBe("closing");
    await runInDurableObject(stubOf(session), (_, state) => {
      state.storage.sql.exec("UPDATE head SET deadline = 0");
    });
    expect(await runDurableObjectAlarm(stubOf(session))).toBe(true);
    expect(await closed(session)).toMatchObject({ witnessed: null, leaf: 0 });
  });

  test("says when the endpoint's own record differs, and closes without its cosignature", async () => {
    const { agent, session } = await openSession(await makeScene());
    await json("POST", `sessions/${session}/close`, { outcome: "resolved" });
    await agent.socket.next("checkpoint");
    agent.send({ type: "disagree", seq: 1, reason: "text-differs" });
    expect(await closed(session)).toMatchObject({ witnessed: null, disagreement: { seq: 1, reason: "text-differs" } });
    expect(await agent.socket.next("ended")).toMatchObject({ reason: "closed" });
  });

  test("takes no cosignature by another key, or over another head", async () => {
    const scene = await makeScene();
    const { agent, session } = await openSession(scene);
    await json("POST", `sessions/${session}/close`, { outcome: "resolved" });
    const { note } = await agent.socket.next("checkpoint");
    const { text } = parseNote(utf8(note));
    const impostor = new TestAgent({ ...scene.machine, seed: new Uint8Array(32).fill(7) }, agent.ref);
    const { origin, size, root } = parseCheckpoint(text);
    const other = encodeCheckpoint({ origin, size, root: root.map((byte) => byte ^ 1) });
    const shorter = encodeCheckpoint({ origin, size: size - 1, root });
    for (const bad of [
      await impostor.cosignature(text),
      await agent.cosignature(other),
      await agent.cosignature(shorter),
      { ...(await agent.cosignature(text)), size: size - 1 },
      { type: "cosignature" as const, size, line: `${note.split("\n").at(-2)}\n` },
    ]) {
      agent.send(bad);
      expect(await agent.socket.next("rejected")).toMatchObject({ code: "checkpoint/malformed" });
    }
    expect((await json<SessionView>("GET", `sessions/${session}`)).witnessed).toBeNull();
  });

  test("is closed for good: nothing can be added, by anybody", async () => {
    const open = await openSession(await makeScene());
    await closeSession(open);
    for (const [path, body] of [
      ["commands", { command: "ls", reason: "" }],
      ["chat", { message: "x" }],
      ["notes", { note: "x" }],
      ["close", { outcome: "resolved" }],
    ] as const) {
      expect(await refusal("POST", `sessions/${open.session}/${path}`, body)).toBe("409 session/closed");
    }
  });

  test("can't be closed over a running command", async () => {
    const { agent, session } = await openSession(await makeScene());
    await json("POST", `sessions/${session}/commands`, { command: "sleep 100", reason: "" });
    const { request } = await agent.socket.next("run");
    expect(await refusal("POST", `sessions/${session}/close`, { outcome: "resolved" })).toBe("409 session/busy");
    await json("POST", `sessions/${session}/cancel`, { request });
    expect(await agent.socket.next("cancel")).toMatchObject({ request });
    expect(await refusal("POST", `sessions/${session}/cancel`, { request })).toBe("404 session/no-such-request");
    await json("POST", `sessions/${session}/close`, { outcome: "resolved" });
  });
});

describe("what an agent may not report", () => {
  test.each([
    [
      "another number than the next",
      (a: TestAgent) => ({ ...a.event("chat", { by: "p1" }, { message: "x" }), n: 99 }),
      "event/out-of-order",
    ],
    ["unknown fields", (a: TestAgent) => a.event("chat", { by: "p1", extra: 1 }, { message: "x" }), "event/malformed"],
    ["a missing text", (a: TestAgent) => a.event("chat", { by: "p1" }), "event/malformed"],
    ["words of a technician", (a: TestAgent) => a.event("chat", { by: "p0" }, { message: "x" }), "event/participant-unknown"],
    ["somebody unknown", (a: TestAgent) => a.event("chat", { by: "p77" }, { message: "x" }), "event/participant-unknown"],
    [
      "a technician of its own",
      (a: TestAgent) => a.event("joined", { participant: "p3", role: "technician" }, { name: "x" }),
      "event/malformed",
    ],
    [
      "a taken participant",
      (a: TestAgent) => a.event("joined", { participant: "p0", role: "person" }, { name: "x" }),
      "event/participant-taken",
    ],
    [
      "output of no command",
      (a: TestAgent) => a.event("output", { command: 0, stream: "stdout", newline: true }, { output: "x" }),
      "event/refers-nowhere",
    ],
    ["consent to nothing", (a: TestAgent) => a.event("approval.answered", { asked: 1, answer: "expired" }), "event/refers-nowhere"],
    [
      "a command without the consent that it names",
      (a: TestAgent) => a.event("command", { by: "p0", shell: "bash", consent: "answered", answered: 0 }, { command: "x" }),
      "event/refers-nowhere",
    ],
  ])("%s", async (_, make, code) => {
    const { agent, session } = await openSession(await makeScene());
    await agent.report(agent.event("joined", { participant: "p1", role: "person" }, { name: "Pat" }));
    const before = await entriesOf(session);
    const bad = make(agent);
    agent.send({ type: "events", events: [bad] });
    expect(await agent.socket.next("rejected")).toMatchObject({ n: bad.n, code });
    expect(await entriesOf(session)).toEqual(before);
    // Its place is free still, for something that can be recorded.
    agent.next = 1;
    const now = new Date().toISOString();
    await agent.report(agent.event("gap", { from: now, to: now, cause: "not-recorded" }));
    expect(kinds(await entriesOf(session)).at(-1)).toBe("gap");
  });

  test("events before the bad one are stored, those behind it are not", async () => {
    const { agent, session } = await openSession(await makeScene());
    await agent.report(agent.event("joined", { participant: "p1", role: "agent" }, { name: "ACME" }));
    const events = ["p1", "p9", "p1"].map((by) => agent.event("chat", { by }, { message: by }));
    agent.send({ type: "events", events });
    expect(await agent.socket.next("rejected")).toMatchObject({ n: 2, code: "event/participant-unknown" });
    expect(kinds(await entriesOf(session))).toEqual(["opened", "joined", "joined", "chat"]);
  });

  test("anything at all, without the endpoint's key", async () => {
    const scene = await makeScene();
    const { agent, session } = await openSession(scene);
    const before = await entriesOf(session);
    const socket = await TestSocket.open(`/agent/session/${agent.ref}`, (data) => JSON.parse(data));
    await socket.next("challenge");
    socket.socket.send(JSON.stringify({ type: "events", events: [agent.event("chat", { by: "p1" }, { message: "x" })] }));
    expect(await socket.ended()).toBe(4001);
    const thief = new TestAgent({ ...scene.machine, seed: new Uint8Array(32).fill(9) }, agent.ref);
    await expect(thief.connect()).rejects.toThrow("4001");
    const babble = await TestSocket.open(`/agent/session/${agent.ref}`, (data) => JSON.parse(data));
    babble.socket.send("not json");
    expect(await babble.ended()).toBe(4000);
    expect(await entriesOf(session)).toEqual(before);
  });

  test("a newer connection takes the place of the older one", async () => {
    const { agent } = await openSession(await makeScene());
    const newer = new TestAgent(agent.machine, agent.ref);
    await newer.connect();
    expect(await agent.socket.next("ended")).toEqual({ type: "ended", reason: "replaced" });
    expect(await agent.socket.ended()).toBe(4002);
  });
});

describe("technicians", () => {
  test("are introduced when they first do something, each once", async () => {
    const { session } = await openSession(await makeScene());
    await json("POST", `sessions/${session}/chat`, { message: "hi" }, TECHNICIAN);
    await json("POST", `sessions/${session}/notes`, { note: "hm", about: 0 }, TECHNICIAN);
    const { participants } = await json<SessionView>("GET", `sessions/${session}`);
    expect(participants).toEqual([
      { participant: "p0", role: "technician", name: "Alice Archer" },
      { participant: "p2", role: "technician", name: "Tom Tech" },
    ]);
    expect(kinds(await entriesOf(session))).toEqual(["opened", "joined", "joined", "chat", "note"]);
  });

  test("see entries as they come, from any number on", async () => {
    const open = await openSession(await makeScene());
    const headers = { authorization: `Bearer ${await makeToken(ALICE)}` };
    const live = await TestSocket.open(
      `/api/sessions/${open.session}/live?from=1`,
      (data) => JSON.parse(data) as LiveMessage,
      headers,
    );
    expect(await live.next("entries")).toMatchObject({ from: 1, entries: [{}] });
    expect(await live.next("state")).toMatchObject({ state: "open", agentConnected: true, requests: [] });
    await runCommand(open, "hostname", "ACME-SRV01");
    expect(await live.next("state")).toMatchObject({ requests: [{ command: "hostname", state: "sent" }] });
    const { entries, from } = await live.next("entries");
    expect(from).toBe(2);
    expect(parseEntry(utf8(entries[0]?.line ?? "")).kind).toBe("command");
    live.socket.send("ping");
  });

  test("may claim times in imported sessions only", async () => {
    const scene = await makeScene();
    const seen = "2026-01-15T09:30:00.000Z";
    const live = await openSession(scene);
    expect(await refusal("POST", `sessions/${live.session}/chat`, { message: "x", seen })).toBe("400 session/seen-refused");
    const imported = await openSession(scene, "From the old system", { source: "TeamViewer export", seen });
    await json("POST", `sessions/${imported.session}/chat`, { message: "x", seen: "2026-01-15T09:31:00.000Z" });
    const view = await closeSession(imported, { seen: "2026-01-15T09:40:00.000Z" });
    expect(view).toMatchObject({ mode: "imported", opened: seen, closed: "2026-01-15T09:40:00.000Z" });
    const [opened, , chat] = parsed(await entriesOf(imported.session));
    expect([opened?.seen, chat?.seen]).toEqual([seen, "2026-01-15T09:31:00.000Z"]);
  });

  test("record long texts whole", async () => {
    const { agent, session } = await openSession(await makeScene());
    await agent.report(agent.event("joined", { participant: "p1", role: "agent" }, { name: "ACME" }));
    const long = `${"\u{1f5a8}\u0000".repeat(30_000)}\n${"x".repeat(300_000)}`;
    await agent.report(agent.event("chat", { by: "p1" }, { message: long }));
    const entries = await entriesOf(session);
    expect(textOf(entries.at(-1), "message").join("\n")).toBe(long);
  });
});
