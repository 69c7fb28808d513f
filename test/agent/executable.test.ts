import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { buildExecutable, type Executable } from "../../agent/build/executable.ts";
import { HOST } from "../../agent/build/node-binary.ts";
import { isTarget } from "../../agent/build/nodes.ts";
import { version } from "../../agent/bundled-file.ts";
import { readState } from "../../agent/state.ts";
import { makeState, removeState } from "./bench-agent.ts";
import { FakeServer } from "./fake-server.ts";

const isBuildable = isTarget(HOST) && process.version === "v24.21.0";
let folder: string;
let built: Executable;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "caisey-executable-"));
  if (isTarget(HOST)) built = await buildExecutable(HOST, join(folder, "built"), version());
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function call(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const env = { ...process.env, NODE_OPTIONS: "--require=/not/there.cjs" };
  return new Promise((resolve) => {
    const child: ChildProcess = execFile(join(folder, "alone/agent"), args, { env }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test.runIf(isBuildable)(
  "the single executable enrols, runs what only reads, serves its page, and leaves, with nothing beside it",
  async () => {
    expect(basename(built.file)).toBe(`caisey-agent-${version()}-${HOST}`);
    cpSync(built.file, join(folder, "alone/agent"));
    expect((await call("--version")).stdout).toBe(`${version()} (Node 24.21.0, ${process.platform} ${process.arch})\n`);

    const home = makeState();
    const server = await FakeServer.open(home);
    const state = join(folder, "state");
    let child: ChildProcess | undefined;
    try {
      const enrolled = await call("enroll", "--url", home.server, "--code", "c", "--name", "ACME-WS014", "--state", state);
      expect(enrolled).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("Enrolled as ACME-WS014") });
      home.seed = readState(state).seed;

      child = spawn(join(folder, "alone/agent"), ["run", "--no-open", "--shell", "bash", "--state", state], { cwd: "/" });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", (piece: Buffer) => (output += piece));
      const exited = new Promise((resolve) => child?.once("exit", resolve));
      await vi.waitFor(() => expect(output).toContain("Connected to"), 15_000);
      const address = /http:\/\/127\.0\.0\.1:\S+/.exec(output)?.[0] ?? "";
      const letIn = await fetch(address, { redirect: "manual" });
      const cookie = letIn.headers.get("set-cookie")?.split(";")[0] ?? "";
      const page = await fetch(new URL("page.js", address), { headers: { cookie } });
      expect(await page.text()).toBe(readFileSync(join(import.meta.dirname, "../../agent/page/page.js"), "utf8"));

      const session = server.invite();
      await vi.waitFor(() => expect(session.ofKind("joined").length).toBe(2), 10_000);
      // The policy needs the parser that is packed in: it says that the one only reads and that the other asks.
      session.run("r1", "echo ready | cat");
      await vi.waitFor(() => expect(session.ofKind("finished").length).toBe(1), 15_000);
      expect(session.ofKind("command")[0]?.entry.consent).toBe("read-only");
      expect(session.output(session.ofKind("command")[0]?.entry.seq ?? 0)).toBe("ready\n");
      session.run("r2", "touch somewhere");
      await vi.waitFor(() => expect(session.ofKind("approval.asked").length).toBe(1), 10_000);

      child.kill("SIGTERM");
      expect(await exited).toBe(0);
      expect(await call("leave", "--force", "--state", state)).toMatchObject({ status: 0, stderr: "" });
      expect([server.left, existsSync(join(state, "state.json"))]).toEqual([1, false]);
    } finally {
      child?.kill("SIGKILL");
      await server.close();
      removeState(home);
    }
  },
  60_000,
);
