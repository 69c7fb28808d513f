import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { contextPart } from "../../record/entry.ts";
import type { AuditView, EndpointView, EnrolmentCodeView, GroupView, Page } from "../../worker/schema.ts";
import { fetchWorker, json, refusal, until } from "./api.ts";
import { closeSession, makeScene, openSession, runCommand } from "./scene.ts";
import { enrolMachine, requestEnrolment, TestAgent } from "./test-agent.ts";
import { ALICE, MALLORY, type Person, TECHNICIAN } from "./tokens.ts";

const seed = () => crypto.getRandomValues(new Uint8Array(32));
type NewCode = { id: string; code: string; expires: string };

async function expectRefused(response: Response): Promise<void> {
  expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
    403,
    "enrolment/refused",
  ]);
}

describe("an archived client group", () => {
  test("takes in no machine and no session, keeps its history, and can be taken into use again", async () => {
    const scene = await makeScene();
    const open = await openSession(scene);
    const { code } = await json<NewCode>("POST", `groups/${scene.group}/enrolment-codes`, {});
    const path = `groups/${scene.group}`;
    const archived = await json<GroupView>("PUT", `${path}/archive`);
    expect(archived.archived).not.toBeNull();
    expect(await json<GroupView>("PUT", `${path}/archive`)).toEqual(archived);
    expect((await json<Page<GroupView>>("GET", "groups?limit=200")).items).toContainEqual(archived);

    await expectRefused(await requestEnrolment(code, "NEW", seed()));
    expect(await refusal("POST", `${path}/enrolment-codes`, {})).toBe("409 group/archived");
    expect(await refusal("POST", `${path}/endpoints/${scene.machine.endpoint}/sessions`, { subject: "x" })).toBe(
      "409 group/archived",
    );
    // What is open goes on to its end.
    await runCommand(open, "hostname", "ACME-SRV01");
    await closeSession(open);
    expect((await json<Page<unknown>>("GET", `${path}/sessions`)).items).toHaveLength(1);

    expect((await json<GroupView>("DELETE", `${path}/archive`)).archived).toBeNull();
    await enrolMachine(code, "NEW");
    expect(await refusal("PUT", `${path}/archive`, undefined, TECHNICIAN)).toBe("403 auth/forbidden");
    expect(await refusal("PUT", `${path}/archive`, undefined, MALLORY)).toBe("404 not-found");
    const { items } = await json<Page<AuditView>>("GET", `organization/audit?about=${scene.group}&limit=200`);
    expect(items.map(({ act }) => act).filter((act) => act.startsWith("group."))).toEqual([
      "group.restored",
      "group.archived",
      "group.archived",
      "group.created",
    ]);
  });
});

describe("enrolment codes", () => {
  test("are listed without their secret, revoked and rotated with immediate effect", async () => {
    const { group } = await json<GroupView>("POST", "groups", { name: "Acme" });
    const path = `groups/${group}/enrolment-codes`;
    const first = await json<NewCode>("POST", path, { endpoint: "ACME-SQL01" });
    const second = await json<NewCode>("POST", path, {});
    const listed = await json<{ items: EnrolmentCodeView[] }>("GET", path);
    expect(listed.items).toHaveLength(2);
    expect(listed.items).toContainEqual(
      expect.objectContaining({ id: first.id, endpoint: "ACME-SQL01", state: "open", usedBy: null, expires: first.expires }),
    );
    for (const { code } of [first, second]) expect(JSON.stringify(listed)).not.toContain(code.slice(-26));
    expect(Date.parse(first.expires) - Date.now()).toBeLessThanOrEqual(3_600_000);

    const rotated = await json<NewCode>("POST", `${path}/${first.id}/rotate`);
    await expectRefused(await requestEnrolment(first.code, "ACME-SQL01", seed()));
    await expectRefused(await requestEnrolment(rotated.code, "OTHER", seed()));
    const machine = await enrolMachine(rotated.code, "ACME-SQL01");
    expect((await json<EnrolmentCodeView>("DELETE", `${path}/${second.id}`)).state).toBe("revoked");
    await expectRefused(await requestEnrolment(second.code, "A", seed()));
    const states = (await json<{ items: EnrolmentCodeView[] }>("GET", path)).items.map(({ id, state, usedBy }) => [
      id,
      state,
      usedBy,
    ]);
    expect(states).toHaveLength(3);
    expect(states).toContainEqual([rotated.id, "used", machine.endpoint]);
    expect(states).toContainEqual([first.id, "revoked", null]);
    for (const id of [first.id, second.id, rotated.id]) {
      expect(await refusal("DELETE", `${path}/${id}`)).toBe("409 enrolment/code-over");
      expect(await refusal("POST", `${path}/${id}/rotate`)).toBe("409 enrolment/code-over");
    }
    expect(await refusal("DELETE", `${path}/zzzzzz`)).toBe("404 not-found");
    for (const person of [TECHNICIAN, MALLORY]) {
      const expected = person === MALLORY ? "404 not-found" : "403 auth/forbidden";
      expect(await refusal("GET", path, undefined, person)).toBe(expected);
      expect(await refusal("POST", `${path}/${first.id}/rotate`, undefined, person)).toBe(expected);
    }
  });
});

describe("a machine that leaves", () => {
  test("is out at once, its history stays, and the audit trail says that it went itself", async () => {
    const scene = await makeScene();
    const { agent, session } = await openSession(scene);
    scene.control.socket.send(JSON.stringify({ type: "waiting", request: "x", since: new Date().toISOString() }));
    expect(await scene.control.next("rejected")).toMatchObject({ code: "request/malformed" });
    scene.control.socket.send(JSON.stringify({ type: "leave" }));
    await scene.control.next("left");
    expect(await scene.control.ended()).toBe(4003);
    expect(await agent.socket.next("ended")).toEqual({ type: "ended", reason: "removed" });
    const path = `groups/${scene.group}/endpoints/${scene.machine.endpoint}`;
    expect((await json<EndpointView>("GET", path)).removed).not.toBeNull();
    expect((await fetchWorker(`/agent/endpoint/${scene.machine.ref}`, { headers: { upgrade: "websocket" } })).status).toBe(404);
    await expect(agent.connect()).rejects.toThrow("4003");
    expect(await json("GET", `sessions/${session}`)).toMatchObject({ state: "open" });
    const { items } = await json<Page<AuditView>>("GET", `organization/audit?by=${scene.machine.endpoint}`);
    expect(items).toMatchObject([{ act: "endpoint.left", byName: "ACME-SRV01", about: scene.machine.endpoint }]);
  });
});

describe("an endpoint that was away", () => {
  test("gets what it has not heard when it comes back: requests it reported nothing of, and that others are taken back", async () => {
    const { agent, session } = await openSession(await makeScene());
    await json("POST", `sessions/${session}/commands`, { command: "hostname", reason: "why" });
    const taken = await agent.socket.next("run");
    const command = agent.event("command", { by: taken.by, shell: "bash", consent: "read-only" }, { command: "hostname" });
    await agent.report(command);
    await json("POST", `sessions/${session}/commands`, { command: "uptime", reason: "second" });
    const lost = await agent.socket.next("run");
    await json("POST", `sessions/${session}/commands`, { command: "never", reason: "" });
    const { request: withdrawn } = await agent.socket.next("run");
    await json("POST", `sessions/${session}/cancel`, { request: withdrawn });
    await json("POST", `sessions/${session}/cancel`, { request: taken.request });
    agent.socket.socket.close(1000);
    const again = new TestAgent(agent.machine, agent.ref);
    await again.connect();
    expect(await again.socket.next("cancel")).toEqual({ type: "cancel", request: taken.request });
    const runs = again.socket.received.filter(({ type }) => type === "run");
    expect(runs).toEqual([lost]);
  });
});

describe("the machine's context", () => {
  test("is asked for in whole or in part while the endpoint is there", async () => {
    const scene = await makeScene();
    const { agent, session } = await openSession(scene);
    const path = `sessions/${session}/context`;
    expect(await json("POST", path, {})).toEqual({ parts: contextPart.options });
    expect(await agent.socket.next("collect")).toEqual({ type: "collect", parts: contextPart.options });
    await json("POST", path, { parts: ["updates", "disks"] });
    expect(await agent.socket.next("collect")).toEqual({ type: "collect", parts: ["updates", "disks"] });
    for (const parts of [[], ["secrets"], "os"]) expect(await refusal("POST", path, { parts })).toBe("400 request/malformed");
    expect(await refusal("POST", path, {}, MALLORY)).toBe("404 not-found");
    agent.socket.socket.close(1000);
    await until("the agent to be away", async () =>
      (await json<{ agentConnected: boolean }>("GET", `sessions/${session}`)).agentConnected ? undefined : true,
    );
    expect(await refusal("POST", path, {})).toBe("409 session/endpoint-away");
  });
});

describe("a session that sleeps", () => {
  test("is not woken by pings, and is by what is said", async () => {
    const open = await openSession(await makeScene());
    const stub = env.SESSION.getByName(`org_northwind/session/${open.session}`);
    await until("the session to have nothing left to do", () =>
      runInDurableObject(stub, async (_, state) => ((await state.storage.getAlarm()) === null ? true : undefined)),
    );
    await evictDurableObject(stub);
    // Every object makes one when it is loaded.
    const Pair = WebSocketRequestResponsePair;
    const loaded = vi.fn((request: string, response: string) => new Pair(request, response));
    vi.stubGlobal("WebSocketRequestResponsePair", function made(request: string, response: string) {
      return loaded(request, response);
    });
    try {
      const socket = open.agent.socket.socket;
      for (let i = 0; i < 3; i++) {
        const pong = new Promise((resolve) => {
          socket.addEventListener("message", ({ data }) => data === "pong" && resolve(data), { once: true });
        });
        socket.send("ping");
        expect(await pong).toBe("pong");
      }
      expect(loaded).not.toHaveBeenCalled();
      await open.agent.report(open.agent.event("joined", { participant: "p1", role: "agent" }, { name: "ACME" }));
      expect(loaded).toHaveBeenCalledOnce();
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe("the audit trail", () => {
  const person: Person = { ...ALICE, organization: "org_audited", organizationName: "Audited" };
  const auditor: Person = {
    ...person,
    user: "user_auditor",
    role: "auditor",
    features: { fea: "o:audit", per: "read", fpm: "1" },
  };

  test("says who looked at, searched, exported and erased what, by filter and by cursor, to those who may read it", async () => {
    const scene = await makeScene("ACME-SRV01", person);
    const { session } = await json<{ session: string }>(
      "POST",
      `groups/${scene.group}/endpoints/${scene.machine.endpoint}/sessions`,
      { subject: "x" },
      person,
    );
    const reader: Person = { ...person, user: "user_reader", name: "Rita Reader", role: "member" };
    for (let i = 0; i < 3; i++) await json("GET", `sessions/${session}/entries?from=${i}`, undefined, reader);
    await json("GET", `groups/${scene.group}/search?q=KB5034441&outcome=resolved`, undefined, reader);
    const trail = async (query: string) =>
      (await json<Page<AuditView>>("GET", `organization/audit?${query}`, undefined, auditor)).items;
    expect(await trail("by=user_reader")).toMatchObject([
      { act: "sessions.searched", about: scene.group, detail: "KB5034441 outcome=resolved", byName: "Rita Reader" },
      { act: "session.viewed", about: session, detail: null, reason: null },
    ]);
    expect(await trail("act=session.viewed")).toHaveLength(1);
    expect(await trail(`about=${session}&by=user_alice`)).toEqual([]);
    expect(await trail("from=2999-01-01T00:00:00.000Z")).toEqual([]);
    const all = await trail("limit=200");
    const pages: AuditView[] = [];
    for (let cursor = ""; ; ) {
      const page = await json<Page<AuditView>>("GET", `organization/audit?limit=2${cursor}`, undefined, auditor);
      pages.push(...page.items);
      if (page.cursor === undefined) break;
      cursor = `&cursor=${page.cursor}`;
    }
    expect(pages).toEqual(all);
    expect(await refusal("GET", "organization/audit", undefined, reader)).toBe("403 auth/forbidden");
    expect(await refusal("GET", "groups", undefined, auditor)).toBe("403 auth/forbidden");
  });
});
