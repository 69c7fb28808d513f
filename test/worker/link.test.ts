import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import type { AccessView, HandoffView, Page } from "../../worker/schema.ts";
import { serveFile } from "../../worker/serve.ts";
import { linkHash } from "../../worker/service/handoffs.ts";
import { fetchWorker, json, until } from "./api.ts";
import { downloadPackage, fileOf, hashOf, makePublished, type Published, read } from "./published.ts";
import { ORIGIN } from "./tokens.ts";

let published: Published;
let zip: Uint8Array;
/** `/h/<id>.<secret>/` */
let base: string;

beforeAll(async () => {
  published = await makePublished("Status   Name\nStopped  Spooler <script>alert(1)</script>");
  zip = await downloadPackage(published.handoff);
  base = await makeLink(published.handoff);
});

async function makeLink(handoff: string, days = 30, name = "Contoso IT"): Promise<string> {
  const { url } = await json<{ url: string }>("POST", `handoffs/${handoff}/links`, { name, days });
  expect(url.startsWith(`${ORIGIN}/h/`)).toBe(true);
  return new URL(url).pathname;
}

/** As it comes over the wire: nothing is decoded on the way. */
const get = (path: string, headers: Record<string, string> = {}, method = "GET") => fetchWorker(path, { headers, method });
const GZIP = { "accept-encoding": "gzip" };

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const inflate: ReadableWritablePair<Uint8Array, Uint8Array> = new DecompressionStream("gzip");
  return bytesOf(new Response(new Blob([bytes]).stream().pipeThrough(inflate)));
}

async function expectPlain(response: Response, status: 404 | 410): Promise<string> {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const text = await response.text();
  expect(text).toContain("There is nothing here");
  return text;
}

describe("the link", () => {
  test("leads to the overview, with the slash that relative links need", async () => {
    for (const path of [base, base.slice(0, -1), `${base}data/`]) {
      const response = await get(path);
      expect([response.status, response.headers.get("location")]).toEqual([302, `${base}data/index.html`]);
    }
    const response = await get(`${base}data/index.html`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("Acme Accounting");
  });

  test("serves every file of the package as it is in the ZIP, gzipped and plain", async () => {
    const { files } = await read(zip);
    expect(files.length).toBeGreaterThan(15);
    for (const { path } of files) {
      const expected = await fileOf(zip, path);
      const plain = await get(base + path, { "accept-encoding": "identity" });
      expect([path, plain.status, plain.headers.get("content-encoding")]).toEqual([path, 200, null]);
      expect(hashOf(await bytesOf(plain))).toBe(hashOf(expected));
      // The runtime of the tests decodes what is gzipped, as any client does.
      expect(hashOf(await bytesOf(await get(base + path, GZIP)))).toBe(hashOf(expected));
    }
  });

  test("sends the very bytes of the ZIP, framed as gzip", async () => {
    const stub = env.HANDOFF.getByName(`org_northwind/handoff/${published.handoff}`);
    const opened = await stub.open(linkHash(base.slice(base.indexOf(".") + 1, -1)), "data/index.html");
    if (opened.result !== "file" || opened.file === null) throw new Error("expected a file");
    const { file } = opened;
    const request = new Request(`${ORIGIN}${base}data/index.html`, { headers: GZIP });
    const { response, bytes } = await serveFile(env.PACKAGES, opened.package, file, request);
    expect(response.headers.get("content-encoding")).toBe("gzip");
    const body = await bytesOf(response);
    expect(body.length).toBe(bytes);
    expect(response.headers.get("content-length")).toBe(String(bytes));
    expect([...body.slice(0, 3)]).toEqual([0x1f, 0x8b, 8]);
    expect(body.slice(10, -8)).toEqual(zip.slice(file.start, file.start + file.packed));
    expect(hashOf(await gunzip(body))).toBe(file.sha256);
  });

  test.each([
    ["data/index.html", "text/html; charset=utf-8"],
    ["data/assets/site.css", "text/css; charset=utf-8"],
    ["data/assets/site.js", "text/javascript; charset=utf-8"],
    ["data/records/handoff.json", "application/json"],
    ["manifest-sha256.txt", "text/plain; charset=utf-8"],
    ["package.zip", "application/zip"],
  ])("%s has its type, and headers that keep it to itself", async (path, type) => {
    const response = await get(base + path);
    await response.arrayBuffer();
    const { headers } = response;
    expect(headers.get("content-type")).toBe(type);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-robots-tag")).toContain("noindex");
    expect(headers.get("cache-control")).toBe("private, no-cache");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^sandbox allow-scripts/);
    expect(policy).not.toContain("allow-same-origin");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
  });

  test("says whether something changed, by entity tag", async () => {
    for (const path of ["data/index.html", "package.zip"]) {
      const first = await get(base + path, GZIP);
      const tag = first.headers.get("etag") ?? "";
      expect(tag).toMatch(/^"[0-9a-f]{32,64}(-gzip)?"$/);
      await first.arrayBuffer();
      const again = await get(base + path, { ...GZIP, "if-none-match": `"x", ${tag}` });
      expect([again.status, (await bytesOf(again)).length, again.headers.get("etag")]).toEqual([304, 0, tag]);
    }
    const [packed, plain] = [
      await get(`${base}data/index.html`, GZIP),
      await get(`${base}data/index.html`, { "accept-encoding": "identity" }),
    ];
    expect(packed.headers.get("etag")).not.toBe(plain.headers.get("etag"));
    expect(packed.headers.get("vary")).toBe("accept-encoding");
    await Promise.all([packed.arrayBuffer(), plain.arrayBuffer()]);
  });

  test("answers HEAD as GET, without the bytes", async () => {
    for (const path of ["data/index.html", "package.zip"]) {
      const [head, full] = [await get(base + path, GZIP, "HEAD"), await get(base + path, GZIP)];
      expect(head.status).toBe(200);
      for (const name of ["etag", "content-type"]) expect(head.headers.get(name)).toBe(full.headers.get(name));
      expect((await bytesOf(head)).length).toBe(0);
      await full.arrayBuffer();
    }
    expect((await get(`${base}nothing`, {}, "HEAD")).status).toBe(404);
  });

  test("hands over the whole package, and parts of it", async () => {
    const whole = await get(`${base}package.zip`);
    expect(whole.headers.get("content-disposition")).toBe(`attachment; filename="${published.handoff}.zip"`);
    expect(whole.headers.get("accept-ranges")).toBe("bytes");
    expect(hashOf(await bytesOf(whole))).toBe(hashOf(zip));
    const tag = whole.headers.get("etag") ?? "";

    const part = await get(`${base}package.zip`, { range: "bytes=100-199", "if-range": tag });
    expect([part.status, part.headers.get("content-range"), part.headers.get("content-length")]).toEqual([
      206,
      `bytes 100-199/${zip.length}`,
      "100",
    ]);
    expect(await bytesOf(part)).toEqual(zip.slice(100, 200));
    expect(await bytesOf(await get(`${base}package.zip`, { range: "bytes=-22" }))).toEqual(zip.slice(-22));

    const stale = await get(`${base}package.zip`, { range: "bytes=100-199", "if-range": '"other"' });
    expect([stale.status, (await bytesOf(stale)).length]).toEqual([200, zip.length]);
    const beyond = await get(`${base}package.zip`, { range: `bytes=${zip.length}-` });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${zip.length}`]);
  });

  test("is one of several, each with its own log", async () => {
    const other = await makeLink(published.handoff, 1, "Acme's lawyer");
    expect(other).not.toBe(base);
    await (await fetchWorker(`${other}data/index.html`, { headers: { "cf-connecting-ip": "203.0.113.7" } })).arrayBuffer();
    await (await get(`${other}data/assets/site.css`)).arrayBuffer();
    const { items } = await until("the log", async () => {
      const page = await json<Page<AccessView>>("GET", `handoffs/${published.handoff}/accesses?limit=5`);
      return page.items[0]?.from === "203.0.113.7" ? page : undefined;
    });
    const { links } = await json<HandoffView>("GET", `handoffs/${published.handoff}`);
    const lawyer = links.find(({ name }) => name === "Acme's lawyer");
    expect(items[0]).toMatchObject({ link: lawyer?.link, path: "data/index.html", status: 200, from: "203.0.113.7" });
    expect(lawyer).toMatchObject({ opens: 1 });
    expect(Date.parse(lawyer?.expires ?? "")).toBeLessThan(Date.now() + 86_400_000 + 1000);
  });

  test("keeps its secret: only a hash is stored", async () => {
    const secret = base.slice(base.indexOf(".") + 1, -1);
    expect(secret).toHaveLength(43);
    const rows = await runInDurableObject(env.HANDOFF.getByName(`org_northwind/handoff/${published.handoff}`), (_, state) =>
      JSON.stringify([
        state.storage.sql.exec("SELECT * FROM links").toArray(),
        state.storage.sql.exec("SELECT * FROM opens").toArray(),
      ]),
    );
    expect(rows).not.toContain(secret);
    expect(JSON.stringify(await json("GET", `handoffs/${published.handoff}`))).not.toContain(secret);
  });
});

describe("without a good link there is a plain page, always the same", () => {
  test("no secret, a wrong one, a part of it, an unknown or foreign id", async () => {
    const [, id = "", secret = ""] = /^\/h\/(.{43})\.(.{43})\/$/.exec(base) ?? [];
    const flip = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
    const texts = new Set<string>();
    for (const path of [
      `/h/${id}/`,
      `/h/${id}./`,
      `/h/${id}.${flip(secret)}/data/index.html`,
      `/h/${id}.${secret.slice(0, 42)}/data/index.html`,
      `/h/${id}.${secret}A/data/index.html`,
      `/h/${id}.${secret.toLowerCase()}/data/index.html`,
      `/h/${flip(id)}.${secret}/data/index.html`,
      `/h/${"A".repeat(43)}.${secret}/`,
      `/h/${published.scene.machine.ref}.${secret}/`,
      "/h/",
      "/h/x",
    ]) {
      texts.add(await expectPlain(await get(path), 404));
    }
    expect(texts.size).toBe(1);
  });

  test.each([
    "data//index.html",
    "/data/index.html",
    "data/index.html/",
    "data%2findex.html",
    "data/%69ndex.html",
    "..%2f..%2fetc/passwd",
    "..%5c..%5cwindows",
    "data/index.html%00",
    "data/index.html%00.css",
    "data/index.html;x",
    "data/index.html.",
    "DATA/INDEX.HTML",
    "data",
    "assets/",
    "package.zip/",
    "package.zip%20",
    "' OR 1=1 --",
    "data/%",
    "C:/data/index.html",
    "\u202edata/index.html",
    "constructor",
    "__proto__/index.html",
  ])("a path that is not one of the package: %s", async (path) => {
    await expectPlain(await get(base + path), 404);
  });

  test("a path that is very long", async () => {
    await expectPlain(await get(`${base}${"x".repeat(8000)}`), 404);
  });

  test.each(["../data/index.html", "../../h/", "%2e%2e/data/index.html", "../../../api/groups", "..\\data\\index.html"])(
    "a path that leads out of the link by itself: %s",
    async (path) => {
      const response = await get(base + path);
      expect([401, 404]).toContain(response.status);
      expect(await response.text()).not.toContain("Acme");
    },
  );

  test("other methods do nothing", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const response = await get(`${base}data/index.html`, {}, method);
      expect([method, response.status]).toEqual([method, 404]);
    }
  });

  test("after its own expiry, after that of the package, and once revoked", async () => {
    const { handoff } = await makePublished();
    const link = await makeLink(handoff, 1);
    const stub = env.HANDOFF.getByName(`org_northwind/handoff/${handoff}`);
    expect((await get(`${link}data/index.html`)).status).toBe(200);
    await runInDurableObject(stub, (_, state) => state.storage.sql.exec("UPDATE links SET expires = ?", Date.now() - 1).toArray());
    const gone = await expectPlain(await get(`${link}data/index.html`), 410);
    expect(await expectPlain(await get(`${link}package.zip`), 410)).toBe(gone);

    const second = await makeLink(handoff, 30);
    await runInDurableObject(stub, (_, state) =>
      state.storage.sql.exec("UPDATE handoff SET expires = ?", Date.now() - 1).toArray(),
    );
    // At once, before the alarm has taken the package away, and after.
    expect(await expectPlain(await get(`${second}data/index.html`), 410)).toBe(gone);
    await runDurableObjectAlarm(stub);
    expect(await expectPlain(await get(second), 410)).toBe(gone);
    const wrong = second.replace(/\..{43}\//, `.${"A".repeat(43)}/`);
    expect(await expectPlain(await get(wrong), 404)).toBe(gone);

    const other = await makePublished();
    const revoked = await makeLink(other.handoff);
    await json("POST", `handoffs/${other.handoff}/revoke`);
    expect(await expectPlain(await get(`${revoked}data/index.html`), 410)).toBe(gone);
  });
});
