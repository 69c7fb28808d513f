import { beforeAll, describe, expect, test } from "vitest";
import { memorySpool } from "../../generator/platform.ts";
import type { Asset } from "../../viewer/page.ts";
import { createSearchIndex } from "../../viewer/search/build.ts";
import { INDEX_FILE, searchFile } from "../../viewer/search/files.ts";
import { handoffOf, idOf, Recording } from "./record.ts";
import { samplePackage } from "./sample.ts";
import { Search, searchFiles } from "./search-files.ts";

const { handoff, entries } = samplePackage();
const decoder = new TextDecoder();
let search: Search;
let scripts: Asset[];

beforeAll(async () => {
  scripts = await searchFiles(handoff, entries);
  search = new Search(scripts);
});

const find = (query: string) => search.hits(query);

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
  ])("%s leads to the very line", async (query, address) => {
    expect((await find(query)).map((hit) => hit.address)).toContain(address);
  });

  test("puts a command before what it printed elsewhere", async () => {
    expect((await find("Get-Service Spooler"))[0]?.address).toBe("e8.1");
  });

  test("asks for all words", async () => {
    expect(await find("spooler qwertz")).toEqual([]);
    expect(await find("spooler payroll")).toEqual([]);
  });

  test("takes the last word for the beginning of one", async () => {
    expect((await find("print spoo")).length).toBe((await find("print spooler")).length);
    expect((await find("spool pri")).length).toBeLessThan((await find("spooler pri")).length);
    expect(await find("payro noon")).toEqual([]);
  });

  test("never takes an identifier for a similar one", async () => {
    expect(await find("KB5034440")).toEqual([]);
    expect(await find("7032")).toEqual([]);
  });

  test("finds words with a typing error only when there is nothing else", async () => {
    expect((await search.find("spoolre"))?.similar).toBe(true);
    expect((await find("spoolre")).length).toBeGreaterThan(0);
    expect((await search.find("spooler"))?.similar).toBe(false);
  });

  test("finds by the machine's name", async () => {
    expect((await find("ACME-SRV01 spooler")).every((hit) => hit.title.startsWith("Print spooler stops, third"))).toBe(true);
    expect((await find("ACME-SQL01")).length).toBeGreaterThan(0);
    expect(await find("ACME-SQL02")).toEqual([]);
  });

  test("passes over what has the words but not the path or address as it was typed", async () => {
    expect(await find("System32\\Windows\\spool")).toEqual([]);
  });

  test("leads to a session as a whole by its title and note", async () => {
    expect((await find("KB5034441 fails"))[0]).toMatchObject({ title: "KB5034441 fails with 0x80070643", address: undefined });
    expect((await find("cache crashed"))[0]?.address).toBeUndefined();
  });

  test("asks for a word", async () => {
    expect(await search.find("")).toBeUndefined();
    expect(await search.find(" . - 1 ")).toBeUndefined();
  });
});

describe("search files", () => {
  test("hold nothing of a hidden line", async () => {
    const all = scripts.map(({ bytes }) => decoder.decode(bytes)).join("");
    for (const secret of ["Winter2026", "kim.lee@acme", "winter2026"]) expect(all).not.toContain(secret);
    expect(await find("Winter2026!")).toEqual([]);
    expect(await find("Person")).not.toEqual([]);
  });

  test("are ASCII scripts below data/search", async () => {
    for (const { path, bytes } of scripts) {
      expect(path).toMatch(/^data\/search\/[a-z0-9-]+\.js$/);
      expect(bytes.every((byte) => byte < 128)).toBe(true);
    }
  });

  test("are the same for the same sessions", async () => {
    expect(await searchFiles(handoff, entries)).toEqual(scripts);
  });

  test("are the same when the making is stopped after each session and goes on with what was put away", async () => {
    const spools = new Map<string, ReturnType<typeof memorySpool>>();
    const spool = (name: string) => {
      const kept = spools.get(name) ?? memorySpool();
      spools.set(name, kept);
      return kept;
    };
    let state: string | undefined;
    const files: Asset[] = [];
    for (const session of handoff.sessions) {
      const index = createSearchIndex(handoff, spool, state === undefined ? undefined : JSON.parse(state));
      files.push(...(await index.addSession(session, entries.get(session.session) ?? [])));
      state = JSON.stringify(await index.suspend?.());
    }
    const last = createSearchIndex(handoff, spool, JSON.parse(state ?? "{}"));
    for await (const file of last.finish()) files.push(file);
    expect(files).toEqual(scripts);
  });

  test("come again when the last ones were not taken to their end, until what was put away is freed", async () => {
    const held = new Map<string, ReturnType<typeof memorySpool>>();
    const closed = new Set<string>();
    const spool = (name: string, length?: number) => {
      const own = length === undefined ? memorySpool() : (held.get(name) ?? memorySpool());
      held.set(name, own);
      const close = async () => {
        closed.add(name);
        await own.close();
      };
      return { append: own.append, read: own.read, close, length: own.length };
    };
    const index = createSearchIndex(handoff, (name, length) => {
      const own = spool(name, length);
      return Object.defineProperty(own, "length", { get: () => held.get(name)?.length ?? 0 });
    });
    const early: Asset[] = [];
    for (const session of handoff.sessions) early.push(...(await index.addSession(session, entries.get(session.session) ?? [])));
    const state = await index.suspend?.();
    for await (const { path } of index.finish()) if (path.includes("block-0")) break;
    expect(closed).toEqual(new Set(["words"]));
    const next = createSearchIndex(handoff, spool, state);
    const last: Asset[] = [];
    for await (const file of next.finish()) last.push(file);
    expect([...early, ...last]).toEqual(scripts);
    await next.close?.();
    expect(closed).toEqual(new Set(["words", "documents", "run-0"]));
  });

  test("part large texts into several files, from which every text comes back", async () => {
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
    for (let i = 0; i < 30; i++) r.add(1, "chat", { by: "p0" }, { message: `message number${i} ${"x".repeat(6_400)}` });
    r.add(1, "closed", { outcome: "resolved" });
    const session = r.stated({ title: "big", endpoint: idOf("end", 1), leaf: 0 });
    const own = handoffOf([session]);
    const index = createSearchIndex(own, () => memorySpool());
    const early = await index.addSession(session, r.entries);
    expect(early.map(({ path }) => path)).toEqual([0, 1, 2, 3, 4, 5].map((shard) => searchFile(`texts-${shard}`)));
    const files = [...early];
    for await (const file of index.finish()) files.push(file);
    expect(files.at(-1)?.path).toBe(INDEX_FILE);
    const big = new Search(files);
    expect(big.passages.length).toBe(big.data.documents);
    const texts = big.passages.flat().map(([, , text]) => text);
    expect(texts).toContain(`message number29 ${"x".repeat(6_400)}`);
    expect(texts.join("")).toContain("\ud83d\ude00 \u2028");
    expect((await big.hits("number17"))[0]?.address).toBe("e18.1");
  });
});
