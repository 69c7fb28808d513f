import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type AgentState, writeState } from "../../agent/state.ts";
import { makeState, removeState } from "./bench-agent.ts";
import { FakeServer, type FakeSession } from "./fake-server.ts";

const MAIN = join(import.meta.dirname, "../../agent/main.ts");

let state: AgentState;
let server: FakeServer;
let child: ChildProcess;
/** Apart from the agent's own, which nothing reads unasked. */
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "caisey-faults-"));
  state = makeState();
  chmodSync(state.folder, 0o700);
  server = await FakeServer.open(state);
  writeState(state);
});
afterEach(async () => {
  child.kill("SIGKILL");
  await server.close();
  removeState(state);
  rmSync(folder, { recursive: true, force: true });
});

const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 40_000, interval: 10 });

/** A session of an agent that runs as a process of its own. */
async function sessionOf(program: string, ...args: string[]): Promise<FakeSession> {
  child = spawn(program, args, { stdio: "ignore" });
  await until(() => server.endpointSocket !== undefined);
  const session = server.invite();
  await until(() => session.ofKind("joined").length === 2);
  return session;
}

const agentArguments = () => [MAIN, "run", "--no-open", "--shell", "bash", "--state", state.folder];

async function closed(session: FakeSession): Promise<void> {
  await session.close();
  await until(() => session.witnessed !== undefined);
}

describe.runIf(process.platform === "linux")("an agent for real", () => {
  test("records 10 MiB of 200 MB of output, counts and hashes the rest, and takes no more memory for it", async () => {
    // Garbage goes when it is due, not when a thread of V8's has the time: else a busy machine has more of it.
    const session = await sessionOf(process.execPath, "--single-threaded-gc", "--no-incremental-marking", ...agentArguments());
    const file = join(folder, "long.log");
    const piece = `${"a line of a long log ".repeat(20)}\n`.repeat(4762);
    writeFileSync(file, piece);
    const times = Math.ceil(200_000_000 / piece.length);
    const memory = (what: string) =>
      Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]);
    session.run("r1", `cat ${`${file} `.repeat(6)}`);
    await until(() => session.ofKind("finished").length === 1);
    // Of an output that is just as long as what is recorded of one.
    const before = memory("VmHWM");
    session.run("r2", `cat ${`${file} `.repeat(times)}`);
    await until(() => session.ofKind("finished").length === 2);
    const finished = session.ofKind("finished")[1]?.entry;
    const command = finished?.command ?? 0;
    const total = times * piece.length;
    const recorded = session.output(command);
    const limit = 10 * 1024 * 1024;
    expect(finished).toMatchObject({ exit: 0, end: "exited" });
    expect(recorded.length).toBeGreaterThan(0.89 * limit);
    expect(recorded.length).toBeLessThanOrEqual(limit);
    expect(finished?.cut.stdout).toBe(total - recorded.length);
    const hash = createHash("sha256");
    for (let i = 0; i < times; i++) hash.update(piece);
    expect(session.ofKind("finished")[1]?.text.raw?.split("\n")[0]).toBe(`${hash.digest("hex")} ${total}`);
    // In kB. Twenty times the output, and no more memory for it than the 64 MB of buffers that V8 lets lie before it collects.
    expect(memory("VmHWM") - before).toBeLessThan(100_000);
    // By now the policy has parsed two commands, which once had V8 compile the parser again, with half a gigabyte.
    expect(before).toBeLessThan(400_000);
    await closed(session);
  }, 90_000);
});
