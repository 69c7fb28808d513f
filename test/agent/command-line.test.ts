import { execFile, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { leaveServer } from "../../agent/leave.ts";
import { readState, writeState } from "../../agent/state.ts";
import { fromBase64 } from "../../record/bytes.ts";
import { isSigned } from "../../record/key.ts";
import { enrolmentProof } from "../../record/wire.ts";
import { makeState, removeState } from "./bench-agent.ts";
import { ENDPOINT, FakeServer, ORGANIZATION_KEY } from "./fake-server.ts";

const MAIN = join(import.meta.dirname, "../../agent/main.ts");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "caisey-cli-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function agent(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], (_, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test("says how it is used", async () => {
  const { status, stdout } = await agent("--help");
  expect(status).toBe(0);
  for (const word of ["enroll --url U --code C", "run", "status", "leave", "--tty", "Exit status"]) expect(stdout).toContain(word);
});

test.each([
  [[], "expected one of enroll"],
  [["dance"], "expected one of enroll"],
  [["run", "--url", "x"], "expected no --url with run"],
  [["run", "--wrong"], "--wrong"],
  [["enroll", "--url", "https://x.example"], "expected --url and --code"],
  [["enroll", "--url", "ftp://x.example", "--code", "c"], "expected the server's address"],
])("wrong arguments %j end with status 2", async (args, message) => {
  const { status, stderr } = await agent(...args, ...(args.length > 0 ? ["--state", folder] : []));
  expect(status).toBe(2);
  expect(stderr).toContain(`arguments/invalid: `);
  expect(stderr).toContain(message);
});

test("enrols with a proof of its key, keeps the state to itself, and leaves again", async () => {
  const seen: Record<string, string>[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const asked = JSON.parse(body) as Record<string, string>;
    seen.push(asked);
    const isRefused = asked.code === "wrong";
    response.writeHead(isRefused ? 403 : 201, { "content-type": "application/json" });
    const enrolled = {
      endpoint: ENDPOINT,
      ref: "abc",
      keyName: `${ORGANIZATION_KEY}/${ENDPOINT}`,
      organization: "Northwind IT",
      client: "Acme",
    };
    response.end(JSON.stringify(isRefused ? { error: { code: "enrolment/refused", message: "no such code" } } : enrolled));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/anything`;
  const state = join(folder, "state");
  try {
    const refused = await agent("enroll", "--url", url, "--code", "wrong", "--state", state);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("no such code")]);
    const enrolled = await agent("enroll", "--url", url, "--code", "right", "--name", "ACME-WS014", "--state", state);
    expect([enrolled.status, enrolled.stdout]).toEqual([0, expect.stringContaining("Enrolled as ACME-WS014 for Acme")]);
  } finally {
    server.close();
  }
  const { code = "", key = "", proof = "", name } = seen[1] ?? {};
  expect(name).toBe("ACME-WS014");
  expect(isSigned(fromBase64(proof), enrolmentProof(code, key), fromBase64(key))).toBe(true);
  expect(statSync(state).mode & 0o777).toBe(0o700);
  expect(statSync(join(state, "state.json")).mode & 0o777).toBe(0o600);

  expect((await agent("enroll", "--url", url, "--code", "right", "--state", state)).stderr).toContain("state/already-enrolled");
  expect((await agent("status", "--state", state)).stdout).toContain("0 open sessions, 0 entries not yet acknowledged");
  chmodSync(join(state, "state.json"), 0o644);
  expect(await agent("status", "--state", state)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("state/not-private"),
  });
  chmodSync(join(state, "state.json"), 0o600);
  // Nobody answers there any more.
  const left = await agent("leave", "--force", "--state", state);
  expect([left.status, left.stdout]).toEqual([0, expect.stringContaining("Northwind IT was not told")]);
  expect(existsSync(join(state, "state.json"))).toBe(false);
  expect(await agent("status", "--state", state)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("state/not-enrolled"),
  });
});

test("an unreachable server is said so", async () => {
  const { status, stderr } = await agent("enroll", "--url", "http://127.0.0.1:1", "--code", "c", "--state", join(folder, "state"));
  expect([status, stderr]).toEqual([1, expect.stringContaining("server/unreachable")]);
});

test("runs, tells its page's address, records a session, and stops on a signal", async () => {
  const state = makeState();
  chmodSync(state.folder, 0o700);
  const server = await FakeServer.open(state);
  writeState(state);
  expect(readState(state.folder)).toEqual(state);
  const child = spawn(process.execPath, [MAIN, "run", "--no-open", "--shell", "bash", "--state", state.folder], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (piece: Buffer) => {
    output += piece.toString();
  });
  const exited = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  try {
    await vi.waitFor(() => expect(output).toContain("Connected to http://127.0.0.1"), 15_000);
    expect(output).toMatch(/Answer here, on this computer: http:\/\/127\.0\.0\.1:\d+\//);
    expect((await agent("status", "--state", state.folder)).stdout).toContain("Agent: running");
    const session = server.invite();
    await vi.waitFor(() => expect(session.ofKind("joined").length).toBe(2), 10_000);
    session.run("r1", "echo 'a secret of the record'");
    await vi.waitFor(() => expect(session.ofKind("finished").length).toBe(1), 15_000);
    expect(session.output(session.ofKind("command")[0]?.entry.seq ?? 0)).toBe("a secret of the record\n");
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
    expect(output).not.toContain("secret");
  } finally {
    child.kill("SIGKILL");
    await server.close();
    removeState(state);
  }
}, 60_000);

test("the end of the enrolment ends it with a status of its own", async () => {
  const state = makeState();
  chmodSync(state.folder, 0o700);
  const server = await FakeServer.open(state);
  writeState(state);
  const child = spawn(process.execPath, [MAIN, "run", "--no-open", "--state", state.folder], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  try {
    await vi.waitFor(() => expect(server.endpointSocket).toBeDefined(), 15_000);
    server.remove();
    expect(await exited).toBe(3);
  } finally {
    child.kill("SIGKILL");
    await server.close();
    removeState(state);
  }
}, 60_000);

test("leaving waits for the server's word, and forgets the key only then or by force", async () => {
  const state = makeState();
  chmodSync(state.folder, 0o700);
  const server = await FakeServer.open(state);
  writeState(state);
  const file = join(state.folder, "state.json");
  try {
    server.refuseLeave = "endpoint/busy";
    expect(await agent("leave", "--state", state.folder)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^enrolment\/refused: .* endpoint\/busy: not now/),
    });
    expect([server.left, existsSync(file)]).toEqual([1, true]);
    server.refuseLeave = undefined;
    const left = await agent("leave", "--state", state.folder);
    expect([left.status, left.stdout]).toEqual([0, expect.stringContaining("Northwind IT was told")]);
    expect([server.left, existsSync(file), existsSync(join(state.folder, "journal.sqlite"))]).toEqual([2, false, false]);
  } finally {
    await server.close();
    removeState(state);
  }
}, 60_000);

test("an enrolment that the server doesn't know any more is left without its word", async () => {
  const state = makeState();
  const server = await FakeServer.open(state);
  try {
    server.refuse = 404;
    await leaveServer(state, 10_000);
    server.refuse = 503;
    await expect(leaveServer(state, 300)).rejects.toMatchObject({ code: "server/unreachable" });
  } finally {
    await server.close();
    removeState(state);
  }
});

test("without a terminal --tty is refused", async () => {
  const state = makeState();
  chmodSync(state.folder, 0o700);
  writeState(state);
  expect(await agent("run", "--tty", "--state", state.folder)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("approval/no-terminal"),
  });
  removeState(state);
});
