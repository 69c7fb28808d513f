import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type AgentState, writeState } from "../../agent/state.ts";
import { makeState, removeState } from "./bench-agent.ts";
import { FakeServer, type FakeSession } from "./fake-server.ts";

const MAIN = join(import.meta.dirname, "../../agent/main.ts");
/** More of them behind SLOW=1. */
const KILLS = process.env.SLOW === "1" ? 60 : 4;

let state: AgentState;
let server: FakeServer;
let child: ChildProcess | undefined;

beforeEach(async () => {
  state = makeState();
  chmodSync(state.folder, 0o700);
  server = await FakeServer.open(state);
  writeState(state);
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await server.close();
  removeState(state);
});

const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 30_000, interval: 2 });

function start(): void {
  child = spawn(process.execPath, [MAIN, "run", "--no-open", "--shell", "bash", "--state", state.folder], { stdio: "ignore" });
}

async function kill(): Promise<void> {
  const exited = new Promise((resolve) => child?.once("exit", resolve));
  child?.kill("SIGKILL");
  await exited;
}

/** Lines of a command's output as far as they were recorded: the beginning of what it wrote, each once. */
function checkOutput(session: FakeSession, command: number): void {
  const lines = session.output(command).split("\n").slice(0, -1);
  expect(lines).toEqual(lines.map((_, i) => String(i + 1)));
}

test("an agent killed at any point loses and doubles nothing, and says what it did not see", async () => {
  start();
  await until(() => server.endpointSocket !== undefined);
  const session = server.invite();
  await until(() => session.ofKind("joined").length === 2);
  for (let i = 0; i < KILLS; i++) {
    const commands = session.ofKind("command").length;
    session.run(`r${i}`, "seq 1 400000");
    await until(() => session.ofKind("command").length > commands);
    // Somewhere in the middle: after a few entries, each time at another one.
    const size = session.stored.length + (i % 5);
    await until(() => session.stored.length >= size);
    await kill();
    start();
    await until(() => session.ofKind("finished").length > commands);
  }
  expect(session.ofKind("gap")).toHaveLength(KILLS);
  expect(session.ofKind("gap").every(({ entry }) => entry.cause === "agent-restarted")).toBe(true);
  // Some end before the kill comes.
  const lost = session.ofKind("finished").filter(({ entry }) => entry.end === "lost");
  expect(lost.length).toBeGreaterThan(KILLS / 3);
  for (const { entry } of session.ofKind("command")) checkOutput(session, entry.seq);
  for (const { entry } of session.ofKind("finished")) {
    expect(session.rawBytes(entry.command).stdout).toBe(Buffer.byteLength(session.output(entry.command)));
  }
  await session.close();
  await until(() => session.witnessed !== undefined);
  expect(session.disagreements).toEqual([]);
}, 120_000);

test("an agent killed while a question waits says that nobody answered, and the command never runs", async () => {
  start();
  await until(() => server.endpointSocket !== undefined);
  const session = server.invite();
  await until(() => session.ofKind("joined").length === 2);
  session.run("r1", "touch never");
  await until(() => session.ofKind("approval.asked").length === 1);
  await kill();
  start();
  await until(() => session.ofKind("approval.answered").length === 1);
  expect(session.ofKind("approval.answered")[0]).toMatchObject({
    entry: { answer: "expired" },
    text: { word: expect.stringContaining("restarted") },
  });
  session.run("r1", "touch never");
  session.run("r2", "echo asked once");
  await until(() => session.ofKind("finished").length === 1);
  expect(session.ofKind("approval.asked")).toHaveLength(1);
}, 60_000);

test("an agent that is told to stop ends the command and says so", async () => {
  start();
  await until(() => server.endpointSocket !== undefined);
  const session = server.invite();
  await until(() => session.ofKind("joined").length === 2);
  session.run("r1", "echo go; sleep 600");
  await until(() => session.ofKind("output").length === 1);
  const exited = new Promise((resolve) => child?.once("exit", (code) => resolve(code)));
  child?.kill("SIGTERM");
  expect(await exited).toBe(0);
  await until(() => session.ofKind("finished").length === 1);
  expect(session.ofKind("finished")[0]?.entry).toMatchObject({ end: "cancelled" });
}, 60_000);
