import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import type { HandoffView } from "../../worker/schema.ts";
import { fetchWorker, json, refusal, until } from "./api.ts";
import { downloadPackage, prepare, publish, read, recordSession, review, textOf } from "./published.ts";
import { makeScene } from "./scene.ts";
import { MALLORY, ORIGIN, TECHNICIAN } from "./tokens.ts";

const SECRET = "hunter2";

let handoff: string;
let session: string;
let output: number;

/** Path of the preview, with a slash at its end. */
async function open(of = handoff): Promise<string> {
  const { url } = await json<{ url: string }>("POST", `handoffs/${of}/preview`);
  return new URL(url).pathname;
}

/** A page once all sessions were looked at for it. */
function page(at: string, path: string): Promise<string> {
  return until(path, async () => {
    const response = await fetchWorker(`${at}${path}`);
    if (response.headers.has("refresh")) return void (await response.text());
    if (response.status !== 200) throw new Error(`${path} was answered with ${response.status}`);
    return response.text();
  });
}

beforeAll(async () => {
  const scene = await makeScene();
  ({ session, output } = await recordSession(scene, `user=jane\npassword=${SECRET}\nend`));
  const second = await recordSession(scene, "nothing of note", "Check of backups");
  handoff = await prepare(scene.group, [session, second.session]);
});

test("every page is what the package will have, byte for byte but for its time", async () => {
  await json("POST", `handoffs/${handoff}/redactions`, {
    ...{ session, seq: output, field: "output", line: 1, reason: "credential", shown: "password=***" },
  });
  for (const { session: one } of (await json<HandoffView>("GET", `handoffs/${handoff}`)).sessions) await review(handoff, one);
  await json("PUT", `handoffs/${handoff}/letter`, { letter: "Dear colleagues" });
  const at = await open();
  const previewed = new Map<string, string>();
  for (const path of ["data/index.html", "data/machines.html", "data/redactions.html", `data/sessions/${session}.html`]) {
    previewed.set(path, await page(at, `page/${path}`));
  }
  const index = await page(at, "page/data/search/index.js");
  await publish(handoff);
  const zip = await downloadPackage(handoff);
  const { files } = await read(zip);
  const pages = files.map(({ path }) => path).filter((path) => path.startsWith("data/") && path.endsWith(".html"));
  expect(pages.length).toBeGreaterThan(10);
  const timeless = (html: string) => html.replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z|\d{1,2} [A-Z][a-z]+ \d{4}(, \d\d:\d\d)?/g, "(time)");
  for (const [path, html] of previewed) expect(timeless(html), path).toBe(timeless(await textOf(zip, path)));
  expect(index).toBe(await textOf(zip, "data/search/index.js"));
  expect([...previewed.values(), index].join("")).not.toContain(SECRET);
});

describe("an address of a preview", () => {
  let draft: string;
  beforeAll(async () => {
    const scene = await makeScene();
    const one = await recordSession(scene, `password=${SECRET}`, `Subject with ${SECRET}`);
    const two = await recordSession(scene, "ok");
    draft = await prepare(scene.group, [one.session, two.session]);
    await json("POST", `handoffs/${draft}/redactions`, {
      session: one.session,
      seq: 0,
      field: "subject",
      line: 0,
      reason: "other",
    });
    await json("POST", `handoffs/${draft}/redactions`, {
      ...{ session: one.session, seq: one.output, field: "output", line: 0, reason: "credential" },
    });
    session = one.session;
    output = one.output;
  });

  test("shows what nobody has reviewed yet, and nothing of what is hidden, on any page", async () => {
    const at = await open(draft);
    const { sessions } = await json<HandoffView>("GET", `handoffs/${draft}`);
    const paths = [...sessions.map((one) => `data/sessions/${one.session}.html`), "data/index.html", "data/certificate.html"];
    for (const path of paths) {
      const html = await page(at, `page/${path}`);
      expect(html, path).toContain("Acme Accounting");
      expect(html, path).not.toContain(SECRET);
    }
    expect(await page(at, `page/${paths[0]}`)).toContain("(not reviewed yet)");
  });

  test("follows what is hidden", async () => {
    const at = await open(draft);
    const path = `page/data/sessions/${session}.html`;
    expect(await page(at, path)).not.toContain(SECRET);
    const { redactions } = await json<HandoffView>("GET", `handoffs/${draft}`);
    const own = redactions.find((one) => one.seq === output);
    await json("DELETE", `handoffs/${draft}/redactions/${own?.redaction}`);
    expect(await page(at, path)).toContain(SECRET);
    expect(await page(at, "page/data/index.html")).toContain("Acme Accounting");
  });

  test("lives in an opaque origin, to be framed by the console alone", async () => {
    const response = await fetchWorker(`${await open(draft)}review/data/sessions/${session}.html`);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("sandbox allow-scripts");
    expect(policy).not.toContain("allow-same-origin");
    expect(policy).toContain(`frame-ancestors ${new URL(ORIGIN).origin}`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const html = await response.text();
    for (const [, name] of html.matchAll(/(?:src|href)="\.\.\/assets\/(framed\.(?:js|css))"/g)) {
      expect((await fetchWorker(`${await open(draft)}review/data/assets/${name}`)).status, name).toBe(200);
    }
    expect(html).toContain("framed.js");
  });

  test("leads nowhere with another secret, after its hour, to records, and once the package is being made", async () => {
    const at = await open(draft);
    const status = async (path: string) => (await fetchWorker(path)).status;
    const wrong = at.replace(/\.(.)/, (_, first) => `.${first === "A" ? "B" : "A"}`);
    expect(await status(`${wrong}page/data/index.html`)).toBe(404);
    for (const path of [
      "data/records/handoff.json",
      "data/exports/sessions.csv",
      "data/../../",
      "",
      "data/sessions/ses_0000000000000000.html",
    ]) {
      expect(await status(`${at}page/${path}`), path).toBe(404);
    }
    expect(await status(`${at}other/data/index.html`)).toBe(404);
    const { runInDurableObject } = await import("cloudflare:test");
    const stub = env.HANDOFF.getByName(`org_northwind/handoff/${draft}`);
    await runInDurableObject(stub, (_, { storage }) => void storage.sql.exec("UPDATE previews SET expires = 0"));
    expect(await status(`${at}page/data/index.html`)).toBe(404);
  });

  test("is given to those who may prepare handoffs of this organisation", async () => {
    expect(await refusal("POST", `handoffs/${draft}/preview`, undefined, MALLORY)).toBe("404 not-found");
    expect(await refusal("POST", `handoffs/${draft}/preview`, undefined, TECHNICIAN)).toBe("403 auth/forbidden");
    expect(await refusal("POST", `handoffs/${handoff}/preview`)).toBe("409 handoff/state");
  });
});
