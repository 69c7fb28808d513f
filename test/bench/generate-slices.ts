import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { fromBase64, toBase64 } from "../../record/bytes.ts";
import type { Recorded } from "../../record/wire.ts";
import type { Bench } from "./bench.ts";
import { openCorpus, writeCorpus } from "./corpus.ts";
import { watchIsolate } from "./isolate.ts";
import { memoryOf } from "./memory.ts";

const ENTRIES = 10_000;
/** Cloudflare ends an isolate beyond 128 MB, buffers included; the engine here has no such limit, and V8 would not hurry to collect. In MB. */
const HEAP = 80;

interface Made {
  bytes: number;
  files: number;
}

/**
 * Generation on the engine, slice by slice as the Handoff object does it: time, slices, and memory. What the platform limits is an isolate's memory; the
 * engine's process holds those of the bucket and of the runtime's own helpers too, and all parts that are being uploaded.
 */
export const bench: Bench = async ({ entries = ENTRIES }) => {
  const folder = mkdtempSync(join(tmpdir(), "caisey-bench-"));
  const corpus = join(folder, "corpus");
  await writeCorpus(corpus, entries);
  const server = await serveCorpus(corpus);
  process.env.MINIFLARE_WORKERD_V8_FLAGS = `--max-heap-size=${HEAP}`;
  const before = new Set(children());
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "maker",
      modules: [{ type: "ESModule", path: "maker.mjs", contents: await bundled() }],
      modulesRoot: "/",
      compatibilityDate: "2026-10-06",
      compatibilityFlags: ["nodejs_compat"],
      durableObjects: { MAKER: { className: "Maker", useSQLite: true } },
      r2Buckets: ["PACKAGES"],
      bindings: { CORPUS: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
      resourcePersistencePath: join(folder, "data"),
      cf: false,
      inspectorPort: 0,
      log: new Log(LogLevel.ERROR),
    }),
  );
  try {
    const url = await miniflare.ready;
    const pid = children().find((one) => !before.has(one)) ?? 0;
    const idle = memoryOf(pid, "VmRSS");
    // From here on the peak is counted anew (proc(5), clear_refs).
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
    const isolate = await watchIsolate(await miniflare.getInspectorURL(), "core:user:maker");
    const begun = performance.now();
    let slices = 0;
    let longest = 0;
    let made: Made | undefined;
    while (made === undefined) {
      const sliceBegun = performance.now();
      const response = await fetch(url);
      if (!response.ok) throw new Error(`expected a slice, got ${response.status}: ${await response.text()}`);
      made = ((await response.json()) as Made | null) ?? undefined;
      slices++;
      longest = Math.max(longest, performance.now() - sliceBegun);
    }
    const seconds = (performance.now() - begun) / 1000;
    return {
      metrics: {
        entries,
        seconds,
        entries_per_second: entries / seconds,
        zip_mb: made.bytes / 1e6,
        files: made.files,
        slices,
        slice_seconds_max: longest / 1000,
        isolate_mb_max: isolate.stop() / 1e6,
        rss_mb_idle: idle,
        rss_mb_growth: memoryOf(pid, "VmHWM") - idle,
      },
      goals: { isolate_mb_max: 128, slice_seconds_max: 30 },
    };
  } finally {
    await miniflare.dispose();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Answers what the object asks for. */
async function serveCorpus(corpus: string) {
  const { source, signer } = await openCorpus(corpus);
  const { session, leaves, ...stated } = source;
  const answer = async (path: string, body: string): Promise<unknown> => {
    if (path === "/source") return { ...stated, leaves: leaves.map(toBase64), publicKey: toBase64(signer.publicKey) };
    if (path === "/sign") return toBase64(await signer.sign(fromBase64(body)));
    const id = path.slice("/session/".length) as (typeof source.handoff.sessions)[0]["session"];
    const found = await session(id);
    const entries: Recorded[] = [];
    for await (const entry of found.entries()) entries.push(entry);
    return { checkpoint: found.checkpoint, entries };
  };
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => answer(request.url ?? "", body))
      .then((value) => response.end(JSON.stringify(value)));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, "generate-object.ts")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2023",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
  });
  return outputFiles[0]?.text ?? "";
}

function children(): number[] {
  const path = `/proc/${process.pid}/task/${process.pid}/children`;
  const pids = readFileSync(path, "utf8").trim().split(" ").filter(Boolean).map(Number);
  return pids.filter((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "workerd");
}
