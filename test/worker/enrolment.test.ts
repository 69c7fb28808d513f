import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { encodeMessage, endpointMessage, parseMessage } from "../../record/wire.ts";
import type { EndpointView, GroupView, Page } from "../../worker/schema.ts";
import { fetchWorker, json, refusal, until } from "./api.ts";
import { makeScene, openSession } from "./scene.ts";
import { connectMachine, enrolMachine, hello, requestEnrolment, TestSocket } from "./test-agent.ts";

async function makeGroup(): Promise<string> {
  return (await json<GroupView>("POST", "groups", { name: "Acme Accounting" })).group;
}

async function makeCode(group: string, endpoint?: string): Promise<string> {
  const body = endpoint === undefined ? {} : { endpoint };
  return (await json<{ code: string }>("POST", `groups/${group}/enrolment-codes`, body)).code;
}

const seed = () => crypto.getRandomValues(new Uint8Array(32));

async function expectRefused(response: Response): Promise<void> {
  const { error } = (await response.json()) as { error: { code: string } };
  expect([response.status, error.code]).toEqual([403, "enrolment/refused"]);
}

describe("an enrolment code", () => {
  test("lets one machine in, once", async () => {
    const group = await makeGroup();
    const code = await makeCode(group);
    const machine = await enrolMachine(code, "ACME-SRV01");
    expect(machine.keyName).toBe(`caisey.test/org_northwind/${machine.endpoint}`);
    await expectRefused(await requestEnrolment(code, "ACME-SRV02", seed()));
    const { items } = await json<Page<EndpointView>>("GET", `groups/${group}/endpoints`);
    expect(items).toMatchObject([{ endpoint: machine.endpoint, name: "ACME-SRV01", removed: null, connected: false }]);
  });

  test("can be for one machine only", async () => {
    const group = await makeGroup();
    const code = await makeCode(group, "ACME-SQL01");
    await expectRefused(await requestEnrolment(code, "OTHER", seed()));
    await enrolMachine(code, "acme-sql01");
    const { items } = await json<Page<EndpointView>>("GET", `groups/${group}/endpoints`);
    expect(items.map(({ name }) => name)).toEqual(["ACME-SQL01"]);
  });

  test("dies of wrong guesses", async () => {
    const code = await makeCode(await makeGroup());
    for (let i = 0; i < 5; i++)
      await expectRefused(await requestEnrolment(`${code.slice(0, -1)}${code.endsWith("x") ? "y" : "x"}`, "A", seed()));
    await expectRefused(await requestEnrolment(code, "A", seed()));
  });

  test("ends after an hour", async () => {
    const group = await makeGroup();
    const code = await makeCode(group);
    await runInDurableObject(env.CLIENT_GROUP.getByName(`org_northwind/group/${group}`), (_, state) => {
      state.storage.sql.exec("UPDATE enrolment_codes SET expires = expires - 3600001");
    });
    await expectRefused(await requestEnrolment(code, "A", seed()));
  });

  test("is not stored", async () => {
    const group = await makeGroup();
    const code = await makeCode(group);
    const rows = await runInDurableObject(env.CLIENT_GROUP.getByName(`org_northwind/group/${group}`), (_, state) =>
      JSON.stringify(state.storage.sql.exec("SELECT * FROM enrolment_codes").toArray()),
    );
    expect(rows).not.toContain(code.slice(-26));
  });

  test("needs a proof by the key that is enrolled, and says the same to whatever is no code", async () => {
    const code = await makeCode(await makeGroup());
    await expectRefused(await requestEnrolment(code, "A", seed(), seed()));
    for (const other of ["", "x", `${"A".repeat(43)}.${"0".repeat(32)}`, code.replace(".", ".."), `${code}0`]) {
      await expectRefused(await requestEnrolment(other, "A", seed()));
    }
    await enrolMachine(code, "A");
  });
});

describe("an endpoint", () => {
  test("is present while its agent is connected", async () => {
    const { group, machine, control } = await makeScene();
    const path = `groups/${group}/endpoints/${machine.endpoint}`;
    expect(await json<EndpointView>("GET", path)).toMatchObject({ connected: true });
    control.socket.close(1000);
    await until("it to be away", async () => ((await json<EndpointView>("GET", path)).connected ? undefined : true));
    expect((await json<EndpointView>("GET", path)).lastSeen).not.toBeNull();
  });

  test("is invited again when it comes back", async () => {
    const scene = await makeScene();
    scene.control.socket.close(1000);
    const { session } = await json<{ session: string }>(
      "POST",
      `groups/${scene.group}/endpoints/${scene.machine.endpoint}/sessions`,
      {
        subject: "While you were out",
      },
    );
    const control = await connectMachine(scene.machine);
    expect(await control.next("invite")).toMatchObject({ session, subject: "While you were out", mode: "live" });
  });

  test("whose enrolment is removed is out at once, everywhere, and its history stays", async () => {
    const scene = await makeScene();
    const { agent, session } = await openSession(scene);
    const path = `groups/${scene.group}/endpoints/${scene.machine.endpoint}`;
    expect((await json<EndpointView>("DELETE", path)).removed).not.toBeNull();
    await scene.control.next("removed");
    expect(await agent.socket.next("ended")).toEqual({ type: "ended", reason: "removed" });
    expect((await fetchWorker(`/agent/endpoint/${scene.machine.ref}`, { headers: { upgrade: "websocket" } })).status).toBe(404);
    await expect(agent.connect()).rejects.toThrow("4003");
    expect(await refusal("POST", `${path}/sessions`, { subject: "x" })).toBe("409 endpoint/removed");
    expect(await json("GET", `sessions/${session}`)).toMatchObject({ state: "open", entries: 2 });
  });

  test("can't be reached by a made-up ref, nor by one of another class", async () => {
    const { machine } = await makeScene();
    const refs = [
      "x",
      "A".repeat(43),
      machine.ref.replace(/.$/, (c) => (c === "A" ? "E" : "A")),
      `${machine.ref}=`,
      `${machine.ref}/x`,
    ];
    for (const path of [...refs.map((ref) => `/agent/endpoint/${ref}`), `/agent/session/${machine.ref}`]) {
      expect((await fetchWorker(path, { headers: { upgrade: "websocket" } })).status).toBe(404);
    }
    expect((await fetchWorker(`/agent/endpoint/${machine.ref}`)).status).toBe(426);
  });

  test("proves its key for this object and this nonce", async () => {
    const scene = await makeScene();
    const { machine } = scene;
    const { agent } = await openSession(scene);
    const open = () => TestSocket.open(`/agent/endpoint/${machine.ref}`, (data) => parseMessage(endpointMessage, data));
    const first = await open();
    const { nonce } = await first.next("challenge");
    const replayed = await open();
    expect((await replayed.next("challenge")).nonce).not.toBe(nonce);
    replayed.socket.send(encodeMessage(hello(machine, machine.ref, nonce, 0)));
    expect(await replayed.ended()).toBe(4001);
    first.socket.send(encodeMessage(hello(machine, agent.ref, nonce, 0)));
    expect(await first.ended()).toBe(4001);
  });
});
