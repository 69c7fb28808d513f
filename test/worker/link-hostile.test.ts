import { beforeAll, describe, expect, test } from "vitest";
import { fetchWorker } from "./api.ts";
import { expectPlain, get, handoffStub, makeLink, NOTHING, send } from "./link.ts";
import { makePublished, type Published } from "./published.ts";
import { ORIGIN } from "./tokens.ts";

let published: Published;
/** `/h/<id>.<secret>/` */
let base: string;
let id: string;
let secret: string;
const NO_SUCH = "This package has no such page";

beforeAll(async () => {
  published = await makePublished();
  ({ base } = await makeLink(published.handoff));
  [, id = "", secret = ""] = /^\/h\/(.{43})\.(.{43})\/$/.exec(base) ?? [];
});

const flip = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);

describe("without the secret there is one page, always the same", () => {
  test("no secret, a wrong one, a part of it, an unknown or foreign id, an expired handoff", async () => {
    const over = await makePublished();
    const { base: expired } = await makeLink(over.handoff);
    await handoffStub(over.handoff).revoke({ id: "user_alice", name: "Alice" });
    const another = await makeLink((await makePublished()).handoff);
    const texts = new Set<string>();
    for (const path of [
      `/h/${id}/`,
      `/h/${id}./`,
      `/h/${id}.${flip(secret)}/data/index.html`,
      `/h/${id}.${secret.slice(0, 42)}/data/index.html`,
      `/h/${id}.${secret.slice(0, 1)}/data/index.html`,
      `/h/${id}.${secret}A/data/index.html`,
      `/h/${id}.${secret}${secret}/`,
      `/h/${id}.${secret.toLowerCase()}/data/index.html`,
      `/h/${id}.${secret.slice(0, 42)}%${secret.charCodeAt(42).toString(16)}/data/index.html`,
      `/h/${id}%2e${secret}/`,
      `/h/${id}.${secret}%00/`,
      `/h/${id}.%/`,
      `/h/${flip(id)}.${secret}/`,
      `/h/${"A".repeat(43)}.${secret}/`,
      `/h/${"_".repeat(43)}.${secret}/`,
      `/h/${published.scene.machine.ref}.${secret}/`,
      // The secret of another link, and of one that was taken back.
      `/h/${id}.${another.base.slice(47, 90)}/`,
      expired.replace(/\..{43}\//, `.${flip(secret)}/`),
      "/h/",
      "/h/x",
      "/h/../h/x",
    ]) {
      texts.add(await expectPlain(await get(path), 404, NOTHING));
    }
    expect(texts.size).toBe(1);
  });

  test("also for forms", async () => {
    await expectPlain(await send(`/h/${id}.${flip(secret)}/`, { passcode: "x" }), 404, NOTHING);
    await expectPlain(await send(`/h/${id}.${flip(secret)}/receipt`, { name: "x", company: "x", statement: "x" }), 404, NOTHING);
  });
});

describe("paths", () => {
  test.each([
    "data//index.html",
    "/data/index.html",
    "data/index.html/",
    "data%2findex.html",
    "data%252findex.html",
    "data/%69ndex.html",
    "data/%2569ndex.html",
    "..%2f..%2fetc/passwd",
    "..%252f..%252fetc/passwd",
    "..%5c..%5cwindows",
    "..%c0%af..%c0%afetc/passwd",
    "data%5cindex.html",
    "data/index.html%00",
    "data/index.html%00.css",
    "data/index.html%0d%0aset-cookie:a=b",
    "data/index.html;x",
    "data/index.html;.css",
    "data/index.html%3f",
    "data/index.html%23",
    "data/index.html.",
    "data/index.html%20",
    "DATA/INDEX.HTML",
    "data",
    "assets/",
    "package.zip/",
    "package.zip%20",
    "' OR 1=1 --",
    "data/index.html' OR '1'='1",
    "%",
    "data/%",
    "C:/data/index.html",
    "\u202edata/index.html",
    "constructor",
    "__proto__/index.html",
    "~",
    "~/data/index.html",
    "receipts/",
    "receipts/rcp_0000000000000000.json",
    "receipts/rcp_0000000000000000.json.sig",
    "receipt/",
  ])("%s is not one of the package", async (path) => {
    await expectPlain(await get(base + path), 404, NO_SUCH);
  });

  test("a very long one", async () => {
    await expectPlain(await get(`${base}${"x/".repeat(4000)}`), 404, NO_SUCH);
  });

  test.each([
    "../data/index.html",
    "../../h/",
    "%2e%2e/data/index.html",
    ".%2e/data/index.html",
    "../../../api/groups",
    "..\\data\\index.html",
  ])("%s leads out of the link by itself", async (path) => {
    const response = await get(base + path);
    expect([401, 404]).toContain(response.status);
    expect(await response.text()).not.toContain("Acme");
  });

  test.each(["?", "?path=../../", "?/../../../etc/passwd", "?x=1?y=2", "?%00", "#/../x"])(
    "%s after a good one changes nothing",
    async (more) => {
      const [plain, tricked] = [await get(`${base}data/index.html`), await get(`${base}data/index.html${more}`)];
      expect([tricked.status, tricked.headers.get("etag")]).toEqual([200, plain.headers.get("etag")]);
      await Promise.all([plain.arrayBuffer(), tricked.arrayBuffer()]);
    },
  );
});

describe("headers", () => {
  test.each<[string, number]>([
    ["bytes=0-1,3-4", 200],
    ["bytes=0-,0-,0-,0-,0-,0-", 200],
    ["bytes=-1-5", 200],
    ["bytes=5-1", 200],
    ["bytes=0x10-0x20", 200],
    ["bytes=1e1-", 200],
    ["bytes=99999999999999999999-", 200],
    ["bytes=0-18446744073709551616", 200],
    ["bytes=9007199254740993-", 200],
    ["bytes=999999999999999-", 416],
    ["bytes=-0", 416],
    ["bytes=-999999999999999", 206],
    ["bytes=0-999999999999999", 206],
    ["items=0-1", 200],
    [`bytes=${"0-1,".repeat(2000)}0-1`, 200],
  ])("Range %s", async (range, status) => {
    const response = await get(`${base}package.zip`, { range });
    expect(response.status).toBe(status);
    const bytes = (await response.arrayBuffer()).byteLength;
    expect(bytes).toBeLessThanOrEqual(published.view.package?.bytes ?? 0);
    if (status === 200) expect(bytes).toBe(published.view.package?.bytes);
  });

  test("huge ones", async () => {
    const huge = "x".repeat(60_000);
    for (const name of ["cookie", "if-none-match", "if-range", "accept-encoding", "range", "x-anything", "cf-ipcountry"]) {
      const response = await get(`${base}data/index.html`, { [name]: huge });
      expect([name, response.status]).toEqual([name, 200]);
      await response.arrayBuffer();
    }
  });

  test("another host, also a forwarded one, leads nobody elsewhere", async () => {
    for (const host of ["evil.example", "127.0.0.1:9"]) {
      const request = new Request(`https://${host}${base.slice(0, -1)}`, {
        redirect: "manual",
        headers: { "x-forwarded-host": host },
      });
      const response = await fetchWorker(request.url, { headers: request.headers });
      expect([response.status, response.headers.get("location")]).toEqual([302, base]);
      const page = await fetchWorker(`https://${host}${base}`);
      expect(await page.text()).not.toContain(host);
    }
    expect(ORIGIN).not.toContain("evil");
  });

  test("conditions that never hold, or always", async () => {
    for (const [header, status] of [
      ["*", 304],
      ['W/"x", "y"', 200],
      ['"', 200],
      [",,,", 200],
    ] as const) {
      const response = await get(`${base}data/index.html`, { "if-none-match": header });
      expect([header, response.status]).toEqual([header, status]);
      await response.arrayBuffer();
    }
  });
});

describe("methods", () => {
  test.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])("%s does nothing", async (method) => {
    for (const path of [`${base}data/index.html`, `${base}package.zip`]) {
      const response = await get(path, {}, method);
      expect(response.headers.get("allow")).toBe("GET, HEAD");
      await expectPlain(response, 405, "This can&#39;t be done here");
    }
  });

  test("HEAD is GET without the bytes, whatever the answer", async () => {
    for (const path of ["", "data/index.html", "package.zip", "nothing", "receipt", "data/"]) {
      const [head, full] = [await get(base + path, {}, "HEAD"), await get(base + path)];
      expect([path, head.status]).toEqual([path, full.status]);
      for (const name of ["etag", "content-type", "cache-control", "content-security-policy", "location"]) {
        expect([path, name, head.headers.get(name)]).toEqual([path, name, full.headers.get(name)]);
      }
      expect((await head.arrayBuffer()).byteLength).toBe(0);
      await full.arrayBuffer();
    }
  });

  test("a form from elsewhere, of another kind, or too large is refused", async () => {
    const words = { name: "Mallory", company: "Evil", statement: "All yours" };
    for (const site of ["cross-site", "same-site"]) {
      await expectPlain(await send(`${base}receipt`, words, { "sec-fetch-site": site }), 403, "Not from this page");
    }
    await expectPlain(await send(`${base}receipt`, words, { "content-type": "text/plain" }), 400, "That could not be read");
    await expectPlain(await send(`${base}receipt`, { ...words, statement: "x".repeat(50_000) }), 413, "That is too much text");
    expect(await handoffStub(published.handoff).receipts(undefined, 10)).toMatchObject({ ok: true, value: { items: [] } });
  });
});
