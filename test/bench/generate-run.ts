import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { writePackage } from "../../generator/node.ts";
import { openPackage } from "../../generator/verify/open.ts";
import * as viewer from "../../viewer/renderer.ts";
import { openCorpus } from "./corpus.ts";

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

async function generate(corpus: string, zip: string): Promise<number> {
  const { source, signer } = await openCorpus(corpus);
  const begun = performance.now();
  await writePackage(source, signer, zip, { viewer });
  return performance.now() - begun;
}

/** Only the deflating and hashing of the files that are in the ZIP; reading and inflating them first is not counted. */
async function floor(zip: string): Promise<number> {
  const { reader, close } = await openPackage(zip);
  let spent = 0;
  for (const { path } of reader.files) {
    const parts: Uint8Array[] = [];
    for await (const part of reader.open(path)) parts.push(part);
    const content = Buffer.concat(parts);
    const begun = performance.now();
    const deflated = deflateRawSync(content, { level: 6 });
    createHash("sha256").update(content).digest();
    spent += performance.now() - begun;
    if (inflateRawSync(deflated).length !== content.length) throw new Error(`${path} does not inflate again`);
  }
  await close();
  return spent;
}

const [what, corpus, zip] = process.argv.slice(2) as [string, string, string];
const before = process.cpuUsage();
const spent = what === "floor" ? await floor(zip) : await generate(corpus, zip);
const { user, system } = process.cpuUsage(before);
const rss = process.resourceUsage().maxRSS / 1024;
const result: GenerateRun = {
  seconds: spent / 1000,
  cpu: (user + system) / 1e6,
  rss,
  bytes: await contentSize(zip),
  packed: (await stat(zip)).size,
};
console.log(JSON.stringify(result));

/** Size of all files, by the central directory. */
async function contentSize(path: string): Promise<number> {
  const { reader, close } = await openPackage(path);
  await close();
  return reader.files.reduce((sum, { size }) => sum + size, 0);
}
