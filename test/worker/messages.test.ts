import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type AgentMessage, agentMessage, WIRE_PROTOCOL } from "../../record/wire.ts";
import { json, until } from "./api.ts";
import { makeScene, openSession, runCommand, type Scene } from "./scene.ts";
import { hello, type Machine, type TestAgent, TestSocket } from "./test-agent.ts";
import { MALLORY, makeToken } from "./tokens.ts";

/** One of each message that an agent can send; a kind that is added and not here fails the first test. */
const now = "2026-01-01T00:00:00.000Z";
const SAMPLES: { [K in AgentMessage["type"]]: Extract<AgentMessage, { type: K }> } = {
  hello: { type: "hello", protocol: WIRE_PROTOCOL, signature: "A".repeat(86).concat("=="), have: 0, clock: now },
  events: {
    type: "events",
    events: [{ n: 0, seen: now, kind: "gap", fields: { from: now, to: now, cause: "not-recorded" }, text: {} }],
  },
  cosignature: { type: "cosignature", size: 4, line: "— x AAAA\n" },
  disagree: { type: "disagree", seq: 0, reason: "root-differs" },
  waiting: { type: "waiting", request: "x", since: now, sign: "pipe" },
  leave: { type: "leave" },
};

let scene: Scene;
let agent: TestAgent;
let session: string;

beforeAll(async () => {
  scene = await makeScene();
  const open = await openSession(scene);
  await runCommand(open, "hostname", "canary-5512");
  ({ agent, session } = open);
  await until("the session to be in the index", () =>
    runInDurableObject(sessionStub(), (_, state) =>
      state.storage.sql.exec("SELECT 1 FROM session WHERE indexed = size").toArray().length > 0 ? true : undefined,
    ),
  );
});

const sessionStub = () => env.SESSION.getByName(`org_northwind/session/${session}`);
const endpointStub = () => env.ENDPOINT.getByName(`org_northwind/endpoint/${scene.machine.endpoint}`);

async function stored(): Promise<string> {
  const dump = (_: unknown, state: DurableObjectState) =>
    JSON.stringify(
      ["session", "entries", "texts", "participants", "requests", "head", "endpoint", "invitations"].flatMap((table) => {
        const there = state.storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", table).toArray();
        return there.length === 0 ? [] : state.storage.sql.exec(`SELECT * FROM ${table}`).toArray();
      }),
      (_, value) => (value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value),
    );
  return (await runInDurableObject(sessionStub(), dump)) + (await runInDurableObject(endpointStub(), dump));
}

const sockets = () => [`/agent/session/${agent.ref}`, `/agent/endpoint/${scene.machine.ref}`];
const open = (path: string) => TestSocket.open(path, (data) => JSON.parse(data) as { type: string; nonce: string });

/** Whether nothing but the challenge and a refusal came. */
function expectNothingTold(socket: TestSocket<{ type: string; nonce: string }>): void {
  expect(socket.received.map(({ type }) => type).filter((type) => type !== "challenge" && type !== "rejected")).toEqual([]);
  expect(JSON.stringify(socket.received)).not.toContain("canary");
}

test("there is a sample of every message", () => {
  const types = agentMessage.options.map(({ shape }) => shape.type.value).sort();
  expect(Object.keys(SAMPLES).sort()).toEqual(types);
  for (const sample of Object.values(SAMPLES)) expect(agentMessage.safeParse(sample).success).toBe(true);
});

describe("an agent's socket", () => {
  test("takes nothing and tells nothing until the key is proven, whatever is sent", async () => {
    const before = await stored();
    for (const path of sockets()) {
      for (const sample of Object.values(SAMPLES)) {
        const socket = await open(path);
        await socket.next("challenge");
        socket.socket.send(JSON.stringify(sample));
        expect([4000, 4001]).toContain(await socket.ended());
        expectNothingTold(socket);
      }
    }
    expect(await stored()).toBe(before);
  });

  test("does not take another machine's key, nor a proof for another object, and then nothing else", async () => {
    const other = await makeScene("OTHER", MALLORY);
    const neighbour = await makeScene("NEIGHBOUR");
    const before = await stored();
    for (const path of sockets()) {
      const ref = path.split("/").at(-1) ?? "";
      const proofs: ((nonce: string) => AgentMessage)[] = [
        ...[other.machine, neighbour.machine].map((machine: Machine) => (nonce: string) => hello(machine, ref, nonce, 0)),
        (nonce) => hello(scene.machine, other.machine.ref, nonce, 0),
        (nonce) =>
          hello(
            scene.machine,
            ref,
            nonce.replace(/^./, (c) => (c === "A" ? "B" : "A")),
            0,
          ),
      ];
      for (const proof of proofs) {
        for (const sample of Object.values(SAMPLES)) {
          const socket = await open(path);
          const { nonce } = await socket.next("challenge");
          socket.socket.send(JSON.stringify(proof(nonce)));
          socket.socket.send(JSON.stringify(sample));
          expect([4000, 4001]).toContain(await socket.ended());
          expectNothingTold(socket);
        }
      }
    }
    expect(await stored()).toBe(before);
  });

  test("takes no nonsense: it is refused with a code, and nothing is written", async () => {
    const before = await stored();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sockets()), fc.oneof(fc.json(), fc.string(), fc.uint8Array()), async (path, data) => {
        const socket = await open(path);
        await socket.next("challenge");
        if (data === "ping") return;
        socket.socket.send(data);
        expect([4000, 4001]).toContain(await socket.ended());
        expectNothingTold(socket);
      }),
      { numRuns: 60 },
    );
    expect(await stored()).toBe(before);
  });
});

describe("a technician's socket", () => {
  test("takes nothing at all", async () => {
    const authorization = `Bearer ${await makeToken({ ...MALLORY, organization: "org_northwind" })}`;
    const live = await TestSocket.open(`/api/sessions/${session}/live`, (data) => JSON.parse(data) as { type: string }, {
      authorization,
    });
    await live.next("state");
    const before = await stored();
    for (const sample of Object.values(SAMPLES)) live.socket.send(JSON.stringify(sample));
    live.socket.send("x");
    // Answered in order: what was sent before was looked at.
    await json("GET", `sessions/${session}`);
    expect(await stored()).toBe(before);
    expect(live.closed).toBeUndefined();
  });

  test("is not opened for another organisation, nor without a token", async () => {
    for (const headers of [{ authorization: `Bearer ${await makeToken(MALLORY)}` }, {}]) {
      const opened = TestSocket.open(`/api/sessions/${session}/live`, (data) => JSON.parse(data) as { type: string }, headers);
      await expect(opened).rejects.toThrow(/40[14]/);
    }
  });
});
