import { beforeAll, describe, expect, test } from "vitest";
import { createSearchIndex } from "../../viewer/search/build.ts";
import { openSearch, type Search } from "../../viewer/search/engine.ts";
import { INDEX_FILE, type Passage, type SearchGlobal, textsFile } from "../../viewer/search/files.ts";
import { matchesOf } from "../../viewer/search/matches.ts";
import { handoffOf, idOf, Recording } from "./record.ts";
import { samplePackage } from "./sample.ts";

const decoder = new TextDecoder();
let search: Search;
let texts: Map<number, Passage[]>;
let scripts: { path: string; bytes: Uint8Array }[];

/** Runs the files as a page would, in a global of their own. */
function load(files: typeof scripts): SearchGlobal {
  const scope: { caiseySearch?: SearchGlobal } = {};
  for (const { bytes } of files) new Function("globalThis", decoder.decode(bytes))(scope);
  return scope.caiseySearch ?? {};
}

/** All passages by document, out of their files. */
function allTexts(loaded: SearchGlobal): Map<number, Passage[]> {
  const out = new Map<number, Passage[]>();
  for (const [shard, first] of (loaded.data?.shards ?? []).entries()) {
    for (const [i, passages] of (loaded[`texts-${shard}`] ?? []).entries()) out.set(first + i, passages);
  }
  return out;
}

/** What a reader is led to: title, address and line, the best first. */
function find(query: string): { title: string; address: string | undefined; line: string }[] {
  const found = search.find(query);
  return (found?.candidates ?? []).flatMap((number) => {
    const matches = found && matchesOf(search.data, number, texts, found);
    const row = search.data.documents[number];
    return matches && row ? [{ title: search.data.sessions[row[0]]?.title ?? "", ...matches }] : [];
  });
}

beforeAll(async () => {
  const { handoff, entries } = samplePackage();
  const index = createSearchIndex(handoff);
  scripts = handoff.sessions.flatMap((session) => index.addSession(session, entries.get(session.session) ?? []));
  scripts.push(...index.finish());
  const loaded = load(scripts);
  search = await openSearch(loaded.data);
  texts = allTexts(loaded);
});

describe("search", () => {
  test.each([
    ["7031", "e12.1"],
    ["KB5034441", "e27.1"],
    ["kb5034441 servicing", "e27.1"],
    ["5034441", "e27.1"],
    ["0x800706BA", "e5.1"],
    ["C:\\Windows\\System32\\spool\\PRINTERS", "e16.2"],
    ["Status Stopped", "e9.3"],
    ["payroll noon", "e6.1"],
    ["not without Robin", "e21.1"],
    ["svc-print", "e20.1"],
    ["spoolsv.exe", "e4.2"],
    ["Wi-Fi server room", "e25.1"],
    ["damaged driver deployment share", "e29.1"],
    ["replace package deployment share", "e29.2"],
  ])("%s leads to the very line", (query, address) => {
    expect(find(query).map((hit) => hit.address)).toContain(address);
  });

  test("puts a command before what it printed elsewhere", () => {
    expect(find("Get-Service Spooler")[0]?.address).toBe("e8.1");
  });

  test("asks for all words", () => {
    expect(find("spooler qwertz")).toEqual([]);
    expect(find("spooler payroll")).toEqual([]);
  });

  test("takes the last word for the beginning of one", () => {
    expect(find("print spoo").length).toBe(find("print spooler").length);
    expect(find("spool pri").length).toBeLessThan(find("spooler pri").length);
    expect(find("payro noon")).toEqual([]);
  });

  test("never takes an identifier for a similar one", () => {
    expect(find("KB5034440")).toEqual([]);
    expect(find("7032")).toEqual([]);
  });

  test("finds words with a typing error only when there is nothing else", () => {
    expect(search.find("spoolre")?.similar).toBe(true);
    expect(find("spoolre").length).toBeGreaterThan(0);
    expect(search.find("spooler")?.similar).toBe(false);
  });

  test("finds by the machine's name", () => {
    expect(find("ACME-SRV01 spooler").every((hit) => hit.title.startsWith("Print spooler stops, third"))).toBe(true);
    expect(find("ACME-SQL01").length).toBeGreaterThan(0);
    expect(find("ACME-SQL02")).toEqual([]);
  });

  test("passes over what has the words but not the path or address as it was typed", () => {
    expect(find("System32\\Windows\\spool")).toEqual([]);
  });

  test("leads to a session as a whole by its title and note", () => {
    expect(find("KB5034441 fails")[0]).toMatchObject({ title: "KB5034441 fails with 0x80070643", address: undefined });
    expect(find("cache crashed")[0]?.address).toBeUndefined();
  });

  test("asks for a word", () => {
    expect(search.find("")).toBeUndefined();
    expect(search.find(" . - 1 ")).toBeUndefined();
  });
});

describe("search files", () => {
  test("hold nothing of a hidden line", () => {
    const all = scripts.map(({ bytes }) => decoder.decode(bytes)).join("");
    for (const secret of ["Winter2026", "kim.lee@acme", "winter2026"]) expect(all).not.toContain(secret);
    expect(find("Winter2026!")).toEqual([]);
    expect(find("Person")).not.toEqual([]);
  });

  test("are ASCII scripts below data/search", () => {
    for (const { path, bytes } of scripts) {
      expect(path).toMatch(/^data\/search\/[a-z0-9-]+\.js$/);
      expect(bytes.every((byte) => byte < 128)).toBe(true);
    }
  });

  test("are the same for the same sessions", () => {
    const { handoff, entries } = samplePackage();
    const index = createSearchIndex(handoff);
    const again = handoff.sessions.flatMap((session) => index.addSession(session, entries.get(session.session) ?? []));
    again.push(...index.finish());
    expect(again).toEqual(scripts);
  });

  test("part large texts into several files, from which every text comes back", () => {
    const r = new Recording(7, "2026-03-09T08:00:00.000Z");
    r.add(
      0,
      "opened",
      {
        format: "caisey-session/1",
        session: r.id,
        group: idOf("grp", 1),
        endpoint: idOf("end", 1),
        endpointKey: "k",
        mode: "live",
      },
      { subject: "big \ud83d\ude00 \u2028", organization: "o", client: "c", endpoint: "e" },
    );
    for (let i = 0; i < 30; i++) r.add(1, "chat", { by: "p0" }, { message: `message number${i} ${"x".repeat(50_000)}` });
    r.add(1, "closed", { outcome: "resolved" });
    const session = r.stated({ title: "big", endpoint: idOf("end", 1), leaf: 0 });
    const index = createSearchIndex(handoffOf([session]));
    const early = index.addSession(session, r.entries);
    expect(early.map(({ path }) => path)).toEqual([0, 1, 2].map(textsFile));
    const files = [...early, ...index.finish()];
    expect(files.at(-1)?.path).toBe(INDEX_FILE);
    const loaded = load(files);
    const back = allTexts(loaded);
    expect(back.size).toBe(loaded.data?.documents.length);
    expect([...back.values()].flat().map(([, , text]) => text)).toContain(`message number29 ${"x".repeat(50_000)}`);
    expect(
      [...back.values()]
        .flat()
        .map(([, , text]) => text)
        .join(""),
    ).toContain("\ud83d\ude00 \u2028");
  });
});
