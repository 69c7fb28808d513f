import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import type { AccessView } from "../../worker/link-schema.ts";
import { linkHash } from "../../worker/link-secret.ts";
import { askedBy } from "../../worker/outcome.ts";
import type { HandoffView, Page } from "../../worker/schema.ts";
import { serveFile } from "../../worker/serve.ts";
import { fetchWorker, json, until } from "./api.ts";
import { get, makeLink } from "./link.ts";
import { downloadPackage, fileOf, hashOf, makePublished, type Published, read } from "./published.ts";
import { ORIGIN } from "./tokens.ts";

let published: Published;
let zip: Uint8Array;
/** `/h/<id>.<secret>/` */
let base: string;

beforeAll(async () => {
  published = await makePublished("Status   Name\nStopped  Spooler <script>alert(1)</script>");
  zip = await downloadPackage(published.handoff);
  ({ base } = await makeLink(published.handoff));
});

const NOWHERE = { network: null, country: null };
const GZIP = { "accept-encoding": "gzip" };

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const inflate: ReadableWritablePair<Uint8Array, Uint8Array> = new DecompressionStream("gzip");
  return bytesOf(new Response(new Blob([bytes]).stream().pipeThrough(inflate)));
}

describe("the link", () => {
  test("leads to a page that says what it is, and on to the overview", async () => {
    const first = await get(base);
    expect(first.status).toBe(200);
    const text = await first.text();
    for (const said of ["Handoff of Acme Accounting", "Northwind", "Contoso IT", 'href="data/index.html"', 'href="package.zip"']) {
      expect(text).toContain(said);
    }
    expect(text).not.toContain("<script");
    // It claims no more than there is, and says what is noted of whoever reads.
    expect(text).not.toContain("every command");
    expect(text).toContain("What is left out or hidden is stated in it.");
    expect(text).toContain("keeps a list of what is opened and fetched through this link");
    expect(first.headers.get("content-security-policy")).not.toContain("unsafe");
    // With the slash that relative links need.
    const bare = await get(base.slice(0, -1));
    expect([bare.status, bare.headers.get("location")]).toEqual([302, base]);
    const folder = await get(`${base}data/`);
    expect([folder.status, folder.headers.get("location")]).toEqual([302, `${base}data/index.html`]);
    const response = await get(`${base}data/index.html`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("Acme Accounting");
  });

  test("leads back to its first page from an address that it does not have; one without the secret leads nowhere", async () => {
    const lost = await get(`${base}data/nothing.html`);
    expect([lost.status, await lost.text()]).toEqual([404, expect.stringContaining(`href="${base}"`)]);
    const stranger = await get(`${base.slice(0, -2)}/`);
    expect([stranger.status, await stranger.text()]).toEqual([404, expect.not.stringContaining("href")]);
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
    const comer = { hash: linkHash(base.slice(base.indexOf(".") + 1, -1)), grant: undefined, visitor: NOWHERE };
    const asked = askedBy(new Request(`${ORIGIN}${base}data/index.html`, { headers: GZIP }));
    const opened = await stub.open(comer, "data/index.html", asked, false);
    if (opened.result !== "file" || opened.file === null) throw new Error("expected a file");
    const { file } = opened;
    const response = await serveFile(env.PACKAGES, opened.package, file, asked);
    if (response === undefined) throw new Error("expected the file");
    expect(response.headers.get("content-encoding")).toBe("gzip");
    const body = await bytesOf(response);
    expect(response.headers.get("content-length")).toBe(String(body.length));
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
    expect(headers.get("cache-control")).toBe("private, no-cache, no-transform");
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
    const { base: other } = await makeLink(published.handoff, { days: 1, name: "Acme's lawyer" });
    expect(other).not.toBe(base);
    await (await fetchWorker(`${other}data/index.html`, { headers: { "cf-connecting-ip": "203.0.113.7" } })).arrayBuffer();
    await (await get(`${other}data/assets/site.css`)).arrayBuffer();
    const { items } = await until("the log", async () => {
      const page = await json<Page<AccessView>>("GET", `handoffs/${published.handoff}/accesses?limit=5`);
      return page.items[0]?.from === "203.0.113.0/24" ? page : undefined;
    });
    const { links } = await json<HandoffView>("GET", `handoffs/${published.handoff}`);
    const lawyer = links.find(({ name }) => name === "Acme's lawyer");
    expect(items[0]).toMatchObject({ link: lawyer?.link, path: "data/index.html", status: 200, from: "203.0.113.0/24" });
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
