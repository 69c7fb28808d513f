import { posix } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { escapeHtml } from "../../viewer/html/escape.ts";
import { type Page, pagePath } from "../../viewer/page.ts";
import { PLACES } from "../../viewer/places.ts";
import { assets, render, viewerHash } from "../../viewer/renderer.ts";
import { hostileLines } from "./hostile.ts";
import { readStrict, type StrictHtml } from "./html.ts";
import { pagesOf } from "./pages-of.ts";
import { samplePackage } from "./sample.ts";
import { searchFiles } from "./search-files.ts";

const sample = samplePackage();
const { handoff, counts, entries } = sample;
const PAGES = pagesOf(sample);

/** Files of a package that the generator writes, beside those of the viewer. */
const TABLES = ["sessions", "commands", "approvals", "redactions", "contexts"].map((table) => `data/exports/${table}.csv`);
const OTHERS = ["README.txt", "data/records/handoff.json", ...TABLES];

const html = new Map<string, string>();
const strict = new Map<string, StrictHtml>();
let files: Set<string>;

beforeAll(async () => {
  for (const page of PAGES) {
    const path = pagePath(page);
    const text = await render(page);
    html.set(path, text);
    strict.set(path, readStrict(text));
  }
  files = new Set([...html.keys(), ...[...assets, ...(await searchFiles(handoff, entries))].map(({ path }) => path), ...OTHERS]);
});

describe("pages", () => {
  test("are the same when they are rendered again", async () => {
    for (const page of PAGES) expect(await render(page)).toBe(html.get(pagePath(page)));
  });

  test("link only to files of the package and to addresses that are there, all relative", () => {
    for (const [path, { links }] of strict) {
      for (const link of links) {
        expect(link, path).not.toMatch(/^[a-z]+:|^\//i);
        const [file, address] = link.split("#") as [string, string?];
        const target = file === "" ? path : posix.join(posix.dirname(path), file);
        expect([...files], `${path} links to ${link}`).toContain(target);
        if (address !== undefined) expect(strict.get(target)?.ids, `${path} links to ${link}`).toContain(address);
      }
    }
  });

  test("have nothing inline that could run, and a policy that forbids it", () => {
    for (const [path, { names }] of strict) {
      expect(
        [...names].filter((name) => /^style$| (style|on[a-z]+|srcdoc|formaction)$|^(iframe|object|embed|base)$/.test(name)),
        path,
      ).toEqual([]);
      expect(html.get(path)).not.toMatch(/<script(?![^>]* src=)/);
      expect(html.get(path)).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none';`);
    }
  });

  test("load classic scripts only: a page from disk can load no module", () => {
    for (const text of html.values()) expect(text).not.toContain('type="module"');
    for (const { path, bytes } of assets) {
      if (path.endsWith(".js")) expect(() => new Function(new TextDecoder().decode(bytes)), path).not.toThrow();
    }
  });

  test("have one heading of the first level, a title, a language, and ids that are used once", () => {
    for (const [path, { ids, names }] of strict) {
      expect(html.get(path)?.match(/<h1[ >]/g), path).toHaveLength(1);
      expect(names).toContain("html lang");
      expect(html.get(path)).toMatch(/<title>[^<]+<\/title>/);
      expect(new Set(ids).size, path).toBe(ids.length);
    }
  });

  test("tell the overview's reader what is open, left out, hidden, and how to check", () => {
    const { text } = strict.get("data/index.html") as StrictHtml;
    const plain = text.replace(/\s+/g, " ");
    expect(plain.indexOf("ask for the line test")).toBeLessThan(plain.indexOf("Dear colleagues"));
    expect(plain).toContain("11 sessions of 19 in this client's log: 2 not selected, 7 outside the period, 2 privileged.");
    expect(plain).toContain("4 lines: 1 credential, 2 personal data, 1 other reason");
    expect(plain).toContain("1.9 MB of output beyond");
    expect(plain).toContain("SHA256:z/fSv0Z0RZS+Lccbc6ZoOWwt/fbj1VFJGSBKQbo4icE");
  });

  test("say plainly of imported sessions that their times are claimed", () => {
    const imported = handoff.sessions.find(({ mode }) => mode === "imported");
    const { text } = strict.get(`data/sessions/${imported?.session}.html`) as StrictHtml;
    expect(text.replace(/\s+/g, " ")).toContain("attested from the day of import (20 Nov 2026, 08:00 UTC)");
  });

  test("let nothing that the outgoing MSP typed become markup", async () => {
    const hostile = hostileLines().slice(0, 60).join("\n").toWellFormed();
    const session = {
      ...handoff.sessions[0],
      title: hostile,
      note: hostile,
      todo: [hostile],
      tags: [hostile, hostile],
      reviewedBy: hostile,
    } as (typeof handoff.sessions)[0];
    const bad = {
      ...handoff,
      from: { ...handoff.from, organization: hostile },
      to: { name: hostile },
      client: { ...handoff.client, name: hostile },
      letter: hostile,
      endpoints: handoff.endpoints.map((one) => ({ ...one, name: hostile })),
      sessions: [session, { ...session, session: handoff.sessions[1]?.session ?? session.session, outcome: "unresolved" as const }],
    };
    const other = bad.sessions[1]?.session ?? "";
    const own = entries.get(handoff.sessions[0]?.session ?? "") ?? [];
    for (const page of pagesOf({
      handoff: bad,
      counts,
      entries: new Map([
        [session.session, own],
        [other, own],
      ]),
    })) {
      const same = PAGES.filter((one) => one.page === page.page).flatMap((one) => [
        ...(strict.get(pagePath(one)) as StrictHtml).names,
      ]);
      const known = new Set([...same, "br", "span title", "span class", "p", "p class", "span", "ul", "ul class", "li", "b"]);
      expect(
        [...readStrict(await render(page)).names].filter((name) => !known.has(name)),
        page.page,
      ).toEqual([]);
    }
  });

  test("names that are written like the places of a frame stay names, each page has its own title, and none the other's", async () => {
    const name = Object.values(PLACES).join(" ");
    const sessions = handoff.sessions.map((one, i) => ({ ...one, title: `${name} ${i}` }));
    const tricky = { ...handoff, client: { ...handoff.client, name }, sessions };
    for (const [i, session] of sessions.slice(0, 2).entries()) {
      const own = entries.get(session.session) ?? [];
      const text = await render({ page: "session", handoff: tricky, session, entries: own, digests: [], witnessed: null, part: 0 });
      for (const place of Object.values(PLACES)) expect(text).not.toContain(place);
      expect(text.match(/<title>(.*?)<\/title>/)?.[1]).toBe(`${escapeHtml(`${name} ${i}`)}, ${escapeHtml(name)}`);
      expect(text).toContain(`<span>${session.session}: ${escapeHtml(`${name} ${i}`)}</span>`);
      expect(readStrict(text).ids).toContain("main");
    }
  });

  test("throw when an entry can't be shown, rather than giving an error page", async () => {
    const broken = [{ entry: { seq: 0 }, text: {} }] as unknown as Extract<Page, { page: "session" }>["entries"];
    const session = handoff.sessions[0] as (typeof handoff.sessions)[0];
    const page: Page = { page: "session", handoff, session, entries: broken, digests: [], witnessed: null, part: 0 };
    await expect(render(page)).rejects.toThrow();
  });
});

test("the viewer's hash is a SHA-256", () => {
  expect(viewerHash).toMatch(/^[0-9a-f]{64}$/);
});
