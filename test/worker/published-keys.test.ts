import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { parseVerifierKey } from "../../record/key.ts";
import { parseAllowedSigners } from "../../record/sshsig.ts";
import type { OrganizationView } from "../../worker/schema.ts";
import { fetchWorker, json } from "./api.ts";
import { ALICE, MALLORY, ORIGIN } from "./tokens.ts";

const PATH = "/.well-known/caisey/allowed_signers";

/** As it is now: what was cached is dropped. */
async function published(): Promise<Response> {
  await caches.default.delete(new URL(PATH, ORIGIN).href);
  return fetchWorker(PATH);
}

beforeEach(async () => {
  for (const person of [ALICE, MALLORY]) await json("PUT", "organization", { name: "Named here only" }, person);
});

test("publishes the keys of all organisations, without their names, and old ones with their time", async () => {
  const first = await json<OrganizationView>("GET", "organization");
  const before = await (await published()).text();
  const changed = await json<OrganizationView>("POST", "organization/key");
  const response = await published();
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("public, max-age=300");
  const text = await response.text();
  const signers = parseAllowedSigners(text);
  for (const { key } of [first, changed, await json<OrganizationView>("GET", "organization", undefined, MALLORY)]) {
    const { name, publicKey } = parseVerifierKey(key ?? "");
    expect(signers).toContainEqual({ principal: name, publicKey });
  }
  expect(text).not.toContain("Named here only");
  expect(text.match(/^# signed from 20\S+Z until 20\S+Z$/gm)).toHaveLength(1);
  expect(before).not.toContain(" until ");
  expect(text).toContain('namespaces="caisey-handoff,caisey-receipt"');
});

test("is answered out of the cache, and says by entity tag whether it changed", async () => {
  const first = await published();
  const tag = first.headers.get("etag") ?? "";
  const text = await first.text();
  await json("POST", "organization/key");
  const again = await fetchWorker(`${PATH}?x=${Date.now()}`);
  expect(await again.text()).toBe(text);
  const same = await fetchWorker(PATH, { headers: { "if-none-match": tag } });
  expect([same.status, await same.text()]).toEqual([304, ""]);
  expect(await (await published()).text()).not.toBe(text);
});

test("holds nothing but keys: packages in the same bucket are not listed", async () => {
  await env.PACKAGES.put("org_northwind/hnd_0000000000000000.zip", "x", { customMetadata: { signer: "evil", from: "x" } });
  await env.PACKAGES.put("keysx/evil", "x", { customMetadata: { signer: "evil", from: "x" } });
  expect(await (await published()).text()).not.toContain("evil");
});

test("a key that could not be published when it was made is published by the alarm", async () => {
  const stub = env.ORGANIZATION.getByName("org_northwind");
  const keys = (await env.PACKAGES.list({ prefix: "keys/org_northwind/" })).objects.map(({ key }) => key);
  expect(keys.length).toBeGreaterThan(0);
  await env.PACKAGES.delete(keys);
  await runInDurableObject(stub, async (_, state) => {
    state.storage.sql.exec("UPDATE keys SET published = 0");
    await state.storage.setAlarm(Date.now() + 60_000);
  });
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect((await env.PACKAGES.list({ prefix: "keys/org_northwind/" })).objects.map(({ key }) => key)).toEqual(keys);
});

test("nobody else's method or path does anything", async () => {
  for (const path of ["/.well-known/", "/.well-known/caisey/", `${PATH}/x`, "/.well-known/caisey/allowed_signers%00"]) {
    const response = await fetchWorker(path);
    expect([path, response.status]).toEqual([path, 404]);
  }
  expect((await fetchWorker(PATH, { method: "POST" })).status).toBe(404);
});
