import { beforeAll, describe, expect, test } from "vitest";
import type { HandoffRow, HandoffView } from "../../worker/schema.ts";
import { fetchWorker, json } from "./api.ts";
import { PERIOD, recordSession, review } from "./published.ts";
import { makeScene, type Scene } from "./scene.ts";
import { ALICE, makeToken, ORIGIN } from "./tokens.ts";

let scene: Scene;
let sessions: [string, string];
let handoff: string;
beforeAll(async () => {
  scene = await makeScene();
  const first = await recordSession(scene, "Stopped  Spooler");
  const second = await recordSession(scene, "password: Tr0ut-Lantern!88");
  sessions = [first.session, second.session];
});

async function begin(): Promise<void> {
  ({ handoff } = await json<HandoffRow>("POST", `groups/${scene.group}/handoffs`, { recipient: "Contoso IT" }));
}

async function get(path: string): Promise<Response> {
  return fetchWorker(path, { headers: { authorization: `Bearer ${await makeToken(ALICE)}` }, redirect: "manual" });
}

async function send(step: string, fields: Record<string, string>): Promise<number> {
  const headers = { authorization: `Bearer ${await makeToken(ALICE)}`, origin: new URL(ORIGIN).origin };
  const init = { method: "POST", headers, body: new URLSearchParams(fields), redirect: "manual" } as const;
  return (await fetchWorker(`/handoffs/${handoff}/${step}`, init)).status;
}

const view = () => json<HandoffView>("GET", `handoffs/${handoff}`);

/** What the page of the first step offers for each session. */
async function choices(): Promise<(string | undefined)[]> {
  const html = await (await get(`/handoffs/${handoff}/select`)).text();
  return sessions.map((session) => {
    const [, options = ""] = new RegExp(`<select name="${session}"[^>]*>(.*?)</select>`, "s").exec(html) ?? [];
    return /<option value="([a-z-]+)" selected/.exec(options)?.[1];
  });
}

describe("the selection of a handoff", () => {
  test("offers all sessions until somebody chooses, and keeps that all were left out", async () => {
    await begin();
    await json("PUT", `handoffs/${handoff}/period`, PERIOD);
    expect(await choices()).toEqual(["include", "include"]);
    const [a, b] = sessions;
    expect(await send("sessions", { [a]: "include", [b]: "include", all: "not-selected" })).toBe(303);
    expect(await choices()).toEqual(["not-selected", "not-selected"]);
    // So that one is chosen by choosing it alone.
    expect(await send("sessions", { [a]: "include", [b]: "not-selected" })).toBe(303);
    expect((await view()).sessions.map(({ session }) => session)).toEqual([a]);
  });

  test("gives each session that is left out its reason; one of another time is out for that, wanted or not", async () => {
    await begin();
    await json("PUT", `handoffs/${handoff}/period`, PERIOD);
    const [a, b] = sessions;
    expect(await send("sessions", { [a]: "other-endpoint", [b]: "not-selected" })).toBe(303);
    expect(await choices()).toEqual(["other-endpoint", "not-selected"]);
    expect((await view()).omitted).toEqual({ "other-endpoint": 1, "not-selected": 1 });
    await json("PUT", `handoffs/${handoff}/period`, { from: PERIOD.from, to: "2020-01-02T00:00:00.000Z" });
    expect((await view()).omitted).toEqual({ "other-endpoint": 1, "outside-period": 1 });
  });
});

test("whoever comes back to a handoff goes on at the first step that has something left", async () => {
  await begin();
  const where = async () => (await get(`/handoffs/${handoff}`)).headers.get("location")?.split("/").at(-1);
  expect(await where()).toBe("select");
  await json("PUT", `handoffs/${handoff}/period`, PERIOD);
  await json("PUT", `handoffs/${handoff}/sessions`, { include: sessions.map((session) => ({ session })) });
  expect(await where()).toBe("scan");
  for (const session of sessions) await json("POST", `handoffs/${handoff}/sessions/${session}/scan`, {});
  // What was found is decided where the sessions are reviewed.
  expect((await view()).scan.open).toBeGreaterThan(0);
  expect(await where()).toBe("review");
  for (const session of sessions) await review(handoff, session);
  expect(await where()).toBe("notes");
  expect(await send("letter", { letter: "Dear colleagues" })).toBe(303);
  expect(await where()).toBe("publish");
});

test("a letter is drafted out of what is selected, says nothing that nobody has looked at yet, and is kept only when it is saved", async () => {
  await begin();
  await json("PUT", `handoffs/${handoff}/period`, PERIOD);
  await json("PUT", `handoffs/${handoff}/sessions`, { include: sessions.map((session) => ({ session })) });
  const page = async () => (await get(`/handoffs/${handoff}/notes`)).text();
  const before = await page();
  expect(before).toContain("This package holds 2 support sessions on 1 machine");
  expect(before).not.toContain("left to do");
  for (const session of sessions) await review(handoff, session);
  expect(await page()).toContain("2 things are still to do");
  expect((await view()).letter).toBe("");
});
