import MiniSearch from "minisearch";
import { beforeAll, expect, test } from "vitest";
import type { Handoff } from "../../record/handoff.ts";
import type { SessionEntry } from "../../viewer/page.ts";
import { documentsOf } from "../../viewer/search/documents.ts";
import { parseQuery } from "../../viewer/search/query.ts";
import { OPTIONS, rankedBy } from "../../viewer/search/ranking.ts";
import { Random } from "../bench/random.ts";
import { makeStep } from "../bench/step.ts";
import { handoffOf, idOf, Recording } from "./record.ts";
import { Search, searchFiles } from "./search-files.ts";

const SESSIONS = 250;
const STEPS = 40;

const entries = new Map<string, readonly SessionEntry[]>();
let handoff: Handoff;
let search: Search;
/** MiniSearch as it comes from the package, with the same documents. */
const stock = new MiniSearch(OPTIONS);

function sessionOf(random: Random, number: number): Recording {
  const r = new Recording(number, "2026-03-09T08:00:00.000Z");
  const own = {
    format: "caisey-session/1",
    session: r.id,
    group: idOf("grp", 1),
    endpoint: idOf("end", 1),
    endpointKey: "k",
    mode: "live",
  };
  r.add(0, "opened", own, { subject: `Ticket ${number}`, organization: "o", client: "c", endpoint: "e" });
  for (let i = 0; i < STEPS; i++) {
    const { command, output } = makeStep(random);
    r.add(1, "command", { by: "p0", shell: "powershell", consent: "read-only" }, { command });
    r.add(1, "output", { command: 1 + 2 * i, stream: "stdout", newline: true }, { output });
  }
  r.add(1, "closed", { outcome: "resolved" });
  return r;
}

beforeAll(async () => {
  const random = new Random(3);
  const sessions = Array.from({ length: SESSIONS }, (_, number) => {
    const r = sessionOf(random, number);
    const stated = r.stated({ title: `Ticket ${number}`, endpoint: idOf("end", 1), leaf: number });
    entries.set(stated.session, r.entries);
    return stated;
  });
  handoff = handoffOf(sessions);
  search = new Search(await searchFiles(handoff, entries));
  const machine = handoff.endpoints.find(({ endpoint }) => endpoint === idOf("end", 1))?.name ?? idOf("end", 1);
  let id = 0;
  for (const session of sessions) {
    for (const { command, name, text } of documentsOf(session, entries.get(session.session) ?? []))
      stock.add({ id: id++, command: command.join("\n"), name: `${machine} ${name}`, text: text.join("\n") });
  }
}, 60_000);

test("ten thousand documents are in both", () => {
  expect(search.data.documents).toBe(SESSIONS * (STEPS + 1));
  expect(stock.documentCount).toBe(search.data.documents);
});

test.each([
  "spooler",
  "Get-Service",
  "ACME-SRV01 spooler",
  "print spoo",
  "0xc0000005",
  "windows update stopped",
  "192.168.3",
  "konica minolta",
  "spoolsv",
  "error page checksum",
  "sql serv",
  "owen.bright invoice",
  "reg query HKLM",
  "re",
  "login time",
  "physical addres",
  "Archive 2026 back",
  "terminated unexpectedly 7031",
  "kim.lee",
  "KOAXPJ_D.DLL",
  "qwertz",
  "2",
])("the ten best for %j are MiniSearch's own", async (query) => {
  const parsed = parseQuery(query);
  const theirs = parsed === undefined ? [] : rankedBy(stock, parsed.words, false);
  const found = await search.find(query, 50);
  expect(found?.count ?? 0).toBe(theirs.length);
  const scores = new Map(theirs.map(({ id, score }) => [id, score]));
  // Where scores are equal, either order is right: compare the scores of the ten.
  const ours = (found?.candidates ?? []).slice(0, 10).map(({ document }) => scores.get(document) ?? 0);
  const best = theirs.slice(0, 10).map(({ score }) => score);
  expect(ours.length).toBe(best.length);
  for (const [i, score] of ours.entries()) expect(score / (best[i] as number)).toBeCloseTo(1, 9);
  // And what is better than the tenth is there.
  const better = theirs.filter(({ score }) => score > (best.at(-1) as number) * (1 + 1e-9)).map(({ id }) => id);
  expect(found?.candidates.slice(0, 10).map(({ document }) => document) ?? []).toEqual(expect.arrayContaining(better));
});

test("a typing error finds what MiniSearch finds for it", async () => {
  const parsed = parseQuery("spoolre");
  const theirs = new Set(rankedBy(stock, parsed?.words ?? [], true).map(({ id }) => id));
  const found = await search.find("spoolre", 50);
  expect(found?.similar).toBe(true);
  expect(found?.candidates.length).toBeGreaterThan(0);
  for (const { document } of found?.candidates ?? []) expect([...theirs]).toContain(document);
});

test("identifiers are found wherever they are, and nothing else is", async () => {
  const random = new Random(11);
  const texts = search.passages.map((passages) => passages.map(([, , text]) => text).join("\n"));
  const small = texts.map((text) => text.toLowerCase());
  const identifiers = new Set<string>();
  const patterns = [
    /192\.168\.\d+\.\d+/g,
    /0x[0-9a-f]{8}/g,
    /\{[0-9a-f-]{36}\}/g,
    /(?:[0-9A-F]{2}-){5}[0-9A-F]{2}/g,
    /D:\\Shares\\\w+/g,
    /\w+\.\w+-\d+\.(?:pdf|bak)/g,
  ];
  for (const pattern of patterns) {
    for (let i = 0; i < 12; i++) {
      const all = texts[random.int(texts.length)]?.match(pattern) ?? [];
      if (all.length > 0) identifiers.add(random.pick(all));
    }
  }
  expect(identifiers.size).toBeGreaterThan(8);
  for (const identifier of identifiers) {
    const lower = identifier.toLowerCase();
    const there = small.flatMap((text, document) => (text.includes(lower) ? [document] : []));
    const hits = (await search.hits(identifier)).map(({ document }) => document);
    expect(
      hits.sort((a, b) => a - b),
      identifier,
    ).toEqual(there);
  }
});
