import { createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClerkClient } from "@clerk/backend";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contoso, daniel, elena, northwind, tom } from "../../fixtures/people.ts";
import { type SignIn, startSignIn } from "../../worker/local/sign-in.ts";

const WORKER = "http://127.0.0.1:8787";
let data: string;
let signIn: SignIn;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), "caisey-sign-in-"));
  signIn = await startSignIn({ data, port: 0 });
  signIn.setParty(WORKER);
});
afterEach(async () => {
  await signIn.close();
  rmSync(data, { recursive: true });
});

function claims(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}

function choose(form: Record<string, string>, origin = new URL(signIn.url).origin): Promise<Response> {
  return fetch(signIn.url, { method: "POST", redirect: "manual", headers: { origin }, body: new URLSearchParams(form) });
}

const asElena = { organization: northwind.id, person: elena.id, redirect_url: `${WORKER}/groups?x=1` };

function authenticate(headers: Record<string, string>) {
  const clerk = createClerkClient({
    secretKey: "sk_live_local",
    publishableKey: signIn.publishableKey,
    telemetry: { disabled: true },
  });
  return clerk.authenticateRequest(new Request(WORKER, { headers }), { jwtKey: signIn.publicPem, authorizedParties: [WORKER] });
}

test("Clerk's own library takes the cookies that a browser gets", async () => {
  const cookies = (await choose(asElena)).headers.getSetCookie().map((value) => value.split(";")[0]);
  const state = await authenticate({ cookie: cookies.join("; "), accept: "text/html", "sec-fetch-dest": "document" });
  expect(state.reason).toBe(null);
  expect(state.status).toBe("signed-in");
  expect(state.toAuth()).toMatchObject({ userId: elena.id, orgId: northwind.id });
});

test("Clerk's own library takes the token of a program, for the organisation and role of the person", async () => {
  const state = await authenticate({ authorization: `Bearer ${signIn.tokenFor(contoso, daniel)}` });
  expect(state.status).toBe("signed-in");
  expect(state.toAuth()).toMatchObject({ userId: daniel.id, orgId: contoso.id, orgRole: "org:admin" });
});

test("who is chosen on the page comes back to the Worker with a token that its key verifies", async () => {
  const answer = await choose(asElena);
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe(`${WORKER}/groups?x=1`);
  const cookie = answer.headers.getSetCookie().find((value) => value.startsWith("__session="));
  expect(cookie).toContain("HttpOnly");
  const token = cookie?.slice("__session=".length).split(";")[0] ?? "";
  const [header, body, signature] = token.split(".");
  const valid = verify(
    "sha256",
    Buffer.from(`${header}.${body}`),
    createPublicKey(signIn.publicPem),
    Buffer.from(signature ?? "", "base64url"),
  );
  expect(valid).toBe(true);
  expect(claims(token)).toMatchObject({
    sub: elena.id,
    azp: WORKER,
    v: 2,
    o: { id: northwind.id, rol: "admin", slg: northwind.slug },
  });
});

test("a browser that signed in before gets a fresh token without choosing again, until it signs out", async () => {
  const first = await choose(asElena);
  const ticket = first.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const again = await fetch(`${signIn.url}?redirect_url=${encodeURIComponent(`${WORKER}/x`)}`, {
    redirect: "manual",
    headers: { cookie: ticket },
  });
  expect(again.status).toBe(303);
  expect(again.headers.get("location")).toBe(`${WORKER}/x`);
  const out = await fetch(new URL("/sign-out", signIn.url), { redirect: "manual", headers: { cookie: ticket } });
  expect(out.headers.getSetCookie()).toContain("__session=; Path=/; Max-Age=0");
  const after = await fetch(signIn.url, { redirect: "manual", headers: { cookie: ticket } });
  expect(after.status).toBe(200);
});

test.each([
  "https://elsewhere.example/",
  "http://127.0.0.1:9999/",
  "//elsewhere.example",
  "javascript:alert(1)",
  "http://127.0.0.1:8787.elsewhere.example/",
])("a redirect to %s is refused", async (redirect_url) => {
  expect((await fetch(`${signIn.url}?redirect_url=${encodeURIComponent(redirect_url)}`, { redirect: "manual" })).status).toBe(400);
  const answer = await choose({ ...asElena, redirect_url });
  expect(answer.status).toBe(400);
  expect(answer.headers.getSetCookie()).toEqual([]);
});

test("another site can't choose for somebody, and nobody can be of an organisation that isn't theirs", async () => {
  expect((await choose(asElena, "https://elsewhere.example")).status).toBe(403);
  expect((await choose({ ...asElena, organization: contoso.id })).status).toBe(400);
});

test("another host name for the same machine is refused", async () => {
  const { port } = new URL(signIn.url);
  const status = await new Promise((resolve, reject) => {
    httpRequest({ port, host: "127.0.0.1", path: "/sign-in", headers: { host: "rebound.example" } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once("error", reject)
      .end();
  });
  expect(status).toBe(421);
});

test("the key stays in the data folder, for its owner only, and outlives a restart", async () => {
  expect(statSync(join(data, "sign-in.pem")).mode & 0o777).toBe(0o600);
  const second = await startSignIn({ data, port: 0 });
  expect(second.publicPem).toBe(signIn.publicPem);
  second.setParty(WORKER);
  expect(claims(second.tokenFor(northwind, tom))).toMatchObject({ sub: tom.id, o: { rol: "technician" } });
  await second.close();
});

test("a damaged key is told as such", async () => {
  writeFileSync(join(data, "sign-in.pem"), "not a key");
  await expect(startSignIn({ data, port: 0 })).rejects.toMatchObject({ code: "data/damaged" });
});
