import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import type { AccessView, LinkView } from "../../worker/link-schema.ts";
import type { AuditView, HandoffView, Page } from "../../worker/schema.ts";
import { call, json, refusal, until } from "./api.ts";
import { expectPlain, get, handoffStub, makeLink, NOTHING, send } from "./link.ts";
import { makePublished, type Published } from "./published.ts";
import { MALLORY, TECHNICIAN } from "./tokens.ts";

const PASSCODE = "Brücke 7 rot";
let published: Published;

beforeAll(async () => {
  published = await makePublished();
});

const linkNow = async (link: string, handoff = published.handoff): Promise<LinkView> => {
  const found = (await json<HandoffView>("GET", `handoffs/${handoff}`)).links.find((one) => one.link === link);
  if (found === undefined) throw new Error("expected the link");
  return found;
};

const sql = (statement: string, ...values: (string | number)[]) =>
  runInDurableObject(handoffStub(published.handoff), (_, state) => state.storage.sql.exec(statement, ...values).toArray());

/** All that is in the log for one link, the oldest first. */
async function logOf(link: string): Promise<AccessView[]> {
  const all: AccessView[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const query = cursor === undefined ? "" : `&cursor=${cursor}`;
    const page: Page<AccessView> = await json("GET", `handoffs/${published.handoff}/accesses?limit=30${query}`);
    all.push(...page.items);
    cursor = page.cursor;
  }
  return all.filter((one) => one.link === link).reverse();
}

describe("a passcode", () => {
  test("lets in by a form without script, and what it grants stands in the path", async () => {
    const { base, link } = await makeLink(published.handoff, { passcode: PASSCODE });
    const entrance = await get(base);
    const text = await entrance.text();
    expect(entrance.status).toBe(200);
    expect(text).toContain('type="password"');
    for (const secret of ["Acme", "Northwind", "<script"]) expect(text).not.toContain(secret);
    for (const path of ["data/index.html", "package.zip", "receipt", "nothing"]) {
      await expectPlain(await get(base + path), 403, "This package asks for a passcode");
    }
    // Composed or not, and with space around it: typed on other keyboards.
    const entered = await send(base, { passcode: ` ${PASSCODE.normalize("NFD")} `, to: "data/index.html" });
    const inside = entered.headers.get("location") ?? "";
    expect([entered.status, inside]).toEqual([303, expect.stringMatching(/^\/h\/.{87}\/~[A-Za-z0-9_-]{43}\/data\/index\.html$/)]);
    expect(inside.startsWith(base)).toBe(true);
    expect(entered.headers.get("set-cookie")).toBeNull();
    const page = await get(inside);
    expect([page.status, (await page.text()).includes("Acme Accounting")]).toEqual([200, true]);
    for (const path of ["data/assets/site.css", "package.zip", ""]) {
      const response = await get(inside.replace("data/index.html", path));
      expect([path, response.status]).toEqual([path, 200]);
      await response.arrayBuffer();
    }
    expect(await linkNow(link)).toMatchObject({ passcode: true, opens: 1, wrongPasscodes: 0 });
    expect((await logOf(link)).map(({ path, status }) => `${path} ${status}`)).toEqual([
      "passcode 303",
      "data/index.html 200",
      "package.zip 200",
    ]);
  });

  test("is stored as a slow hash with salt and master key, and shown to nobody", async () => {
    const { link } = await makeLink(published.handoff, { passcode: PASSCODE });
    const [row, other] = await Promise.all(
      [link, (await makeLink(published.handoff, { passcode: PASSCODE })).link].map(async (id) => {
        const [found] = await sql("SELECT length(salt) AS salt, hex(passcode) AS hash FROM links WHERE id = ?", id);
        return found;
      }),
    );
    expect([row?.salt, String(row?.hash).length]).toEqual([16, 64]);
    expect(other?.hash).not.toBe(row?.hash);
    const seen = JSON.stringify([
      await json("GET", `handoffs/${published.handoff}`),
      await json("GET", "organization/audit?limit=200"),
    ]);
    expect(seen).not.toContain(PASSCODE);
  });

  test("is guessed slowly, and only so often", async () => {
    const { base, link } = await makeLink(published.handoff, { passcode: PASSCODE });
    for (const left of [9, 8, 7]) {
      const text = await (await send(base, { passcode: "wrong one" })).text();
      expect(text).toContain(`${left} attempts are left`);
    }
    // Now even the right one has to wait.
    const early = await send(base, { passcode: PASSCODE });
    expect([early.status, Number(early.headers.get("retry-after"))]).toEqual([429, expect.toSatisfy((s) => s > 0 && s <= 5)]);
    expect(await early.text()).toContain("Wait ");
    for (let wrong = 4; wrong < 10; wrong++) {
      await sql("UPDATE links SET wait = 0 WHERE id = ?", link);
      expect((await send(base, { passcode: "wrong one" })).status).toBe(403);
      const [row] = await sql("SELECT wrong, wait FROM links WHERE id = ?", link);
      expect(row?.wrong).toBe(wrong);
      expect(Number(row?.wait)).toBeGreaterThan(Date.now() + 5000 * 2 ** (wrong - 3) - 5000);
    }
    await sql("UPDATE links SET wait = 0 WHERE id = ?", link);
    await expectPlain(await send(base, { passcode: "wrong one" }), 429, "Too many attempts");
    await sql("UPDATE links SET wait = 0 WHERE id = ?", link);
    await expectPlain(await send(base, { passcode: PASSCODE }), 429, "Too many attempts");
    await expectPlain(await get(base), 429, "Too many attempts");
    expect(await linkNow(link)).toMatchObject({ wrongPasscodes: 10, opens: 0 });
    // Its maker can set a new one.
    await json("PATCH", `handoffs/${published.handoff}/links/${link}`, { passcode: "another one" });
    expect((await send(base, { passcode: PASSCODE })).status).toBe(403);
    expect((await send(base, { passcode: "another one" })).status).toBe(303);
    expect(await linkNow(link)).toMatchObject({ wrongPasscodes: 0, opens: 1 });
  });

  test("is not guessed faster by many at once", async () => {
    const { base, link } = await makeLink(published.handoff, { passcode: PASSCODE });
    const guesses = Array.from({ length: 30 }, (_, i) => send(base, { passcode: `guess ${i}` }));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(3).fill(403), ...Array(27).fill(429)]);
    expect(await linkNow(link)).toMatchObject({ wrongPasscodes: 3 });
  });

  test("does not open another link, nor does what it granted; and that ends", async () => {
    const [one, two] = [
      await makeLink(published.handoff, { passcode: PASSCODE }),
      await makeLink(published.handoff, { passcode: "the other" }),
    ];
    expect((await send(two.base, { passcode: PASSCODE })).status).toBe(403);
    const granted = (await send(one.base, { passcode: PASSCODE })).headers.get("location") ?? "";
    const segment = granted.slice(one.base.length);
    expect(segment).toMatch(/^~.{43}\/$/);
    expect((await get(`${granted}data/index.html`)).status).toBe(200);
    for (const path of [`${two.base}${segment}`, `${one.base}~${"A".repeat(43)}/`, `${one.base}${segment.slice(0, -2)}/`]) {
      const response = await get(`${path}data/index.html`);
      expect([403, 404]).toContain(response.status);
      expect(await response.text()).not.toContain("Acme");
    }
    // Its hour has come; the page that was asked for comes after the passcode.
    await sql("UPDATE grants SET expires = ? WHERE link = ?", Date.now() - 1, one.link);
    const again = await get(`${granted}data/index.html`);
    expect(await expectPlain(again, 403, "This package asks for a passcode")).toContain('value="data/index.html"');
    const second = (await send(one.base, { passcode: PASSCODE })).headers.get("location") ?? "";
    expect((await get(`${second}data/index.html`)).status).toBe(200);
    // A new passcode puts out whoever came in by the old one.
    await json("PATCH", `handoffs/${published.handoff}/links/${one.link}`, { passcode: "brand new" });
    expect((await get(`${second}data/index.html`)).status).toBe(403);
    expect((await send(one.base, { passcode: PASSCODE })).status).toBe(403);
  });

  test.each(["https://evil.example/", "//evil.example", "../../x", "data/../../x", "\\\\evil", "javascript:alert(1)", "x\r\ny: z"])(
    "leads on to paths of the package only, not to %j",
    async (to) => {
      const { base } = await makeLink(published.handoff, { passcode: PASSCODE });
      const location = (await send(base, { passcode: PASSCODE, to })).headers.get("location") ?? "";
      expect(location).toMatch(/^\/h\/.{87}\/~.{43}\/$/);
    },
  );
});

describe("a limit of openings", () => {
  test("counts who comes in by the form, not who only looks at it", async () => {
    const { base, link } = await makeLink(published.handoff, { opens: 2 });
    for (let i = 0; i < 5; i++) expect(await (await get(base)).text()).toContain("2 more times");
    await expectPlain(await get(`${base}data/index.html`), 403, "Open this package");
    const first = (await send(base, {})).headers.get("location") ?? "";
    const second = (await send(base, {})).headers.get("location") ?? "";
    expect(first).not.toBe(second);
    await expectPlain(await send(base, {}), 410, "This link was opened as often as it may be");
    await expectPlain(await get(base), 410, "This link was opened as often as it may be");
    // Who is in stays in.
    for (const path of [first, second]) expect((await get(`${path}data/index.html`)).status).toBe(200);
    expect(await linkNow(link)).toMatchObject({ limit: 2, opens: 2 });
    await json("PATCH", `handoffs/${published.handoff}/links/${link}`, { opens: 3 });
    expect(await (await get(base)).text()).toContain("1 more time.");
  });

  test("holds when many come at once, with a passcode too", async () => {
    for (const terms of [{ opens: 3 }, { opens: 3, passcode: PASSCODE }]) {
      const { base, link } = await makeLink(published.handoff, terms);
      const all = await Promise.all(Array.from({ length: 3 }, () => send(base, { passcode: PASSCODE })));
      const more = await Promise.all(Array.from({ length: 20 }, () => send(base, { passcode: PASSCODE })));
      expect(all.map(({ status }) => status)).toEqual([303, 303, 303]);
      expect(new Set(more.map(({ status }) => status))).toEqual(new Set([410]));
      expect(await linkNow(link)).toMatchObject({ opens: 3 });
    }
  });
});

describe("the MSP", () => {
  test("extends a link, and with it the package; nobody else may", async () => {
    const { handoff } = await makePublished();
    const { link, base } = await makeLink(handoff, { days: 1 / 24 });
    expect(Date.parse((await linkNow(link, handoff)).expires)).toBeLessThan(Date.now() + 3_600_000 + 1000);
    const stub = handoffStub(handoff);
    await runInDurableObject(stub, (_, state) => state.storage.sql.exec("UPDATE links SET expires = ?", Date.now() - 1).toArray());
    await expectPlain(await get(base), 410, "This link has expired");
    const path = `handoffs/${handoff}/links/${link}`;
    expect(await refusal("PATCH", path, { days: 90 }, MALLORY)).toBe("404 not-found");
    expect(await refusal("PATCH", path, { days: 90 }, TECHNICIAN)).toBe("403 auth/forbidden");
    expect(await refusal("PATCH", path, {})).toBe("400 request/malformed");
    expect(await refusal("PATCH", path, { days: 400 })).toBe("400 request/malformed");
    expect(await refusal("PATCH", `handoffs/${handoff}/links/lnk_0000000000000000`, { days: 9 })).toBe("404 not-found");
    await json("PATCH", path, { days: 90 });
    const view = await json<HandoffView>("GET", `handoffs/${handoff}`);
    expect(Date.parse(view.expires ?? "")).toBeGreaterThan(Date.now() + 89 * 86_400_000);
    expect((await get(base)).status).toBe(200);
    // The alarm that was set for the first end finds a later one.
    await runDurableObjectAlarm(stub);
    expect((await get(`${base}data/index.html`)).status).toBe(200);
  });

  test("revokes one link; the others go on", async () => {
    const [one, two] = [await makeLink(published.handoff, { opens: 5 }), await makeLink(published.handoff)];
    const inside = (await send(one.base, {})).headers.get("location") ?? "";
    const path = `handoffs/${published.handoff}/links/${one.link}`;
    expect(await refusal("DELETE", path, undefined, MALLORY)).toBe("404 not-found");
    expect(await refusal("DELETE", path, undefined, TECHNICIAN)).toBe("403 auth/forbidden");
    expect((await call("DELETE", path)).status).toBe(204);
    for (const address of [one.base, `${inside}data/index.html`, `${one.base}package.zip`]) {
      await expectPlain(await get(address), 410, "This link was withdrawn");
    }
    await expectPlain(await send(one.base, {}), 410, "This link was withdrawn");
    expect((await get(`${two.base}data/index.html`)).status).toBe(200);
    expect((await linkNow(one.link)).revoked).toMatch(/^20/);
    expect(await refusal("PATCH", path, { days: 3 })).toBe("409 handoff/state");
    const { items } = await json<Page<AuditView>>("GET", "organization/audit?limit=10");
    expect(items.map(({ act, about }) => `${act} ${about}`)).toContain(`link.revoked ${one.link}`);
  });

  test.each([
    [{ days: 1 / 25 }],
    [{ days: 367 }],
    [{ passcode: "short" }],
    [{ passcode: "" }],
    [{ opens: 0 }],
    [{ opens: 1.5 }],
    [{ name: "" }],
    [{ nam: "x" }],
  ])("can't make a link with %j", async (terms) => {
    expect(await refusal("POST", `handoffs/${published.handoff}/links`, { name: "Contoso IT", ...terms })).toBe(
      "400 request/malformed",
    );
  });

  test("gets 30 days where none are given", async () => {
    const { expires } = await makeLink(published.handoff);
    expect(Math.abs(Date.parse(expires) - Date.now() - 30 * 86_400_000)).toBeLessThan(60_000);
  });
});

test("at the end of the package its links say so, the object goes, the records stay", async () => {
  const { handoff, view } = await makePublished();
  const { base } = await makeLink(handoff);
  const key = `org_northwind/${handoff}.zip`;
  expect(await env.PACKAGES.head(key)).not.toBeNull();
  const stub = handoffStub(handoff);
  await runInDurableObject(stub, (_, state) => state.storage.sql.exec("UPDATE handoff SET expires = ?", Date.now() - 1).toArray());
  // At once, before the alarm has taken the package away, and after.
  await expectPlain(await get(`${base}data/index.html`), 410, "This link has expired");
  await runDurableObjectAlarm(stub);
  await expectPlain(await get(base), 410, "This link has expired");
  expect(await env.PACKAGES.head(key)).toBeNull();
  expect(await json("GET", `handoffs/${handoff}`)).toMatchObject({ state: "expired", package: { sha256: view.package?.sha256 } });
  await expectPlain(await get(base.replace(/\..{43}\//, `.${"A".repeat(43)}/`)), 404, NOTHING);

  const other = await makePublished();
  const revoked = await makeLink(other.handoff);
  await json("POST", `handoffs/${other.handoff}/revoke`);
  await expectPlain(await get(`${revoked.base}data/index.html`), 410, "This link was withdrawn");
});

describe("the access log", () => {
  test("is right under 50 readers at once", async () => {
    const { base, link } = await makeLink(published.handoff);
    const paths = ["data/index.html", "data/records/handoff.json", "README.txt", "package.zip", "data/assets/site.css"];
    const sizes = new Map<string, number>();
    const readers = Array.from({ length: 50 }, async (_, i) => {
      for (const path of paths) {
        const response = await get(base + path, {
          "accept-encoding": "identity",
          "cf-connecting-ip": `198.51.${i}.7`,
          "cf-ipcountry": "DE",
        });
        sizes.set(path, (await response.arrayBuffer()).byteLength);
      }
    });
    await Promise.all(readers);
    const log = await logOf(link);
    expect(log).toHaveLength(50 * 4);
    for (let i = 0; i < 50; i++) {
      const own = log.filter(({ from }) => from === `198.51.${i}.0/24`);
      expect(own.map(({ path, status, bytes, country }) => [path, status, bytes, country])).toEqual(
        paths.slice(0, 4).map((path) => [path, 200, sizes.get(path), "DE"]),
      );
    }
    expect(log.map(({ at }) => at)).toEqual(log.map(({ at }) => at).sort());
    expect(await linkNow(link)).toMatchObject({ opens: 100 });
  });

  test("says how many bytes: of the whole, of a part, of nothing new", async () => {
    const { base, link } = await makeLink(published.handoff);
    const whole = await get(`${base}package.zip`);
    const tag = whole.headers.get("etag") ?? "";
    await whole.arrayBuffer();
    await (await get(`${base}package.zip`, { range: "bytes=10-19" })).arrayBuffer();
    await (await get(`${base}package.zip`, { "if-none-match": tag })).arrayBuffer();
    await (await get(`${base}package.zip`, {}, "HEAD")).arrayBuffer();
    expect((await logOf(link)).map(({ status, bytes }) => [status, bytes])).toEqual([
      [200, published.view.package?.bytes],
      [206, 10],
      [304, 0],
    ]);
  });

  test("of a download that the reader gives up", async () => {
    const { base, link } = await makeLink(published.handoff);
    const response = await get(`${base}package.zip`);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const bytes = await until("the log to know", async () => {
      const sent = (await logOf(link))[0]?.bytes ?? 0;
      return sent < (published.view.package?.bytes ?? 0) ? sent : undefined;
    });
    expect(bytes).toBeGreaterThanOrEqual(0);
  });
});
