import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Answer } from "../../agent/approval.ts";
import { AgentError } from "../../agent/error.ts";
import { Journal } from "../../agent/journal.ts";
import type { AgentState } from "../../agent/state.ts";
import { makeState, removeState, startAgent, type TestAgent } from "./bench-agent.ts";
import { FakeServer, type FakeSession } from "./fake-server.ts";

let state: AgentState;
let server: FakeServer;
let running: TestAgent;

async function open(options: Parameters<typeof startAgent>[1] = {}, mode: "live" | "imported" = "live"): Promise<FakeSession> {
  running = startAgent(state, options);
  await running.agent.present;
  const session = server.invite(mode);
  await until(() => session.ofKind("context").length === 2);
  return session;
}

const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 40_000, interval: 5 });
const kinds = (session: FakeSession) => session.entries.map(({ kind }) => kind);

beforeEach(async () => {
  state = makeState();
  server = await FakeServer.open(state);
});
afterEach(async () => {
  await running.agent.stop();
  await server.close();
  removeState(state);
});

describe("a session", () => {
  test("begins with the agent and the machine's context, a failed part among it", async () => {
    const session = await open();
    expect(session.ofKind("joined").at(-1)).toMatchObject({
      entry: { participant: "p1", role: "agent" },
      text: { name: "Caisey agent on ACME-WS014" },
    });
    expect(session.ofKind("context").map(({ entry, text }) => [entry.part, entry.status, entry.columns, text.value])).toEqual([
      ["os", "ok", ["name", "version"], "Debian GNU\t12 "],
      ["updates", "failed", [], "no package manager"],
    ]);
  });

  test("runs a read-only command at once and records all of it", async () => {
    const session = await open();
    session.run("r1", "echo one; echo two >&2; (exit 3)");
    await until(() => session.ofKind("finished").length === 1);
    const command = session.ofKind("command")[0];
    expect(command).toMatchObject({
      entry: { by: "p0", shell: "bash", consent: "read-only" },
      text: { command: "echo one; echo two >&2; (exit 3)", directory: state.folder },
    });
    const seq = command?.entry.seq ?? -1;
    expect([session.output(seq, "stdout"), session.output(seq, "stderr")]).toEqual(["one\n", "two\n"]);
    expect(session.ofKind("finished")[0]?.entry).toMatchObject({
      command: seq,
      exit: 3,
      end: "exited",
      cut: { stdout: 0, stderr: 0 },
    });
    expect(session.rawBytes(seq)).toEqual({ stdout: 4, stderr: 4 });
    expect(running.desk.questions).toEqual([]);
  });

  test("asks before anything else runs, and runs it when approved", async () => {
    const session = await open();
    const { promise, resolve } = Promise.withResolvers<Answer>();
    running.desk.answer = () => promise;
    session.run("r1", "touch approved; echo done", "because");
    await until(() => running.desk.questions.length === 1);
    expect(running.desk.questions[0]).toMatchObject({
      command: "touch approved; echo done",
      reason: "because",
      technician: "Tess Technician",
    });
    expect(kinds(session)).not.toContain("command");
    resolve({ answer: "approved", by: "Pat Person", word: "go ahead" });
    await until(() => session.ofKind("finished").length === 1);
    const asked = session.ofKind("approval.asked")[0]?.entry.seq;
    const answered = session.ofKind("approval.answered")[0];
    expect(session.ofKind("joined").at(-1)).toMatchObject({
      entry: { participant: "p3", role: "person" },
      text: { name: "Pat Person" },
    });
    expect(answered).toMatchObject({ entry: { asked, by: "p3", answer: "approved" }, text: { word: "go ahead" } });
    expect(session.ofKind("command")[0]?.entry).toMatchObject({ consent: "answered", answered: answered?.entry.seq });
  });

  test("a denied command never starts", async () => {
    const session = await open();
    running.desk.answer = () => ({ answer: "denied", by: "Pat Person", word: "not now" });
    session.run("r1", "touch denied");
    session.run("r2", "echo after; ls");
    await until(() => session.ofKind("finished").length === 1);
    expect(session.ofKind("approval.answered")[0]).toMatchObject({ entry: { answer: "denied" }, text: { word: "not now" } });
    expect(session.ofKind("command").map(({ text }) => text.command)).toEqual(["echo after; ls"]);
    expect(session.output(session.ofKind("command")[0]?.entry.seq ?? 0)).not.toContain("denied");
  });

  test("a question lapses when nobody answers", async () => {
    const session = await open({ approvalTime: 30 });
    running.desk.answer = () => new Promise(() => {});
    session.run("r1", "touch late");
    await until(() => session.ofKind("approval.answered").length === 1);
    expect(session.ofKind("approval.answered")[0]?.entry).toMatchObject({ answer: "expired" });
    expect(session.ofKind("approval.answered")[0]?.entry.by).toBeUndefined();
  });

  test("a command waits in vain when the server does not record it", async () => {
    const session = await open();
    session.faults.reject = (event) => (event.kind === "command" ? "event/malformed" : undefined);
    session.run("r1", "echo x > never");
    session.run("r2", "read nothing");
    await until(() => session.ofKind("gap").length === 2);
    expect(kinds(session)).not.toContain("output");
    session.faults = {};
    session.run("r3", "echo *");
    await until(() => session.ofKind("finished").length === 1);
    expect(session.output(session.ofKind("command")[0]?.entry.seq ?? 0)).not.toContain("never");
  });

  test("nothing starts before its command is acknowledged", async () => {
    const session = await open();
    session.faults.mute = true;
    session.run("r1", "echo ran > proof");
    await until(() =>
      session.received.some((message) => message.type === "events" && message.events.some(({ kind }) => kind === "command")),
    );
    session.cancel("r1");
    session.faults = {};
    server.cut();
    await until(() => session.ofKind("finished").length === 1);
    expect(session.ofKind("finished")[0]?.entry).toMatchObject({ end: "cancelled", duration: 0 });
    session.run("r2", "echo *");
    await until(() => session.ofKind("finished").length === 2);
    expect(session.output(session.ofKind("command")[1]?.entry.seq ?? 0)).not.toContain("proof");
  });

  test("is cancelled while it runs, while it waits for an answer, and before it is its turn", async () => {
    const session = await open();
    session.run("r1", "echo go; sleep 600");
    session.run("r2", "echo never");
    await until(() => session.ofKind("output").length === 1);
    session.cancel("r2");
    session.cancel("r1");
    await until(() => session.ofKind("finished").length === 1);
    expect(session.ofKind("finished")[0]?.entry).toMatchObject({ exit: null, end: "cancelled" });
    running.desk.answer = () => new Promise(() => {});
    session.run("r3", "touch x");
    await until(() => running.desk.questions.length === 1);
    session.cancel("r3");
    await until(() => session.ofKind("approval.answered").length === 1);
    expect(session.ofKind("approval.answered")[0]).toMatchObject({
      entry: { answer: "expired" },
      text: { word: "Withdrawn by the technician." },
    });
    expect(session.ofKind("command")).toHaveLength(1);
  });

  test("a command over its time is ended", async () => {
    const session = await open({ timeLimit: 50 });
    session.run("r1", "echo go; sleep 600");
    await until(() => session.ofKind("finished").length === 1);
    expect(session.ofKind("finished")[0]?.entry).toMatchObject({ exit: null, end: "time-limit" });
  });

  test("output beyond the limit is counted", async () => {
    const session = await open({ outputLimit: 1000 });
    session.run("r1", "echo; head -c 5000 /dev/zero | tr '\\0' x");
    await until(() => session.ofKind("finished").length === 1);
    const { entry } = session.ofKind("finished")[0] ?? {};
    expect(entry).toMatchObject({ cut: { stdout: 4101 } });
    expect(session.rawBytes(entry?.command ?? 0)).toEqual({ stdout: 5001, stderr: 0 });
    expect(session.output(entry?.command ?? 0)).toHaveLength(900);
  });

  test("chat goes both ways", async () => {
    const session = await open();
    session.write({ kind: "chat", by: "p0" }, { message: "Hello?" });
    await until(() => running.desk.shown.length === 1);
    await running.desk.acts?.say("Yes, here.", "Pat Person");
    expect(session.ofKind("chat")[1]).toMatchObject({ entry: { by: "p3" }, text: { message: "Yes, here." } });
    expect(running.desk.shown).toMatchObject([
      { kind: "chat", by: "Tess Technician", role: "technician", message: "Hello?" },
      { kind: "chat", by: "Pat Person", role: "person", message: "Yes, here." },
    ]);
  });

  test("the person stops the session: what runs is ended, what comes is refused, also after a restart", async () => {
    const session = await open();
    session.run("r1", "echo go; sleep 600");
    await until(() => session.ofKind("output").length === 1);
    running.desk.acts?.stop("Pat Person", "enough");
    session.run("r2", "echo more");
    await until(() => session.ofKind("approval.answered").length === 1);
    expect(session.ofKind("finished")[0]?.entry.end).toBe("cancelled");
    expect(session.ofKind("chat")[0]).toMatchObject({ entry: { by: "p3" }, text: { message: "Stopped the session: enough" } });
    await running.agent.stop();
    running = startAgent(state);
    await until(() => session.ofKind("gap").length === 1);
    session.run("r3", "echo again");
    await until(() => session.ofKind("approval.answered").length === 2);
    expect(session.ofKind("approval.answered").map(({ entry }) => [entry.answer, entry.by])).toEqual([
      ["stopped", "p3"],
      ["stopped", "p3"],
    ]);
    expect(running.desk.questions).toEqual([]);
    expect(session.ofKind("command")).toHaveLength(1);
  });

  test("without a shell a request is denied in the agent's name", async () => {
    const session = await open({
      part: { makeShell: () => Promise.reject(new AgentError("shell/unavailable", "none")) },
    });
    session.run("r1", "echo x");
    await until(() => session.ofKind("approval.answered").length === 1);
    expect(session.ofKind("approval.answered")[0]).toMatchObject({
      entry: { answer: "denied", by: "p1" },
      text: { word: expect.stringContaining("No shell") },
    });
  });

  test("says what happened when a command takes the shell with it", async () => {
    const session = await open();
    session.run("r1", "echo x; exit 4");
    await until(() => session.ofKind("chat").length === 1);
    expect(session.ofKind("finished")[0]?.entry).toMatchObject({ exit: 4, end: "exited" });
    expect(session.ofKind("chat")[0]).toMatchObject({
      entry: { by: "p1" },
      text: { message: expect.stringContaining("fresh shell") },
    });
  });

  test("tells parts of the context again when asked", async () => {
    const session = await open();
    session.send({ type: "collect", parts: ["os"] });
    await until(() => session.ofKind("context").length === 4);
  });

  test("is cosigned at its end, and forgotten", async () => {
    const session = await open();
    session.run("r1", "echo x");
    await until(() => session.ofKind("finished").length === 1);
    await session.close();
    await until(() => running.events.some(({ type }) => type === "session-ended"));
    expect(session.witnessed).toBeGreaterThan(1_700_000_000);
    expect(running.agent.sessions).toEqual([]);
    expect(running.desk.isClosed).toBe(true);
  });

  test("is cosigned again when the cosignature was lost", async () => {
    const session = await open();
    session.faults.mute = true;
    const receive = session.receive.bind(session);
    session.receive = (message) => {
      if (message.type === "cosignature") session.socket?.terminate();
      else receive(message);
    };
    await session.close();
    await until(() => running.events.some(({ type }) => type === "cosigned"));
    session.receive = receive;
    await until(() => session.witnessed !== undefined);
  });

  test("in a replay each entry has the time of the session's own clock", async () => {
    let now = Date.parse("2025-03-01T08:00:00.000Z");
    const clock = {
      now: () => new Date(now),
      monotonic: () => now,
      heard: (seen: Date) => {
        now = seen.getTime();
      },
    };
    const session = await open(
      {
        part: {
          clock,
          makeShell: async () => ({
            name: "powershell" as const,
            directory: "C:\\",
            run: (_, { output }) => {
              now += 1500;
              output("stdout", Buffer.from("Status\r\n"));
              now += 500;
              output("stdout", Buffer.from("Running\r\n"));
              return { result: Promise.resolve({ exit: 0, end: "exited" as const, duration: 2000 }), cancel: () => {} };
            },
            close: async () => {},
          }),
        },
      },
      "imported",
    );
    session.run("r1", "read Get-Service", "", "2025-03-01T09:30:00.000Z");
    await until(() => session.ofKind("finished").length === 1);
    const seen = (["context", "command", "output", "finished"] as const).flatMap((kind) =>
      session.ofKind(kind).map(({ entry }) => entry.seen?.slice(11, 23)),
    );
    expect(seen).toEqual(["08:00:00.000", "08:00:00.000", "09:30:00.000", "09:30:01.500", "09:30:02.000", "09:30:02.000"]);
    expect(session.ofKind("finished")[0]?.entry.duration).toBe(2000);
  });
});

test("the machine's clock is told with by how much it is ahead of the server's", async () => {
  const ahead = 90_000;
  const clock = { now: () => new Date(Date.now() + ahead), monotonic: () => performance.now() };
  running = startAgent(state, {
    part: {
      clock,
      async *collectContext() {
        yield { part: "clock", status: "ok", columns: ["property", "value"], rows: [["zone", "UTC"]] };
      },
    },
  });
  await running.agent.present;
  const session = server.invite();
  await until(() => session.ofKind("context").length === 1);
  const [zone, offset] = session.ofKind("context")[0]?.text.value?.split("\n") ?? [];
  expect(zone).toBe("zone\tUTC");
  expect(offset).toMatch(/^ahead of the server\t\+9\d\.\d s$/);
});

describe("what the server says it stored", () => {
  test.each([
    ["a line that is no entry", { line: "{}" }, "line-malformed"],
    ["another text root", { change: (line: string) => line.replace(/"root":"./, '"root":"0') && swapRoot(line) }, "text-differs"],
    [
      "another field",
      { change: (line: string) => line.replace('"consent":"read-only"', '"answered":1,"consent":"answered"') },
      "line-malformed",
    ],
    [
      "another place",
      { change: (line: string) => line.replace(/"seq":(\d+)/, (_, seq) => `"seq":${Number(seq) + 1}`) },
      "out-of-order",
    ],
  ])("%s is disagreed with, and nothing runs or is cosigned", async (_, how, reason) => {
    const session = await open();
    session.faults.alter = ({ entry, line }) =>
      entry.kind === "command" ? { line: "change" in how ? how.change(line) : how.line } : undefined;
    session.run("r1", "echo x");
    await until(() => session.disagreements.length === 1);
    expect(session.disagreements[0]).toEqual({ seq: session.ofKind("command")[0]?.entry.seq, reason });
    session.faults = {};
    await session.close();
    await until(() => session.disagreements.length === 2);
    expect(session.witnessed).toBeUndefined();
    expect(kinds(session)).not.toContain("output");
  });

  test("a client group's log that became shorter since it was vouched for is refused, also after a restart", async () => {
    const root = (byte: number) => Buffer.alloc(32, byte).toString("base64");
    const later = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    server.log = { size: 5, root: root(5) };
    const vouched = await open();
    await vouched.close();
    await until(() => vouched.witnessed !== undefined);

    // Opened at about the same time: an invitation that came late.
    server.log = { size: 4, root: root(4) };
    const late = server.invite();
    await until(() => late.ofKind("context").length === 2);
    await late.close();
    await until(() => late.witnessed !== undefined);

    await running?.agent.stop();
    running = startAgent(state);
    await running.agent.present;
    for (const log of [
      { size: 4, root: root(4), at: later(10) },
      { size: 5, root: root(6), at: later(10) },
    ]) {
      server.log = log;
      const session = server.invite();
      await until(() => session.disagreements.length > 0);
      expect(session.disagreements[0]).toEqual({ seq: 0, reason: "log-shorter" });
      session.run("r1", "echo x");
      await session.close();
      await until(() => session.disagreements.length > 1);
      expect(session.witnessed).toBeUndefined();
      expect(kinds(session)).not.toContain("command");
    }
    server.log = { size: 9, root: root(9), at: later(10) };
    const longer = server.invite();
    await until(() => longer.ofKind("context").length === 2);
    await longer.close();
    await until(() => longer.witnessed !== undefined);
  });

  test("another head is not cosigned", async () => {
    const session = await open();
    const { send } = session;
    session.send = (message) =>
      send.call(
        session,
        message.type === "checkpoint"
          ? { ...message, note: message.note.replace(`\n${session.stored.length}\n`, `\n${session.stored.length - 1}\n`) }
          : message,
      );
    await session.close();
    await until(() => session.disagreements.length === 1);
    expect(session.disagreements[0]?.reason).toBe("root-differs");
    expect(session.witnessed).toBeUndefined();
  });
});

function swapRoot(line: string): string {
  return line.replace(/"root":"([0-9a-f]{64})"/, (_, root: string) => `"root":"${[...root].reverse().join("")}"`);
}

describe("a full disk", () => {
  afterEach(() => vi.restoreAllMocks());

  test("ends what runs, and is said as soon as there is room again", async () => {
    const session = await open({ journalRetry: 10 });
    session.run("r1", "echo start; while :; do echo more; sleep 0.01; done");
    await until(() => session.ofKind("output").length > 1);
    const append = Journal.prototype.append;
    let failures = 0;
    vi.spyOn(Journal.prototype, "append").mockImplementation(function (this: Journal, ...given) {
      if (failures++ > 10) return append.apply(this, given);
      throw new Error("database or disk is full");
    });
    await until(() => session.ofKind("finished").length === 1);
    const { entry } = session.ofKind("finished")[0] ?? {};
    expect(entry).toMatchObject({ exit: null, end: "cancelled" });
    expect(entry?.cut.stdout).toBeGreaterThan(0);
    const { stdout } = session.rawBytes(entry?.command ?? 0);
    expect(stdout - (entry?.cut.stdout ?? 0)).toBe(session.output(entry?.command ?? 0).length);
    expect(session.ofKind("gap")[0]?.entry).toMatchObject({ cause: "journal-full" });
    session.run("r2", "echo again");
    await until(() => session.ofKind("finished").length === 2);
    await session.close();
    await until(() => session.witnessed !== undefined);
  });

  test("keeps a command from being run whose consent could not be journalled, and ends its request", async () => {
    const session = await open({ journalRetry: 10 });
    const append = Journal.prototype.append;
    let failures = 0;
    vi.spyOn(Journal.prototype, "append").mockImplementation(function (this: Journal, id, event, ...rest) {
      if (event.kind === "approval.answered" && failures++ < 1) throw new Error("database or disk is full");
      return append.call(this, id, event, ...rest);
    });
    session.run("r1", "touch x");
    await until(() => session.ofKind("approval.answered").length === 1);
    expect(session.ofKind("approval.answered")[0]).toMatchObject({
      entry: { answer: "expired" },
      text: { word: expect.stringContaining("journal") },
    });
    expect(session.ofKind("gap")).toHaveLength(1);
    expect(session.ofKind("command")).toEqual([]);
  });

  test("says of a command that was allowed and could not be journalled that it did not run", async () => {
    const session = await open({ journalRetry: 10 });
    const append = Journal.prototype.append;
    let failures = 0;
    vi.spyOn(Journal.prototype, "append").mockImplementation(function (this: Journal, id, event, ...rest) {
      if (event.kind === "command" && failures++ < 1) throw new Error("database or disk is full");
      return append.call(this, id, event, ...rest);
    });
    session.run("r1", "touch x");
    await until(() => session.ofKind("chat").length === 1);
    expect(session.ofKind("approval.answered")[0]?.entry.answer).toBe("approved");
    const lost = session.ofKind("finished")[0]?.entry;
    expect(lost).toMatchObject({ end: "lost" });
    expect(session.rawBytes(lost?.command ?? 0)).toEqual({ stdout: 0, stderr: 0 });
    expect(session.ofKind("chat")[0]?.text.message).toContain("It did not run.");
    session.run("r2", "echo *");
    await until(() => session.ofKind("finished").length === 2);
    expect(session.output(session.ofKind("command")[1]?.entry.seq ?? 0)).not.toContain("x");
  });
});

describe("a bad network", () => {
  test("loses and doubles nothing when the connection is cut again and again in the middle of output", async () => {
    const session = await open();
    session.faults.dropCommits = 3;
    session.run("r1", 'echo start; for i in $(seq 1 20000); do echo "line $i of a long output"; done; echo end');
    let cuts = 0;
    await until(() => session.ofKind("output").length > 0);
    while (cuts < 5) {
      const size = session.stored.length;
      server.cut();
      cuts++;
      await until(() => session.ofKind("finished").length === 1 || session.stored.length > size);
    }
    await until(() => session.ofKind("finished").length === 1);
    const seq = session.ofKind("command")[0]?.entry.seq ?? 0;
    const expected = ["start", ...Array.from({ length: 20_000 }, (_, i) => `line ${i + 1} of a long output`), "end", ""].join("\n");
    expect(session.output(seq)).toBe(expected);
    await session.close();
    await until(() => session.witnessed !== undefined);
  });

  test("goes on recording while there is no connection at all", async () => {
    const session = await open();
    session.run("r1", "echo go; while [ ! -e connected ]; do echo still; sleep 0.02; done; echo end");
    await until(() => session.ofKind("output").length > 0);
    server.refuse = 503;
    server.cut();
    await until(() => running.events.filter(({ type }) => type === "disconnected").length > 6);
    server.refuse = undefined;
    await until(() => running.events.filter((event) => event.type === "connected" && event.session !== undefined).length > 1);
    const { writeFileSync } = await import("node:fs");
    writeFileSync(`${state.folder}/connected`, "");
    await until(() => session.ofKind("finished").length === 1);
    expect(session.output(session.ofKind("command")[0]?.entry.seq ?? 0)).toMatch(/^go\n(still\n)+end\n$/);
  });

  test("resends what is not acknowledged after a restart, once", async () => {
    const session = await open();
    session.faults.mute = true;
    const told = running.desk.acts?.say("Are you there?", "Pat Person");
    await until(() =>
      session.received.some((message) => message.type === "events" && message.events.some(({ kind }) => kind === "chat")),
    );
    await running.agent.stop();
    await expect(told).rejects.toMatchObject({ code: "session/ended" });
    session.faults = {};
    running = startAgent(state);
    await until(() => session.ofKind("gap").length === 1);
    expect(session.ofKind("chat").map(({ text }) => text.message)).toEqual(["Are you there?"]);
    expect(session.ofKind("gap")[0]?.entry).toMatchObject({ cause: "agent-restarted" });
    await session.close();
    await until(() => session.witnessed !== undefined);
  });

  test("says that the server has lost lines which were shown to this endpoint", async () => {
    const session = await open();
    session.write({ kind: "chat", by: "p0" }, { message: "Hello" });
    // Lines before it have come then, too.
    await until(() => running.desk.shown.length === 1);
    await running.agent.stop();
    session.stored.splice(-2);
    const size = session.stored.length;
    running = startAgent(state);
    await until(() => session.disagreements.length === 1);
    expect(session.disagreements[0]).toEqual({ seq: size, reason: "root-differs" });
  });

  test("a server that doesn't know the endpoint is tried again", async () => {
    server.refuse = 404;
    running = startAgent(state);
    await until(() => running.events.filter((event) => event.type === "disconnected" && event.reason === "not-found").length > 1);
    server.refuse = undefined;
    await running.agent.present;
  });

  test("a silent server is given up and tried again", async () => {
    running = startAgent(state, { times: { ping: 20, silence: 60, firstRetry: 5, mostRetry: 20 } });
    await running.agent.present;
    server.endpointSocket?.pause();
    await until(() => running.events.some((event) => event.type === "disconnected" && event.reason === "silent"));
    await until(() => running.events.filter((event) => event.type === "connected").length > 1);
  });
});

test("an agent that is removed stops", async () => {
  running = startAgent(state);
  await running.agent.present;
  server.remove();
  await until(() => running.events.some(({ type }) => type === "removed"));
});

test("two agents cannot use the same state", async () => {
  running = startAgent(state);
  expect(() => startAgent(state)).toThrow(expect.objectContaining({ code: "state/in-use" }));
});
