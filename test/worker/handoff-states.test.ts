import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { parseHandoff } from "../../record/handoff.ts";
import { ACTS, type Act, isAllowed } from "../../worker/objects/handoff/states.ts";
import { type HandoffRow, type HandoffState, type HandoffView, handoffState } from "../../worker/schema.ts";
import { json, refusal, until } from "./api.ts";
import {
  downloadPackage,
  fileOf,
  hashOf,
  makePublished,
  PERIOD,
  type Published,
  prepare,
  publish,
  recordSession,
  review,
  verify,
} from "./published.ts";
import { makeScene } from "./scene.ts";
import { MALLORY, TECHNICIAN } from "./tokens.ts";

const STATES = handoffState.options;
const stubOf = (handoff: string) => env.HANDOFF.getByName(`org_northwind/handoff/${handoff}`);
const view = (handoff: string) => json<HandoffView>("GET", `handoffs/${handoff}`);

async function setState(handoff: string, state: HandoffState): Promise<void> {
  await runInDurableObject(stubOf(handoff), async (_, { storage }) => {
    await storage.deleteAlarm();
    storage.sql.exec("UPDATE handoff SET state = ?", state);
  });
}

/** The newest acts of the audit trail about this handoff, the oldest first. */
async function acts(handoff: string): Promise<string[]> {
  const { items } = await json<{ items: { act: string; about: string }[] }>("GET", "organization/audit?limit=200");
  return items.flatMap(({ act, about }) => (about === handoff ? [act] : [])).reverse();
}

const runOut = (handoff: string) =>
  runInDurableObject(stubOf(handoff), async (_, { storage }) => {
    storage.sql.exec("UPDATE handoff SET expires = ?", Date.now() - 1);
    await storage.setAlarm(Date.now());
  });

test("every act is allowed in the states that its row names, and leads to one of them", () => {
  const leadsTo = Object.values(ACTS).flatMap(({ to }) => (to === null ? [] : [to as string]));
  expect(new Set(leadsTo)).toEqual(new Set(STATES));
  const table = Object.fromEntries(
    STATES.map((state) => [state, (Object.keys(ACTS) as Act[]).filter((act) => isAllowed(act, state))]),
  );
  expect(table).toEqual({
    draft: ["edit", "begin", "empty"],
    "in-review": ["edit", "begin", "empty", "publish"],
    generating: ["finish", "giveUp", "giveUpAgain"],
    published: ["expire", "revoke", "replace", "link", "download", "unseal"],
    expired: ["again", "replace", "unseal"],
    revoked: ["replace"],
  });
});

describe("what the API refuses", () => {
  let there: Published;
  let before: HandoffView;

  beforeAll(async () => {
    there = await makePublished();
    before = await view(there.handoff);
  });

  const EDITS: readonly [string, string, unknown][] = [
    ["PUT", "period", PERIOD],
    ["PUT", "sessions", { include: [] }],
    ["PUT", "letter", { letter: "changed" }],
    ["DELETE", "redactions/red_0000000000000000", undefined],
  ];
  const REQUESTS: readonly (readonly [string, string, unknown, readonly HandoffState[]])[] = [
    ...EDITS.map(([method, path, body]) => [method, path, body, ["draft", "in-review"]] as const),
    ["POST", "publish", { days: 1 }, ["draft", "in-review", "expired"]],
    ["POST", "cancel", {}, ["generating"]],
    ["POST", "revoke", {}, ["published"]],
    ["POST", "replace", {}, ["published", "expired", "revoked"]],
    ["POST", "links", { name: "x", days: 1 }, ["published"]],
  ];
  const forbidden = STATES.flatMap((state) =>
    REQUESTS.flatMap(([method, path, body, allowed]) => (allowed.includes(state) ? [] : [{ state, method, path, body }])),
  );

  test.each(forbidden)("$state: $method $path", async ({ state, method, path, body }) => {
    const { handoff } = there;
    await setState(handoff, state);
    const trail = await acts(handoff);
    expect(await refusal(method, `handoffs/${handoff}/${path}`, body)).toBe("409 handoff/state");
    expect(await view(handoff)).toEqual({ ...before, state });
    expect(await acts(handoff)).toEqual(trail);
    expect(await env.PACKAGES.head(`org_northwind/${handoff}.zip`)).not.toBeNull();
  });

  test("to those who may not publish, and to others", async () => {
    const { handoff } = there;
    await setState(handoff, "generating");
    expect(await refusal("POST", `handoffs/${handoff}/cancel`, {}, TECHNICIAN)).toBe("403 auth/forbidden");
    for (const path of ["cancel", "replace"]) {
      expect(await refusal("POST", `handoffs/${handoff}/${path}`, {}, MALLORY)).toBe("404 not-found");
    }
    await setState(handoff, "published");
  });
});

describe("a handoff's life", () => {
  test("stands in the audit trail, each change once", async () => {
    const scene = await makeScene();
    const { session } = await recordSession(scene, "ok");
    const handoff = await prepare(scene.group, [session]);
    await json("PUT", `handoffs/${handoff}/sessions`, { include: [] });
    await json("PUT", `handoffs/${handoff}/sessions`, { include: [{ session }] });
    await review(handoff, session);
    await publish(handoff);
    await runOut(handoff);
    await until("the expiry", async () => ((await view(handoff)).state === "expired" ? true : undefined));
    await publish(handoff);
    await json("POST", `handoffs/${handoff}/revoke`);
    const made = ["handoff.generating", "handoff.published"];
    expect(await acts(handoff)).toEqual([
      ...["handoff.created", "handoff.in-review", "handoff.draft", "handoff.in-review"],
      ...[...made, "handoff.expired", ...made, "handoff.revoked"],
    ]);
    const { items } = await json<{ items: HandoffRow[] }>("GET", `groups/${scene.group}/handoffs`);
    expect(items).toMatchObject([{ handoff, state: "revoked" }]);
  });

  test("the same package comes again after its end, also with another key; what was erased since ends that", async () => {
    const { handoff, session } = await makePublished("PASSWORD=hunter2");
    const zip = await downloadPackage(handoff);
    const expire = async () => {
      await runOut(handoff);
      await until("the expiry", async () => ((await view(handoff)).state === "expired" ? true : undefined));
      expect(await env.PACKAGES.head(`org_northwind/${handoff}.zip`)).toBeNull();
    };
    await expire();
    await json("POST", "organization/key");
    expect(await refusal("POST", `handoffs/${handoff}/publish`, { days: 1, recipient: "Other" })).toBe(
      "409 handoff/not-repeatable",
    );
    expect(await publish(handoff)).toMatchObject({ state: "published", generation: null });
    expect(await downloadPackage(handoff)).toEqual(zip);
    await expire();
    const place = { seq: 0, field: "subject", lines: [0], reason: "asked for" };
    await json("POST", `sessions/${session}/erasures`, place);
    expect(await refusal("POST", `handoffs/${handoff}/publish`, { days: 1 })).toBe("409 handoff/not-repeatable");
    expect((await view(handoff)).state).toBe("expired");
  });

  test("a generation that is cancelled leaves nothing; the handoff can be edited and published", async () => {
    const scene = await makeScene();
    const { session } = await recordSession(scene, "ok");
    const handoff = await prepare(scene.group, [session]);
    await review(handoff, session);
    const key = `org_northwind/${handoff}.zip`;
    const { uploadId } = await env.PACKAGES.createMultipartUpload(key);
    await runInDurableObject(stubOf(handoff), (_, { storage }) => {
      storage.sql.exec("UPDATE handoff SET state = 'generating', days = 30");
      storage.sql.exec("INSERT INTO generation (attempt, bytes, files) VALUES (0, 0, 0)");
      storage.sql.exec("INSERT INTO uploads (key, upload) VALUES (?, ?)", key, uploadId);
      storage.sql.exec("INSERT INTO spools (name, start, value) VALUES ('x', 0, x'00')");
    });
    await json("POST", `handoffs/${handoff}/cancel`);
    expect(await view(handoff)).toMatchObject({ state: "in-review", generation: null });
    await expect(env.PACKAGES.resumeMultipartUpload(key, uploadId).uploadPart(1, "x")).rejects.toThrow();
    const left = await runInDurableObject(stubOf(handoff), (_, { storage }) =>
      ["uploads", "spools", "zip_rows"].map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray().length),
    );
    expect(left).toEqual([0, 0, 0]);
    expect(await acts(handoff)).toContain("handoff.cancelled");
    await json("PUT", `handoffs/${handoff}/letter`, { letter: "Changed." });
    expect((await publish(handoff)).state).toBe("published");
  });

  test("one that is cancelled at any moment is in review, or was published just before", async () => {
    const scene = await makeScene();
    const { session } = await recordSession(scene, "x\n".repeat(5000));
    const handoff = await prepare(scene.group, [session]);
    await review(handoff, session);
    for (const wait of [0, 1, 3, 10, 20, 40]) {
      await json("POST", `handoffs/${handoff}/publish`, { days: 30 });
      await scheduler.wait(wait);
      const late = await json("POST", `handoffs/${handoff}/cancel`).then(
        () => false,
        () => true,
      );
      if (late) break;
      expect((await view(handoff)).state).toBe("in-review");
    }
    if ((await view(handoff)).state === "in-review") await publish(handoff);
    const zip = await downloadPackage(handoff);
    expect((await verify(zip)).verdict).toBe("verified");
    expect(hashOf(zip)).toBe((await view(handoff)).package?.sha256);
  });

  test("a later version begins with what the earlier one had, and its package names that one's", async () => {
    const { handoff, session } = await makePublished("PASSWORD=hunter2");
    const old = await downloadPackage(handoff);
    const next = await json<HandoffRow>("POST", `handoffs/${handoff}/replace`, {});
    expect(next).toMatchObject({ state: "in-review", recipient: "Contoso IT" });
    const before = await view(handoff);
    expect(before).toMatchObject({ replacedBy: next.handoff, replaces: null });
    const begun = await view(next.handoff);
    const manifest = hashOf(await fileOf(old, "tagmanifest-sha256.txt"));
    expect(begun).toMatchObject({
      period: before.period,
      letter: before.letter,
      sessions: before.sessions,
      replaces: { handoff, manifest },
    });
    await json("POST", `handoffs/${next.handoff}/redactions`, { session, seq: 0, field: "subject", line: 0, reason: "other" });
    await review(next.handoff, session);
    expect((await publish(next.handoff)).state).toBe("published");
    const zip = await downloadPackage(next.handoff);
    expect(parseHandoff(await fileOf(zip, "data/records/handoff.json"))).toMatchObject({
      handoff: next.handoff,
      replaces: manifest,
    });
    expect((await verify(zip)).verdict).toBe("verified");
    expect((await view(handoff)).state).toBe("published");
    expect(await downloadPackage(handoff)).toEqual(old);
    expect(await acts(handoff)).toContain("handoff.replaced");
  });
});
