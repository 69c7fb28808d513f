import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TIMESTAMP } from "../../record/path.ts";
import type { HandoffView } from "../../worker/schema.ts";
import { json, until } from "./api.ts";
import { downloadPackage, prepare, publish, read, recordSession, review, verify } from "./published.ts";
import { makeScene } from "./scene.ts";

const stubOf = (handoff: string) => env.HANDOFF.getByName(`org_northwind/handoff/${handoff}`);
const view = (handoff: string) => json<HandoffView>("GET", `handoffs/${handoff}`);

let asked: string[];

beforeEach(() => {
  asked = [];
  env.TIMESTAMP_URL = "https://stamps.example/tsa";
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    asked.push(String(input));
    return new Response("closed for today", { status: 503 });
  });
});

afterEach(() => {
  delete env.TIMESTAMP_URL;
  vi.restoreAllMocks();
});

async function inReview(): Promise<string> {
  const scene = await makeScene();
  const { session } = await recordSession(scene, "ok");
  const handoff = await prepare(scene.group, [session]);
  await review(handoff, session);
  return handoff;
}

test("an authority that never answers holds a package up for a bounded time only; trail and view say that it has no stamp", async () => {
  const handoff = await inReview();
  await json("POST", `handoffs/${handoff}/publish`, { days: 30 });
  for (let waits = 0; waits < 6; waits++) {
    const waiting = await until("the next answer", async () => {
      const now = await view(handoff);
      return now.state === "published" || now.generation?.retry ? now : undefined;
    });
    if (waiting.state === "published") throw new Error("expected it to be tried again");
    expect(waiting).toMatchObject({ state: "generating", generation: { code: "timestamp/pending", failure: null } });
    const retry = Date.parse(waiting.generation?.retry ?? "");
    expect(retry - Date.now()).toBeLessThan(60_000);
    // As if the time had come.
    await runInDurableObject(stubOf(handoff), (_, { storage }) => {
      storage.sql.exec("UPDATE seals SET next = 1 WHERE next IS NOT NULL");
      storage.sql.exec("UPDATE generation SET retry = NULL");
    });
    await runDurableObjectAlarm(stubOf(handoff));
  }
  const published = await until("the package", async () => {
    const now = await view(handoff);
    return now.state === "published" ? now : undefined;
  });
  const none = { time: null, authority: null, failure: "refused", retry: null };
  expect(published.stamps).toEqual({ group: none, package: none });
  expect(asked).toEqual(Array.from({ length: 8 }, () => "https://stamps.example/tsa"));
  const { items } = await json<{ items: { act: string; about: string; reason: string | null }[] }>(
    "GET",
    "organization/audit?limit=20",
  );
  const said = items.filter(({ act, about }) => act === "package.unstamped" && about === handoff);
  expect(said.map(({ reason }) => reason).sort()).toEqual([
    "No time stamp over the group: refused.",
    "No time stamp over the package: refused.",
  ]);
  const zip = await downloadPackage(handoff);
  expect((await verify(zip)).verdict).toBe("verified");
  expect((await read(zip)).files.some(({ path }) => path === TIMESTAMP)).toBe(false);
});

test("an address that is none is not waited for at all", async () => {
  env.TIMESTAMP_URL = "http://stamps.example/";
  const handoff = await inReview();
  const none = { time: null, authority: null, failure: "misconfigured", retry: null };
  expect(await publish(handoff)).toMatchObject({ state: "published", stamps: { group: none, package: none } });
  expect(asked).toEqual([]);
});

test("without an authority nothing is asked and nothing is said", async () => {
  delete env.TIMESTAMP_URL;
  const handoff = await inReview();
  expect(await publish(handoff)).toMatchObject({ state: "published", stamps: { group: null, package: null } });
  expect(asked).toEqual([]);
});
