import { randomBytes } from "node:crypto";
import { until } from "../../worker/local/api.ts";
import type { SearchPage } from "../../worker/search/schema.ts";
import { type BenchOptions, type BenchResult, median } from "./bench.ts";
import { type Ingest, startBare, startWorker } from "./ingest-engine.ts";
import { Random } from "./random.ts";

/** Events in a message, where they don't come one by one. */
const BATCH = 50;
/** One by one, each acknowledged before the next, in 1 session and in 100 at once; and fifty in a message, as long outputs come. */
const CASES = ["1", "100", "1_in_fifties", "100_in_fifties"] as const;
type Case = (typeof CASES)[number];
const SESSIONS = 100;
/** Identifiers that are searched for: some are everywhere, some in few places, one nowhere. */
const WORDS = [
  "spooler",
  "kb5034441",
  "acme-srv01",
  "system32\\spool",
  "192.168.1.20",
  "0x80070005",
  "jane@acme.example",
  "no-such-word",
];

interface Measured {
  perSecond: number;
  p50: number;
  p99: number;
}

/**
 * How fast entries are taken, with 1 and with 100 sessions at once, and how long until they are acknowledged; and a search over all of
 * them. Each as a ratio to what the same engine needs at least: one row an event, and looking at every row.
 */
export async function bench({ entries = 100_000, runs = 3 }: BenchOptions): Promise<BenchResult> {
  const most = Math.max(SESSIONS, Math.floor(entries / 20));
  const ratios: Record<string, number[]> = {};
  const figures: Record<string, number> = {};
  const add = (name: string, ratio: number) => {
    ratios[name] = [...(ratios[name] ?? []), ratio];
  };
  for (let run = 0; run < runs; run++) {
    const bare = await measured(await startBare(), most);
    const own = await measured(await startWorker(), most);
    for (const name of CASES) {
      add(`rate_ratio_bare_${name}`, own[name].perSecond / bare[name].perSecond);
      add(`ack_p50_ratio_bare_${name}`, own[name].p50 / bare[name].p50);
      add(`ack_p99_ratio_bare_${name}`, own[name].p99 / bare[name].p99);
      figures[`entries_per_s_${name}`] = own[name].perSecond;
      figures[`ack_ms_p50_${name}`] = own[name].p50;
      figures[`ack_ms_p99_${name}`] = own[name].p99;
    }
  }
  const search = await measureSearch(entries, runs);
  return {
    metrics: {
      ...Object.fromEntries(Object.entries(ratios).map(([name, all]) => [name, median(all)])),
      ...figures,
      ...search,
    },
    // At least half as fast; a search in a tenth of the time.
    goals: { search_p95_ratio_scan: 0.1 },
    least: { rate_ratio_bare_1: 0.5, rate_ratio_bare_100: 0.5 },
  };
}

async function measured(ingest: Ingest, entries: number): Promise<Record<Case, Measured>> {
  try {
    // The first messages find nothing compiled.
    await ingested(ingest, 1000, 1, 200, BATCH);
    return {
      "1": await ingested(ingest, 0, 1, Math.ceil(entries / 5), 1),
      "100": await ingested(ingest, 1, SESSIONS, entries, 1),
      "1_in_fifties": await ingested(ingest, 101, 1, entries, BATCH),
      "100_in_fifties": await ingested(ingest, 102, SESSIONS, entries, BATCH),
    };
  } finally {
    await ingest.stop();
  }
}

/** Sends so many events over so many sessions at once, a message each at a time. */
async function ingested(ingest: Ingest, first: number, sessions: number, entries: number, batch: number): Promise<Measured> {
  const random = new Random(7);
  const each = Math.max(1, Math.round(entries / sessions / batch));
  const open = [];
  for (let i = 0; i < sessions; i++) {
    const { socket, from } = await ingest.open(first + i);
    // Made before: the clock is on the server.
    const messages = Array.from({ length: each }, (_, j) => eventsMessage(from + j * batch, random, batch));
    open.push({ socket, from, messages });
  }
  const took: number[] = [];
  const start = performance.now();
  await Promise.all(
    open.map(async ({ socket, from, messages }) => {
      for (const [j, message] of messages.entries()) {
        const sent = performance.now();
        socket.send(message);
        await socket.acknowledged(from + (j + 1) * batch - 1);
        took.push(performance.now() - sent);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const { socket } of open) socket.close();
  return { perSecond: (each * batch * sessions) / seconds, p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}

/** Fills one client group, and asks it and the bare object for the same words. */
async function measureSearch(entries: number, runs: number): Promise<Record<string, number>> {
  const scan = await startBare();
  const worker = await startWorker();
  try {
    for (const [index, ingest] of [scan, worker].entries()) {
      const random = new Random(11);
      const sessions = index === 0 ? 1 : 20;
      const each = Math.ceil(entries / sessions / BATCH);
      let n = 0;
      for (let i = 0; i < sessions; i++) {
        const { socket, from } = await ingest.open(index === 0 ? 0 : i);
        n = from;
        for (let j = 0; j < each; j++, n += BATCH) {
          socket.send(eventsMessage(n, random, BATCH, 11));
          await socket.acknowledged(n + BATCH - 1);
        }
        socket.close();
      }
    }
    const path = (word: string) => `groups/${worker.group}/search?limit=50&q=${encodeURIComponent(word)}`;
    // The index follows some seconds behind: it is whole when the last session's last event is in it.
    let size = -1;
    await until("the index", 600, async () => {
      const counts = await worker.api.get<{ items: { entries: number }[] }>(`groups/${worker.group}/sessions?limit=200`);
      const now = counts.items.reduce((sum, one) => sum + one.entries, 0);
      const done = now >= entries && now === size;
      size = now;
      if (!done) await new Promise((resolve) => setTimeout(resolve, 3000));
      return done ? true : undefined;
    });
    const searches: number[] = [];
    const scans: number[] = [];
    for (let i = 0; i < runs * 5; i++) {
      for (const word of WORDS) {
        searches.push(await timed(() => worker.api.get<SearchPage>(path(word))));
        scans.push(await timed(() => scan.search(0, word)));
      }
    }
    const [p95, plain] = [quantile(searches, 0.95), median(scans)];
    return { search_p95_ratio_scan: p95 / plain, search_ms_p95: p95, search_ms_p50: median(searches), scan_ms_p50: plain, entries };
  } finally {
    await scan.stop();
    await worker.stop();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

/** A message of so many outputs, with so many lines each. */
function eventsMessage(from: number, random: Random, batch: number, lines = 1): string {
  const events = Array.from({ length: batch }, (_, i) => ({
    n: from + i,
    seen: "2026-11-22T09:30:00.000Z",
    kind: "output",
    fields: { command: 3, stream: "stdout", newline: true },
    text: { output: { seed: randomBytes(32).toString("base64"), lines: Array.from({ length: lines }, () => line(random)) } },
  }));
  return JSON.stringify({ type: "events", events });
}

function line(random: Random): string {
  const found = random.int(400) === 0 ? random.pick(WORDS.slice(1, -1)) : random.hex(12);
  return `Service ${random.int(100_000)} spooler on ACME-WS${random.int(500)} status ${random.hex(8)} ${found} after ${random.int(9999)} ms`;
}
