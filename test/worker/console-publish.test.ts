import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { permissionClaims } from "../../worker/local/permission-claims.ts";
import { ROLES } from "../../worker/permission.ts";
import type { HandoffView } from "../../worker/schema.ts";
import { fetchWorker, json } from "./api.ts";
import { makePublished, type Published } from "./published.ts";
import { ALICE, makeToken, ORIGIN, type Person } from "./tokens.ts";

let there: Published;
beforeAll(async () => {
  there = await makePublished();
});

/** What the publish page says, without tags. */
async function said(person: Person = ALICE): Promise<string> {
  const headers = { authorization: `Bearer ${await makeToken(person)}` };
  const response = await fetchWorker(`/handoffs/${there.handoff}/publish`, { headers });
  expect(response.status).toBe(200);
  return (await response.text()).replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
}

async function send(step: string, fields: Record<string, string> = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${await makeToken(ALICE)}`, origin: new URL(ORIGIN).origin };
  return fetchWorker(`/handoffs/${there.handoff}/${step}`, { method: "POST", headers, body: new URLSearchParams(fields) });
}

function store(work: (sql: SqlStorage) => void): Promise<void> {
  return runInDurableObject(env.HANDOFF.getByName(`org_northwind/handoff/${there.handoff}`), async (_, { storage }) => {
    await storage.deleteAlarm();
    work(storage.sql);
  });
}

const stateNow = async () => (await json<HandoffView>("GET", `handoffs/${there.handoff}`)).state;

describe("a link that is made there", () => {
  test("ends after hours or days, and its e-mail is drafted to whom it is for", async () => {
    const answer = await send("links", { name: "Acme's lawyer", days: "12", unit: "hours", passcode: "blue-horse-9" });
    const page = await answer.text();
    expect(page).toContain("Dear Acme&#39;s lawyer,");
    expect(page).toContain("It asks for a passcode, which we tell you by another way.");
    const { links } = await json<HandoffView>("GET", `handoffs/${there.handoff}`);
    const [link] = links;
    expect((Date.parse(link?.expires ?? "") - Date.now()) / 3_600_000).toBeCloseTo(12, 0);
    expect(page).toContain(`${link?.expires.slice(11, 16)} UTC`);
    // The passcode is in no e-mail.
    const [, draft = ""] = /<textarea name="body"[^>]*>(.*?)<\/textarea>/s.exec(page) ?? [];
    expect(draft).toContain("/h/");
    expect(draft).not.toContain("blue-horse-9");
  });

  test("is told to whoever may see who used it, and a viewer is not told that nobody did", async () => {
    expect(await said()).toContain("Who opened it");
    const viewer = { ...ALICE, user: "user_viewer", role: "viewer", features: permissionClaims(ROLES.viewer.permissions) };
    const page = await said(viewer);
    expect(page).toContain("Acme&#39;s lawyer");
    for (const untold of ["Who opened it", "Nobody has"]) expect(page).not.toContain(untold);
  });

  test.each([{ days: "0" }, { days: "1.5" }, { days: "367" }, { days: "8785", unit: "hours" }, { days: "" }])(
    "is refused for %o, with nothing made",
    async (term) => {
      const before = (await json<HandoffView>("GET", `handoffs/${there.handoff}`)).links.length;
      expect((await send("links", { name: "Anybody", ...term })).status).toBe(400);
      expect((await json<HandoffView>("GET", `handoffs/${there.handoff}`)).links).toHaveLength(before);
    },
  );
});

describe("the page from which a handoff is published", () => {
  test("says where a package that is being made stands, what it waits for, and lets it be given up", async () => {
    await store((sql) => {
      sql.exec("UPDATE handoff SET state = 'generating'");
      sql.exec(
        "INSERT INTO generation (attempt, phase, sessions, bytes, files, code, retry, back) VALUES (2, 'stamping', 1, 5000, 7, ?, ?, 'in-review')",
        ...["timestamp/pending", Date.parse("2026-05-04T10:20:00Z")],
      );
    });
    const page = await said();
    expect(page).toContain("1 of 1 session, 7 files, 5.0 kB");
    expect(page).toContain("The time-stamping authority did not answer yet; it is tried again at 4 May 2026, 10:20 UTC");
    const response = await send("cancel");
    expect([response.status, response.headers.get("location")]).toEqual([303, `/handoffs/${there.handoff}/publish`]);
    expect(await stateNow()).toBe("in-review");
  });

  test("says why the last attempt failed, and what to do, and offers to publish again", async () => {
    await store((sql) => {
      sql.exec(
        "INSERT INTO generation (attempt, bytes, files, code, failure, back) VALUES (8, 0, 0, 'killed', 'It was stopped. Publish again.', 'in-review')",
      );
    });
    const page = await said();
    expect(page).toContain("It was stopped. Publish again.");
    expect(page).not.toContain("Before it can be published");
    await store((sql) => void sql.exec("DELETE FROM generation"));
  });

  test("names what is still to be done, as the Worker would refuse for", async () => {
    await json("PUT", `groups/${there.scene.group}/terms`, { terms: ["Spooler"] });
    await json("PUT", `groups/${there.scene.group}/second-review`, { required: true });
    const page = await said();
    expect(page).toContain("1 session was not looked through for passwords and personal data as it is set now");
    expect(page).toContain("1 session must be reviewed by a second person");
    const refused = await send("publish", { days: "30", recipient: "Contoso IT" });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain("Scan them first");
    await json("PUT", `groups/${there.scene.group}/terms`, { terms: [] });
    await json("PUT", `groups/${there.scene.group}/second-review`, { required: false });
  });

  test("shows time stamps with their times, and why there is none", async () => {
    await store((sql) => {
      sql.exec("UPDATE handoff SET state = 'published', expires = ?", Date.now() + 1e9);
      sql.exec("DELETE FROM seals");
      sql.exec(
        "INSERT INTO seals (kind, digest, time, authority) VALUES ('group-stamp', 'a', '2026-05-04T10:20:00.000Z', 'A Stamper')",
      );
      sql.exec("INSERT INTO seals (kind, digest, failure) VALUES ('package-stamp', 'b', 'refused')");
    });
    const page = await said();
    expect(page).toContain("The client's log: received, 4 May 2026, 10:20 UTC by A Stamper".replace("'", "&#39;"));
    expect(page).toContain("The package: asked for, none received: refused");
    expect(page).toMatch(/SHA256:[\w+/]{43}/);
  });

  test("leads on to a later version, and offers the same package again after its end", async () => {
    await store((sql) => void sql.exec("UPDATE handoff SET state = 'expired'"));
    expect(await said()).toContain("The same package can be made again");
    const begun = await send("replace");
    expect(begun.status).toBe(303);
    const [, next] = /handoffs\/(hnd_[0-9a-z]{16})\/select/.exec(begun.headers.get("location") ?? "") ?? [];
    expect((await json<HandoffView>("GET", `handoffs/${next}`)).replaces?.handoff).toBe(there.handoff);
    expect(await said()).toContain("later version was begun");
  });
});
