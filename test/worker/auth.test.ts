import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { app, PUBLIC_ROUTES } from "../../worker/app.ts";
import { authenticate } from "../../worker/auth.ts";
import type { HandoffRow } from "../../worker/schema.ts";
import { call, fetchWorker, json, refusal, until } from "./api.ts";
import { makeScene, openSession, runCommand } from "./scene.ts";
import { ALICE, MALLORY, makeToken, ORIGIN, type Person, strangeKey, TECHNICIAN } from "./tokens.ts";

/** Whether a route is public by PUBLIC_ROUTES, where a star at the end stands for all below it. */
const isPublic = (path: string): boolean =>
  PUBLIC_ROUTES.some((open) => (open.endsWith("/*") ? path.startsWith(open.slice(0, -1)) : path === open));

/** Every route that is not public, by what is mounted: one that is added later is in here too. */
const ROUTES = [
  ...new Map(
    app.routes
      .filter(({ path }) => !isPublic(path))
      // Middleware and fallbacks stand as ALL on a wildcard; the routes behind them are listed apart.
      .filter(({ method, path }) => !(method === "ALL" && path.endsWith("*")))
      .map(({ method, path }) => [`${method} ${path}`, { method: method === "ALL" ? "GET" : method, path }]),
  ).values(),
];
const API = ROUTES.filter(({ path }) => path.startsWith("/api/"));
const CONSOLE = ROUTES.filter(({ path }) => !path.startsWith("/api/"));

interface Ids {
  group: string;
  endpoint: string;
  session: string;
  handoff: string;
}
let ids: Ids;

beforeAll(async () => {
  const scene = await makeScene();
  const open = await openSession(scene);
  await runCommand(open, "hostname", "canary-7391");
  const { handoff } = await json<HandoffRow>("POST", `groups/${scene.group}/handoffs`, { recipient: "Contoso IT" });
  ids = { group: scene.group, endpoint: scene.machine.endpoint, session: open.session, handoff };
  // What the alarm still does would look like something that a request did.
  await until("the session to be in the index", () =>
    runInDurableObject(env.SESSION.getByName(`org_northwind/session/${open.session}`), async (_, state) => {
      const behind = state.storage.sql.exec("SELECT 1 FROM session WHERE indexed < size").toArray();
      return behind.length === 0 && (await state.storage.getAlarm()) === null ? true : undefined;
    }),
  );
});

/** The route's address with ids that exist, in Alice's organisation. */
function addressOf(path: string): string {
  const values: Record<string, string> = { ...ids, redaction: "red_0000000000000000", request: "x", file: "x", name: "x" };
  const query = QUERIES[path];
  return query === undefined ? plainAddress(path, values) : `${plainAddress(path, values)}?${query}`;
}

/** What a GET can't do without. */
const QUERIES: Record<string, string> = { "/api/groups/:group/search": "q=canary" };

function plainAddress(path: string, values: Record<string, string>): string {
  return path.replace(/:([a-z]+)(\{[^}]*\})?\??/g, (_, name: string) => values[name] ?? "x").replace(/\*$/, "x");
}

const BODIES: Record<string, unknown> = {
  "/api/organization": { name: "Taken over" },
  "/api/groups": { name: "Mine" },
  "/api/groups/:group/enrolment-codes": {},
  "/api/groups/:group/endpoints/:endpoint/sessions": { subject: "Mine" },
  "/api/groups/:group/sessions/:session/tags": { tags: ["mine"] },
  "/api/groups/:group/handoffs": { recipient: "Me" },
  "/api/sessions/:session/commands": { command: "whoami", reason: "" },
  "/api/sessions/:session/cancel": { request: "x" },
  "/api/sessions/:session/chat": { message: "x" },
  "/api/sessions/:session/notes": { note: "x" },
  "/api/sessions/:session/erasures": { seq: 0, field: "subject", lines: [0], reason: "x" },
  "/api/sessions/:session/close": { outcome: "resolved" },
  "/api/handoffs/:handoff/links/:link": { days: 1 },
  "/api/groups/:group/terms": { terms: ["mine"] },
  "/api/groups/:group/second-review": { required: true },
  "/api/organization/second-review": { required: true },
  "/api/handoffs/:handoff/scan": { accounts: false, privateAddresses: false },
  "/api/handoffs/:handoff/decisions": { finding: "x", decision: "redact" },
  "/api/handoffs/:handoff/period": { from: "2026-01-01T00:00:00.000Z", to: "2026-12-31T00:00:00.000Z" },
  "/api/handoffs/:handoff/sessions": { include: [] },
  "/api/handoffs/:handoff/sessions/:session/review": { note: "", todo: [], reviewed: true },
  "/api/handoffs/:handoff/letter": { letter: "x" },
  "/api/handoffs/:handoff/publish": { days: 30 },
  "/api/handoffs/:handoff/replace": {},
  "/api/handoffs/:handoff/links": { name: "x", days: 30 },
};

/** Fields of all the console's forms together, as they should be: what one form has no use for, it passes over. */
const fields = (): string =>
  String(
    new URLSearchParams({
      ...{ session: ids.session, at: "e0.1", seq: "0", field: "subject", line: "1", lines: "1", finding: "x", sure: "yes" },
      ...{ name: "x", recipient: "x", subject: "x", title: "x", command: "whoami", request: "x", message: "x", note: "x" },
      ...{ outcome: "resolved", tags: "mine", reason: "other", decision: "keep", because: "x", reviewed: "yes", letter: "x" },
      ...{ from: "2026-01-01", to: "2026-12-31", days: "30", opens: "1" },
    }),
  );

async function requestTo(route: { method: string; path: string }, token: string | undefined): Promise<Response> {
  const { method, path } = route;
  const body = /\/(redactions|disclosures)$/.test(path)
    ? { session: ids.session, seq: 0, field: "subject", line: 0, reason: "other" }
    : BODIES[path];
  const headers = new Headers();
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  if (path.endsWith("/live")) headers.set("upgrade", "websocket");
  const sends = ["POST", "PUT", "PATCH", "DELETE"].includes(method);
  if (sends) headers.set("content-type", path.startsWith("/api/") ? "application/json" : "application/x-www-form-urlencoded");
  const payload = method === "DELETE" || !sends ? undefined : path.startsWith("/api/") ? JSON.stringify(body ?? {}) : fields();
  return fetchWorker(addressOf(path), { method, headers, ...(payload === undefined ? {} : { body: payload }) });
}

/** All rows of all objects of Alice's organisation that a request could change, as text. */
async function stored(): Promise<string> {
  const names: [DurableObjectNamespace, string][] = [
    [env.ORGANIZATION, "org_northwind"],
    [env.CLIENT_GROUP, `org_northwind/group/${ids.group}`],
    [env.ENDPOINT, `org_northwind/endpoint/${ids.endpoint}`],
    [env.SESSION, `org_northwind/session/${ids.session}`],
    [env.HANDOFF, `org_northwind/handoff/${ids.handoff}`],
  ];
  const dumps = await Promise.all(names.map(([namespace, name]) => runInDurableObject(namespace.getByName(name), dump)));
  return JSON.stringify(dumps);
}

async function dump(_: unknown, state: DurableObjectState): Promise<unknown> {
  const { sql } = state.storage;
  const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
  const rows = tables
    .filter(({ name }) => !/^(_|sqlite_|trigrams$)/.test(name))
    .map(({ name }) => [
      name,
      sql
        .exec(`SELECT * FROM ${name}`)
        .toArray()
        .map((row) =>
          Object.entries(row).map(([key, value]) => [key, value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value]),
        ),
    ]);
  return { rows, alarm: await state.storage.getAlarm() };
}

/** Ids of the objects that have stored anything at all. */
async function existing(): Promise<string[]> {
  const out: string[] = [];
  for (const namespace of [
    env.ORGANIZATION,
    env.CLIENT_GROUP,
    env.ENDPOINT,
    env.SESSION,
    env.HANDOFF,
  ] as DurableObjectNamespace[]) {
    for (const id of await listDurableObjectIds(namespace)) {
      const found = await runInDurableObject(namespace.get(id), async (_, state) => {
        const tables = state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'").toArray();
        return tables.length > 0 || (await state.storage.getAlarm()) !== null;
      });
      if (found) out.push(id.toString());
    }
  }
  return out.sort();
}

test("there are routes to look at", () => {
  expect(API.length).toBeGreaterThan(30);
  expect(CONSOLE.length).toBeGreaterThan(5);
  expect(API.map(({ path }) => path)).toContain("/api/handoffs/:handoff/publish");
});

describe("without a valid token", () => {
  const now = () => Math.floor(Date.now() / 1000);
  const flipped = async () => {
    const [head, claims, signature = ""] = (await makeToken(ALICE)).split(".");
    const other = signature.startsWith("A") ? "B" : "A";
    return `${head}.${claims}.${other}${signature.slice(1)}`;
  };
  const otherClaims = async () => {
    const [head, , signature] = (await makeToken(MALLORY)).split(".");
    const [, claims] = (await makeToken(ALICE)).split(".");
    return `${head}.${claims}.${signature}`;
  };
  const unsigned = async () => `${(await makeToken(ALICE, { algorithm: "none" })).split(".").slice(0, 2).join(".")}.`;
  test.each<[string, () => Promise<string | undefined>]>([
    ["none", async () => undefined],
    ["nonsense", async () => "abc"],
    ["an expired one", () => makeToken(ALICE, { issued: now() - 3600 })],
    ["one from the future", () => makeToken(ALICE, { issued: now() + 3600 })],
    ["an unsigned one", unsigned],
    ["one with a changed signature", flipped],
    ["one with changed claims", otherClaims],
    ["one by another key", async () => makeToken(ALICE, { key: await strangeKey() })],
    ["one for another party", () => makeToken(ALICE, { party: "https://evil.example" })],
    ["one for no party", () => makeToken(ALICE, { party: undefined })],
    ["one without an organisation", () => makeToken({ ...ALICE, organization: undefined })],
  ])("%s: no route answers, nothing is written", async (name, make) => {
    const token = await make();
    const [before, objects] = [await stored(), await existing()];
    for (const route of API) {
      const response = await requestTo(route, token);
      const text = await response.text();
      const expected = name === "one without an organisation" ? [403, "auth/no-organization"] : [401, "auth/signed-out"];
      expect([route.method, route.path, response.status, JSON.parse(text).error.code]).toEqual([
        route.method,
        route.path,
        ...expected,
      ]);
      if (token !== undefined && token.length > 10) expect(text).not.toContain(token);
    }
    for (const route of CONSOLE) {
      const response = await requestTo(route, token);
      expect([route.method, route.path, response.status]).toSatisfy(([, , status]) =>
        [302, 303, 307, 401, 403].includes(status as number),
      );
      const text = await response.text();
      for (const secret of ["canary-7391", "Acme", "Northwind", ids.session]) expect(text).not.toContain(secret);
    }
    expect(await stored()).toBe(before);
    expect(await existing()).toEqual(objects);
  });

  test("one that differs in any place from a good one opens no route", async () => {
    const token = await makeToken(ALICE);
    const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    const changed = fc
      .tuple(fc.nat(token.length - 1), fc.constantFrom(...characters, ""))
      .map(([place, character]) => token.slice(0, place) + character + token.slice(place + 1))
      // Of the last character a part of the bits matters only: another one may stand for the same signature.
      .filter((other) => other.slice(0, -1) !== token.slice(0, -1) && other !== token);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...API), changed, async (route, other) => {
        const response = await requestTo(route, other);
        const { error } = (await response.json()) as { error: { code: string } };
        expect([response.status, error.code]).toEqual([401, "auth/signed-out"]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("with another organisation's token", () => {
  test("whatever names somebody else's object is not found, and nothing is read, written or created", async () => {
    const token = await makeToken(MALLORY);
    const [before, objects] = [await stored(), await existing()];
    for (const route of ROUTES.filter(({ path }) => path.includes(":"))) {
      const response = await requestTo(route, token);
      const text = await response.text();
      expect([route.method, route.path, response.status]).toEqual([route.method, route.path, 404]);
      for (const secret of ["canary-7391", "Acme", "Northwind"]) expect(text).not.toContain(secret);
    }
    expect(await stored()).toBe(before);
    expect(await existing()).toEqual(objects);
  });

  test("its own lists are its own", async () => {
    expect(await json("GET", "groups", undefined, MALLORY)).toEqual({ items: [] });
    expect(await json("GET", "organization/audit", undefined, MALLORY)).toEqual({ items: [] });
    expect(await json("GET", "organization", undefined, MALLORY)).toEqual({
      organization: "org_contoso",
      name: "Contoso IT",
      key: null,
    });
  });

  test("an answer to a foreign id is the same as to an unknown one", async () => {
    const foreign = await call("GET", `sessions/${ids.session}`, undefined, MALLORY);
    const unknown = await call("GET", "sessions/ses_0000000000000000", undefined, MALLORY);
    expect([foreign.status, await foreign.text()]).toEqual([unknown.status, await unknown.text()]);
  });
});

describe("permissions", () => {
  const features = { fea: "o:handoff,o:sessions", per: "read,prepare,publish", fpm: "3,1" };
  test("members record, and neither manage nor publish", async () => {
    expect((await json<{ items: unknown[] }>("GET", "groups", undefined, TECHNICIAN)).items).toHaveLength(1);
    for (const [method, path, body] of [
      ["POST", "groups", { name: "x" }],
      ["POST", `groups/${ids.group}/enrolment-codes`, {}],
      ["DELETE", `groups/${ids.group}/endpoints/${ids.endpoint}`, undefined],
      ["POST", `groups/${ids.group}/handoffs`, { recipient: "x" }],
      ["POST", `handoffs/${ids.handoff}/publish`, { days: 1 }],
      ["GET", `handoffs/${ids.handoff}/package`, undefined],
      ["GET", "organization/audit", undefined],
    ] as const) {
      expect(await refusal(method, path, body, TECHNICIAN)).toBe("403 auth/forbidden");
    }
  });

  test("another role has what Clerk gives it", async () => {
    const reviewer: Person = { ...TECHNICIAN, role: "reviewer", features };
    const request = new Request(`${ORIGIN}/api/groups`, { headers: { authorization: `Bearer ${await makeToken(reviewer)}` } });
    const { caller } = await authenticate(request, env);
    expect([...(caller?.permissions ?? [])].sort()).toEqual(["org:handoff:prepare", "org:sessions:read"]);
    expect(await refusal("POST", `handoffs/${ids.handoff}/publish`, { days: 1 }, reviewer)).toBe("403 auth/forbidden");
    expect(await refusal("POST", `sessions/${ids.session}/chat`, { message: "x" }, reviewer)).toBe("403 auth/forbidden");
  });
});

describe("requests that other sites cause", () => {
  const cookie = async () => `__session=${await makeToken(ALICE)}; __client_uat=1; __clerk_db_jwt=dvb_test`;
  const post = async (headers: Record<string, string>) =>
    fetchWorker("/api/groups", {
      method: "POST",
      headers: { cookie: await cookie(), "content-type": "application/json", ...headers },
      body: JSON.stringify({ name: "By cookie" }),
    });

  test("change nothing by a cookie", async () => {
    for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }, { origin: "null" }, {}]) {
      const response = await post(headers as Record<string, string>);
      expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
        403,
        "request/cross-site",
      ]);
    }
    expect((await post({ origin: ORIGIN })).status).toBe(201);
  });

  test("open no socket by a cookie", async () => {
    const headers = { cookie: await cookie(), upgrade: "websocket", origin: "https://evil.example" };
    expect((await fetchWorker(`/api/sessions/${ids.session}/live`, { headers })).status).toBe(403);
  });
});

describe("requests that are not as they should be", () => {
  test.each([
    ["no JSON type", { headers: { "content-type": "text/plain" }, body: "{}" }, 400],
    ["no JSON", { body: "{" }, 400],
    ["another shape", { body: JSON.stringify({ nome: "x" }) }, 400],
    ["unknown fields", { body: JSON.stringify({ name: "x", organization: "org_contoso" }) }, 400],
    ["a lone surrogate", { body: '{"name":"\\ud800"}' }, 400],
    ["too large", { body: JSON.stringify({ name: "x".repeat(1_100_000) }) }, 413],
  ])("%s", async (_, init, status) => {
    const headers = {
      authorization: `Bearer ${await makeToken(ALICE)}`,
      "content-type": "application/json",
      ...("headers" in init ? init.headers : {}),
    };
    const response = await fetchWorker("/api/groups", { method: "POST", headers, body: init.body });
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(JSON.parse(text).error.code).toMatch(/^request\//);
    expect(text).not.toMatch(/\bat \w+ \(|\.ts:|node_modules/);
  });

  test("ids of other shapes lead nowhere", async () => {
    for (const id of ["..", "%2e%2e", "x/y", "org_contoso", "ses_' OR 1=1", "%00", "ses_".padEnd(3000, "0")]) {
      const response = await call("GET", `sessions/${id}`);
      expect([404, 400]).toContain(response.status);
    }
  });

  test("cursors of others are refused", async () => {
    for (const cursor of ["x", "e30", btoa('["a"]'), btoa("[1,2]"), "%"]) {
      const path = `groups/${ids.group}/sessions?cursor=${encodeURIComponent(cursor)}`;
      expect(await refusal("GET", path)).toBe("400 request/malformed");
    }
  });
});
