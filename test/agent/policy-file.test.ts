import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PolicyFile } from "../../agent/policy-file.ts";
import { makeState, removeState, startAgent, testPolicy } from "./bench-agent.ts";
import { FakeServer } from "./fake-server.ts";

const NOW = new Date("2026-06-01T00:00:00.000Z");
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "caisey-policy-"));
  file = join(folder, "policy.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(content: object): PolicyFile {
  writeFileSync(file, JSON.stringify({ format: "caisey-agent-policy/1", ...content }), { mode: 0o600 });
  return new PolicyFile(file);
}
const standing = (more: object = {}) => ({
  standing: { text: "Agreed with Jane, 1 May", commands: ["systemctl restart cups"], ...more },
});

describe("a policy file", () => {
  test("consents to the very commands it names", () => {
    const policy = write(standing());
    const hash = createHash("sha256").update(readFileSync(file)).digest("hex");
    expect(policy.standing("systemctl restart cups", NOW)).toEqual({ text: "Agreed with Jane, 1 May", policy: hash });
    for (const other of [
      "systemctl restart cups ",
      "systemctl restart cups; rm x",
      "systemctl  restart cups",
      "SYSTEMCTL RESTART CUPS",
    ]) {
      expect(policy.standing(other, NOW)).toBeUndefined();
    }
  });

  test("consents to all commands where it says so, until its day", () => {
    const policy = write(standing({ commands: "any", until: "2026-06-02T00:00:00.000Z" }));
    expect(policy.standing("anything", NOW)).toBeDefined();
    expect(policy.standing("anything", new Date("2026-06-02T00:00:00.001Z"))).toBeUndefined();
  });

  test("is read anew each time, and gives nothing once it is damaged, open to others or gone", () => {
    const policy = write(standing());
    const narrowed = policy.narrow(testPolicy);
    const consents = () => policy.standing("systemctl restart cups", NOW) !== undefined;
    const asks = () => !narrowed.decide("echo", "bash", false).readOnly;
    expect([consents(), asks()]).toEqual([true, false]);
    chmodSync(file, 0o666);
    expect([consents(), asks()]).toEqual([false, true]);
    chmodSync(file, 0o600);
    writeFileSync(file, "{");
    expect([consents(), asks()]).toEqual([false, true]);
    write({ readOnly: "ask" });
    expect([consents(), asks()]).toEqual([false, true]);
    rmSync(file);
    expect([consents(), asks()]).toEqual([false, true]);
  });

  test.each([
    [{ format: "caisey-agent-policy/2" }, "policy/malformed"],
    [{ standing: { text: "", commands: "any" } }, "policy/malformed"],
    [{ standing: { text: "x", commands: [] } }, "policy/malformed"],
    [{ standing: { text: "x", commands: "all" } }, "policy/malformed"],
    [{ readOnly: "never" }, "policy/malformed"],
    [{ extra: 1 }, "policy/malformed"],
  ])("%j is refused", (content, code) => {
    expect(() => write(content)).toThrow(expect.objectContaining({ code }));
  });

  test("that others could write is refused, and so is none", () => {
    write({});
    chmodSync(file, 0o620);
    expect(() => new PolicyFile(file)).toThrow(expect.objectContaining({ code: "state/not-private" }));
    expect(() => new PolicyFile(join(folder, "other.json"))).toThrow(expect.objectContaining({ code: "policy/malformed" }));
  });
});

test("a standing consent is recorded as such, with its text and its file's hash, and nobody is asked", async () => {
  const state = makeState();
  const server = await FakeServer.open(state);
  const policyFile = write({ standing: { text: "Agreed with Jane", commands: ["touch x; echo done"] } });
  const { agent, desk } = startAgent(state, { policyFile });
  try {
    await agent.present;
    const session = server.invite();
    session.faults = {};
    await vi.waitFor(() => expect(session.ofKind("context")).toHaveLength(2), 20_000);
    session.run("r1", "touch x; echo done");
    await vi.waitFor(() => expect(session.ofKind("finished")).toHaveLength(1), 20_000);
    const answered = session.ofKind("approval.answered")[0];
    const policy = createHash("sha256").update(readFileSync(file)).digest("hex");
    expect(answered).toMatchObject({ entry: { answer: "standing", policy }, text: { word: "Agreed with Jane" } });
    expect(answered?.entry.by).toBeUndefined();
    expect(session.ofKind("command")[0]?.entry).toMatchObject({ consent: "answered", answered: answered?.entry.seq });
    expect(desk.questions).toEqual([]);
    session.run("r2", "touch y");
    await vi.waitFor(() => expect(desk.questions).toHaveLength(1), 20_000);
  } finally {
    await agent.stop();
    await server.close();
    removeState(state);
  }
});
