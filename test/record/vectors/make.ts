// Writes the test vectors anew: node test/record/vectors/make.ts [--tokens]
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Files } from "../sample.ts";
import { bagVectors } from "./bags.ts";
import { type Base, type Draft, drafts, makeBase, zipOf } from "./base.ts";
import { checkpointVectors } from "./checkpoints.ts";
import { containerVectors } from "./containers.ts";
import { entryVectors } from "./entries.ts";
import { groupVectors } from "./groups.ts";
import { disclosureVectors, handoffVectors } from "./handoffs.ts";
import { signatureVectors, statementVectors } from "./origins.ts";
import { referenceVectors } from "./references.ts";
import { textVectors } from "./texts.ts";
import { makeTokens, type Tokens, tokenVectors } from "./tokens.ts";
import { treeVectors } from "./tree.ts";
import { encodeVector } from "./vector.ts";

export const FOLDER = fileURLToPath(new URL("../../../fixtures/vectors/", import.meta.url));
export const EXTENSION = ".vector";

/** Every vector, by the name of its file. The same bytes each time and on every machine. */
export async function makeVectors(): Promise<Files> {
  const base = await makeBase();
  const out: Files = new Map();
  for (const { make, ...header } of allDrafts(base, await readTokens())) {
    const path = `${header.name}${EXTENSION}`;
    if (out.has(path)) throw new Error(`expected each name once, got ${path} again`);
    const made = await make();
    out.set(path, encodeVector({ ...header, zip: made instanceof Map ? await zipOf(made) : made }));
  }
  return out;
}

function allDrafts(base: Base, tokens: Tokens): Draft[] {
  return [
    ...drafts("sample", [
      ["whole", "A package with a live and an imported session.", "verified", () => base.two],
      ["without-sessions", "A package without sessions.", "verified", () => base.small],
    ]),
    ...entryVectors(base),
    ...referenceVectors(),
    ...textVectors(base),
    ...treeVectors(base),
    ...checkpointVectors(base),
    ...groupVectors(base),
    ...handoffVectors(base),
    ...disclosureVectors(base),
    ...tokenVectors(base, tokens),
    ...signatureVectors(base),
    ...statementVectors(base),
    ...bagVectors(base),
    ...containerVectors(base),
  ];
}

async function readTokens(): Promise<Tokens> {
  const names = (await readdir(join(FOLDER, "tokens"))).filter((name) => name.endsWith(".tsr"));
  return new Map(
    await Promise.all(names.map(async (name) => [name.slice(0, -4), await bytesOf(join(FOLDER, "tokens", name))] as const)),
  );
}

async function bytesOf(path: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(path));
}

async function write(files: Files): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(FOLDER, path)), { recursive: true });
    await writeFile(join(FOLDER, path), bytes);
  }
}

if (import.meta.main) {
  if (process.argv.includes("--tokens")) await write(await makeTokens(await makeBase()));
  const vectors = await makeVectors();
  for (const name of await readdir(FOLDER)) if (name.endsWith(EXTENSION) && !vectors.has(name)) await rm(join(FOLDER, name));
  await write(vectors);
  const bytes = [...vectors.values()].reduce((sum, one) => sum + one.length, 0);
  console.log(
    `${vectors.size} vectors, ${bytes} bytes, the largest ${Math.max(...[...vectors.values()].map((one) => one.length))}`,
  );
}
