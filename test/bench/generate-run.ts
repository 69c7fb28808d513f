import "../../generator/node-small-heap.ts";
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { writePackage } from "../../generator/node.ts";
import { NodeCrew } from "../../generator/node-crew.ts";
import { completeHandoff } from "../../generator/package.ts";
import { readSession } from "../../generator/session-records.ts";
import { openPackage } from "../../generator/verify/open.ts";
import { utf8 } from "../../record/bytes.ts";
import { sessionPages } from "../../viewer/page.ts";
import * as viewer from "../../viewer/renderer.ts";
import { openCorpus } from "./corpus.ts";
import { peakMemory } from "./memory.ts";

/** What a run does. */
export type GenerateWhat = "generate" | "floor" | "render";

/** Figures of one run. */
export interface GenerateRun {
  seconds: number;
  /** Seconds of all cores. */
  cpu: number;
  /** Peak memory in MB. */
  rss: number;
  /** Of the package's files, and of the ZIP. */
  bytes: number;
  packed: number;
}

/** Adds up time by the clock, and time of all cores. */
class Stopwatch {
  seconds = 0;
  cpu = 0;
  #begun = 0;
  #before: NodeJS.CpuUsage | undefined;

  start(): void {
    this.#before = process.cpuUsage();
    this.#begun = performance.now();
  }

  stop(): void {
    const { user, system } = process.cpuUsage(this.#before);
    this.seconds += (performance.now() - this.#begun) / 1000;
    this.cpu += (user + system) / 1e6;
  }
}

async function generate(corpus: string, zip: string): Promise<Stopwatch> {
  const { source, signer } = await openCorpus(corpus);
  const watch = new Stopwatch();
  const crew = new NodeCrew();
  watch.start();
  await writePackage(source, signer, zip, { viewer, crew });
  watch.stop();
  await crew.close();
  return watch;
}

/** Only the deflating and hashing of the files that are in the ZIP; reading and inflating them first is not counted. */
async function floor(zip: string): Promise<Stopwatch> {
  const { reader, close } = await openPackage(zip);
  const watch = new Stopwatch();
  for (const { path } of reader.files) {
    const parts: Uint8Array[] = [];
    for await (const part of reader.open(path)) parts.push(part);
    const content = Buffer.concat(parts);
    watch.start();
    const deflated = deflateRawSync(content, { level: 6 });
    createHash("sha256").update(content).digest();
    watch.stop();
    if (inflateRawSync(deflated).length !== content.length) throw new Error(`${path} does not inflate again`);
  }
  await close();
  return watch;
}

/** Only the rendering of the session pages, by one thread; reading them is not counted. */
async function render(corpus: string): Promise<Stopwatch & { rendered: number }> {
  const { source, signer } = await openCorpus(corpus);
  const handoff = completeHandoff(source, signer, viewer);
  const watch = Object.assign(new Stopwatch(), { rendered: 0 });
  for (const session of handoff.sessions) {
    const { entries } = await readSession(source, session);
    const digests = entries.map(() => "0".repeat(64));
    watch.start();
    for (const page of sessionPages({ handoff, session, entries, digests, witnessed: null }))
      watch.rendered += utf8(await viewer.render(page)).length;
    watch.stop();
  }
  return watch;
}

const [what, corpus, zip] = process.argv.slice(2) as [GenerateWhat, string, string];
const watch = what === "floor" ? await floor(zip) : what === "render" ? await render(corpus) : await generate(corpus, zip);
const { seconds, cpu } = watch;
const rss = peakMemory();
const result: GenerateRun = {
  seconds,
  cpu,
  rss,
  bytes: "rendered" in watch ? (watch.rendered as number) : await contentSize(zip),
  packed: (await stat(zip)).size,
};
console.log(JSON.stringify(result));

/** Size of all files, by the central directory. */
async function contentSize(path: string): Promise<number> {
  const { reader, close } = await openPackage(path);
  await close();
  return reader.files.reduce((sum, { size }) => sum + size, 0);
}
