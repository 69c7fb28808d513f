import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { app, PUBLIC_ROUTES } from "../../worker/app.ts";
import { permissionClaims } from "../../worker/local/permission-claims.ts";
import { type Permission, ROLES, type Role } from "../../worker/permission.ts";
import type { HandoffRow } from "../../worker/schema.ts";
import { fetchWorker, json } from "./api.ts";
import { closeSession, makeScene, openSession, runCommand } from "./scene.ts";
import { ALICE, makeToken, type Person } from "./tokens.ts";

/** What each form of the console needs, and fields by which it is as it should be. */
const FORMS: Record<string, { needs: Permission; fields?: Record<string, string> }> = {
  "/groups": { needs: "org:groups:manage", fields: { name: "Mine" } },
  "/groups/:group/archive": { needs: "org:groups:manage" },
  "/groups/:group/restore": { needs: "org:groups:manage" },
  "/groups/:group/enrolment-codes": { needs: "org:endpoints:manage" },
  "/groups/:group/enrolment-codes/:code/rotate": { needs: "org:endpoints:manage" },
  "/groups/:group/enrolment-codes/:code/revoke": { needs: "org:endpoints:manage" },
  "/groups/:group/endpoints/:endpoint/remove": { needs: "org:endpoints:manage" },
  "/groups/:group/endpoints/:endpoint/sessions": { needs: "org:sessions:record", fields: { subject: "Mine" } },
  "/groups/:group/handoffs": { needs: "org:handoff:prepare", fields: { recipient: "Me" } },
  "/sessions/:session/commands": { needs: "org:sessions:record", fields: { command: "whoami" } },
  "/sessions/:session/context": { needs: "org:sessions:record" },
  "/sessions/:session/cancel": { needs: "org:sessions:record", fields: { request: "x" } },
  "/sessions/:session/chat": { needs: "org:sessions:record", fields: { message: "x" } },
  "/sessions/:session/notes": { needs: "org:sessions:record", fields: { note: "x" } },
  "/sessions/:session/close": { needs: "org:sessions:record", fields: { outcome: "resolved" } },
  "/sessions/:session/tags": { needs: "org:sessions:record", fields: { tags: "mine" } },
  "/sessions/:session/erase": {
    needs: "org:records:erase",
    fields: { seq: "0", field: "subject", lines: "1", reason: "x", sure: "yes" },
  },
  "/organization/name": { needs: "org:settings:manage", fields: { name: "Mine" } },
  "/organization/key": { needs: "org:settings:manage", fields: { sure: "yes" } },
};
/** Pages that are for some only. */
const PAGES: Record<string, Permission> = { "/audit": "org:audit:read", "/sessions/:closed/erase": "org:records:erase" };

/** Forms that only make a file of what they are given, or lead on: nobody is refused. */
const HARMLESS = ["/sign-out", "/handoffs/:handoff/email", "/handoffs/:handoff/scan/next"];

const people = Object.fromEntries(
  Object.entries(ROLES).map(([role, { permissions }]) => [
    role,
    { ...ALICE, user: `user_${role}`, role: role === "admin" ? "admin" : role, features: permissionClaims(permissions) },
  ]),
) as Record<Role, Person>;
const roles = Object.keys(ROLES) as Role[];
const has = (role: Role, permission: Permission): boolean =>
  (ROLES[role].permissions as readonly Permission[]).includes(permission);

let ids: Record<string, string>;
beforeAll(async () => {
  const scene = await makeScene();
  const closing = await openSession(scene, "Closed");
  await runCommand(closing, "hostname", "ACME-SRV01");
  await closeSession(closing);
  const open = await openSession(scene, "Open");
  await json("POST", `groups/${scene.group}/enrolment-codes`, {});
  const { items } = await json<{ items: { id: string; state: string }[] }>("GET", `groups/${scene.group}/enrolment-codes`);
  const { handoff } = await json<HandoffRow>("POST", `groups/${scene.group}/handoffs`, { recipient: "Contoso IT" });
  ids = {
    group: scene.group,
    endpoint: scene.machine.endpoint,
    session: open.session,
    closed: closing.session,
    code: items.find(({ state }) => state === "open")?.id ?? "",
    handoff,
  };
});

const addressOf = (path: string): string => path.replace(/:([a-z]+)/g, (_, name: string) => ids[name] ?? "x");

async function visit(path: string, role: Role): Promise<{ status: number; html: string }> {
  const response = await fetchWorker(path, { headers: { authorization: `Bearer ${await makeToken(people[role])}` } });
  return { status: response.status, html: await response.text() };
}

async function send(path: string, role: Role, fields: Record<string, string>): Promise<number> {
  const headers = {
    authorization: `Bearer ${await makeToken(people[role])}`,
    "content-type": "application/x-www-form-urlencoded",
  };
  const response = await fetchWorker(path, { method: "POST", headers, body: String(new URLSearchParams(fields)) });
  await response.body?.cancel();
  return response.status;
}

/** The form's path as FORMS has it. */
function formAt(action: string): string {
  let path = action;
  for (const [name, id] of Object.entries(ids)) if (id !== "") path = path.replace(`/${id}`, `/:${name}`);
  return path.replace("/:closed", "/:session");
}

describe("a role", () => {
  test.each(roles)("%s is refused what it may not do, form by form and page by page", async (role) => {
    for (const [path, { needs, fields = {} }] of Object.entries(FORMS)) {
      if (!has(role, needs)) expect([path, await send(addressOf(path), role, fields)]).toEqual([path, 403]);
    }
    for (const [path, needs] of Object.entries(PAGES)) {
      expect([path, (await visit(addressOf(path), role)).status]).toEqual([path, has(role, needs) ? 200 : 403]);
    }
  });

  test.each(roles)("%s is shown what it may do, and nothing else", async (role) => {
    const seen = new Set<string>();
    const pages = ["/", "/groups/:group", "/groups/:group/endpoints/:endpoint", "/sessions/:session", "/sessions/:closed"];
    if (has(role, "org:records:erase")) pages.push("/sessions/:closed/erase");
    for (const page of [...pages, "/organization", "/account", "/terms"]) {
      const { status, html } = await visit(addressOf(page), role);
      expect([page, status]).toEqual([page, 200]);
      for (const [, action = ""] of html.matchAll(/<form method="post" action="([^"]+)"/g)) seen.add(formAt(action));
      expect([page, html.includes('href="/audit"')]).toEqual([page, has(role, "org:audit:read")]);
      expect([page, html.includes("/erase")]).toSatisfy(([, shown]) => has(role, "org:records:erase") || !shown);
    }
    seen.delete("/sign-out");
    const allowed = Object.entries(FORMS).filter(([, { needs }]) => has(role, needs));
    // A command must run before it can be cancelled, and a client be archived before it is taken into use again.
    const shown = allowed.map(([path]) => path).filter((path) => !/\/(cancel|restore)$/.test(path));
    expect([...seen].sort()).toEqual(shown.sort());
  });

  test("who may only look changes nothing, by whatever request there is", async () => {
    const objects: [DurableObjectNamespace, string][] = [
      [env.CLIENT_GROUP, `group/${ids.group}`],
      [env.HANDOFF, `handoff/${ids.handoff}`],
      [env.SESSION, `session/${ids.closed}`],
    ];
    const stored = () =>
      Promise.all(objects.map(([namespace, name]) => runInDurableObject(namespace.getByName(`org_northwind/${name}`), dump)));
    const before = await stored();
    const isPublic = (path: string) => PUBLIC_ROUTES.some((open) => path === open || path.startsWith(open.replace(/\*$/, "//")));
    const changing = app.routes.filter(
      ({ method, path }) => !["GET", "HEAD", "ALL"].includes(method) && !HARMLESS.includes(path) && !isPublic(path),
    );
    expect(changing.length).toBeGreaterThan(50);
    const authorization = `Bearer ${await makeToken(people.viewer)}`;
    for (const { method, path } of changing) {
      const isApi = path.startsWith("/api/");
      const fields = FORMS[path]?.fields ?? {};
      const body = method === "DELETE" ? null : isApi ? JSON.stringify(fields) : String(new URLSearchParams(fields));
      const type = isApi ? "application/json" : "application/x-www-form-urlencoded";
      const response = await fetchWorker(addressOf(path), { method, headers: { authorization, "content-type": type }, body });
      await response.body?.cancel();
      expect([method, path, response.status]).toSatisfy(([, , status]) => [400, 403, 404, 409].includes(status as number));
    }
    expect(await stored()).toEqual(before);
  });
});

/** All rows of an object, as text. */
function dump(_: unknown, { storage: { sql } }: DurableObjectState): string {
  const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
  const own = tables.filter(({ name }) => !/^(_|sqlite_|trigrams)/.test(name));
  return JSON.stringify(own.map(({ name }) => sql.exec(`SELECT * FROM ${name}`).toArray()));
}
