import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import MiniSearch from "minisearch";
import type { SearchData, SearchGlobal } from "../../viewer/search/files.ts";
import { normal, parseQuery } from "../../viewer/search/query.ts";
import { OPTIONS } from "../../viewer/search/ranking.ts";
import { Search } from "../viewer/search-files.ts";
import { type BenchOptions, type BenchResult, median } from "./bench.ts";
import { Random } from "./random.ts";
import { timeOpening, timeSearch } from "./search-browser.ts";
import { writeSearchPackage } from "./search-package.ts";

const SIZES = [10_000, 100_000, 1_000_000];
/** Goals by size: from the first key, on a page that had the query before, memory. */
const GOALS: Record<number, { first: number; warm: number; memory: number }> = {
  10000: { first: 150, warm: 20, memory: 60 },
  100000: { first: 150, warm: 20, memory: 80 },
  1000000: { first: 300, warm: 60, memory: 120 },
};
/** Words as they are typed, besides identifiers out of the package. */
const WORDS = ["spooler", "get-service", "print spool", "terminated unexpectedly", "konica minolta", "sql server page checksum"];
const MORE_WORDS = [
  "windows update stopp",
  "ACME-SRV01",
  "ACME-SQL01 spooler",
  "0xc0000005",
  "owen.bright invoice",
  "D:\\Shares\\Finance",
];
const PATTERNS = [
  /192\.168\.\d+\.\d+/,
  /0x[0-9a-f]{8}/,
  /\{[0-9a-f-]{36}\}/,
  /(?:[0-9A-F]{2}-){5}[0-9A-F]{2}/,
  /\w+-\w+\.\w+-\d+\.(?:pdf|bak)/,
];

/**
 * The search page from file:// in Chromium, on packages of 10,000, 100,000 and 1,000,000 steps; `--entries N` for one size. A step
 * is a command with what it printed, about 930 bytes.
 */
export async function bench({ entries, runs = 1 }: BenchOptions): Promise<BenchResult> {
  const metrics: Record<string, number> = {};
  const goals: Record<string, number> = {};
  const least: Record<string, number> = {};
  for (const size of entries === undefined ? SIZES : [entries]) {
    const folder = await mkdtemp(join(tmpdir(), "caisey-bench-"));
    try {
      const made = await writeSearchPackage(folder, size, size <= 100_000);
      const queries = await queriesOf(folder, made.texts);
      const address = `${pathToFileURL(folder).href}/data/`;
      const times = await timeSearch(address, Array.from({ length: runs }, () => queries).flat());
      const name = (metric: string) => `${metric}@${size}`;
      metrics[name("first_ms_p50")] = median(times.first);
      metrics[name("first_ms_p95")] = percentile(times.first, 0.95);
      metrics[name("warm_ms_p50")] = median(times.warm);
      metrics[name("gz_bytes_per_step")] = made.gzBytes / size;
      metrics[name("memory_mb")] = times.memory;
      metrics[name("longest_task_ms")] = times.longest;
      metrics[name("build_us_per_step")] = (made.seconds * 1e6) / size;
      goals[name("gz_bytes_per_step")] = 100;
      goals[name("longest_task_ms")] = 50;
      const goal = GOALS[size];
      if (goal !== undefined) {
        goals[name("first_ms_p50")] = goal.first;
        goals[name("warm_ms_p50")] = goal.warm;
        goals[name("memory_mb")] = goal.memory;
      }
      if (size <= 10_000) {
        const { recall, precision } = await identifiers(folder, made.texts);
        metrics.identifier_recall = recall;
        metrics.identifier_precision = precision;
        least.identifier_recall = 0.99;
        least.identifier_precision = 1;
      }
      if (size === 100_000) metrics.ratio_stock = await ratioStock(folder, made.texts);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return { metrics, goals, least };
}

/** The words above, and identifiers that are somewhere in the package. */
async function queriesOf(folder: string, texts: readonly string[]): Promise<string[]> {
  const random = new Random(17);
  const some = texts.length > 0 ? texts : [await readFile(join(folder, "data/search/texts-3.js"), "utf8")];
  const found = PATTERNS.flatMap((pattern) => {
    for (let tries = 0; tries < 200; tries++) {
      const match = pattern.exec(random.pick(some));
      if (match !== null) return [match[0]];
    }
    return [];
  });
  return [...WORDS, ...MORE_WORDS, ...found];
}

/** What is found for identifiers, against what a plain scan of all texts finds. */
async function identifiers(folder: string, texts: readonly string[]): Promise<{ recall: number; precision: number }> {
  const data = runScript(await readFile(join(folder, "data/search/index.js"), "utf8")).data as SearchData;
  const parts = [
    ...data.blocks.map((_, i) => `block-${i}`),
    ...data.shards.map((_, i) => `texts-${i}`),
    "documents",
    "words",
    "index",
  ];
  const files = await Promise.all(
    parts.map(async (part) => ({ path: part, bytes: await readFile(join(folder, `data/search/${part}.js`)) })),
  );
  const search = new Search(files);
  const small = texts.map(normal);
  const random = new Random(23);
  let [there, right, shown] = [0, 0, 0];
  for (const pattern of [...PATTERNS, /ACME-[A-Z]+\d+/, /\w+\.\w+-\d+/]) {
    for (let i = 0; i < 10; i++) {
      const match = pattern.exec(random.pick(texts));
      if (match === null) continue;
      const identifier = normal(match[0]);
      const expected = new Set(small.flatMap((text, step) => (text.includes(identifier) ? [step] : [])));
      // Documents of sessions stand between the steps; a step is known by its text.
      const hits = (await search.hits(match[0], 20_000)).map(({ document }) =>
        normal((search.passages[document] ?? []).map(([, , text]) => text).join("\n")),
      );
      there += expected.size;
      shown += hits.length;
      right += hits.filter((text) => text.includes(identifier)).length;
    }
  }
  return { recall: right / there, precision: right / shown };
}

/** A page with a MiniSearch as it comes, and its index as JSON, against ours: from opening the page to the results. */
async function ratioStock(folder: string, texts: readonly string[]): Promise<number> {
  const query = "print spool";
  const index = new MiniSearch(OPTIONS);
  for (const [id, text] of texts.entries()) {
    const end = text.indexOf("\n");
    index.add({ id, command: text.slice(0, end), name: "", text: text.slice(end + 1) });
  }
  const script = createRequire(import.meta.url)
    .resolve("minisearch")
    .replace(/dist\/.*/, "dist/umd/index.js");
  const words = JSON.stringify(parseQuery(query)?.words.map(([spelling]) => spelling?.word));
  await writeFile(join(folder, "minisearch.js"), await readFile(script));
  await writeFile(join(folder, "stock-index.js"), `globalThis.stock = ${JSON.stringify(JSON.stringify(index))};`);
  await writeFile(
    join(folder, "stock.js"),
    `const options = { fields: ["command", "name", "text"], processTerm: (word) => word, tokenize: () => ${words} };
const index = MiniSearch.loadJSON(globalThis.stock, options);
const results = index.search("asked", { combineWith: "AND", prefix: (word, i, all) => i === all.length - 1 });
for (const { id } of results.slice(0, 10)) document.body.append(Object.assign(document.createElement("p"), { textContent: id }));`,
  );
  const scripts = ["minisearch.js", "stock-index.js", "stock.js"].map((name) => `<script src="${name}"></script>`).join("");
  await writeFile(join(folder, "stock.html"), `<!doctype html><meta charset="utf-8"><title>stock</title><body>${scripts}`);
  const address = pathToFileURL(folder).href;
  const ours = await timeOpening(`${address}/data/search.html?q=${encodeURIComponent(query)}`, "#hits li:nth-child(10)");
  const stock = await timeOpening(`${address}/stock.html`, "p:nth-of-type(10)");
  return stock / ours;
}

function runScript(script: string): SearchGlobal {
  const scope: { caiseySearch?: SearchGlobal } = {};
  new Function("globalThis", script)(scope);
  return scope.caiseySearch ?? {};
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}
