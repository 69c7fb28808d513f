import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { writePackage } from "../../generator/node.ts";
import { openCorpus, writeCorpus } from "./corpus.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const NAME = `caisey-bench-verify-${process.getuid?.() ?? 0}-`;

/** A package to verify, and the same one unzipped. */
export interface BenchPackage {
  zip: string;
  folder: string;
}

/**
 * The package with so many entries. It takes longer to make than to verify, so it is kept in the temporary folder for the next time;
 * one that other code made is made anew, and takes the place of the old one.
 */
export async function benchPackage(entries: number): Promise<BenchPackage> {
  const key = createHash("sha256")
    .update(await sources())
    .update(String(entries))
    .digest("hex")
    .slice(0, 16);
  const home = join(tmpdir(), `${NAME}${key}`);
  if (!existsSync(home)) {
    for (const old of await readdir(tmpdir())) {
      if (old.startsWith(NAME)) await rm(join(tmpdir(), old), { recursive: true, force: true });
    }
    const fresh = await mkdtemp(`${home}-`);
    // By a process of its own: what this one holds would be measured with it.
    await run(process.execPath, [import.meta.filename, fresh, String(entries)], { maxBuffer: 1 << 26 });
    await rename(fresh, home);
  }
  return { zip: join(home, "package.zip"), folder: join(home, "unzipped") };
}

/** All that decides what is in the package. */
async function sources(): Promise<string> {
  const files = globSync("{record,generator,test/bench,test/generator}/*.ts", { cwd: ROOT }).sort();
  const texts = await Promise.all([...files, "viewer/dist/inputs.sha256"].map((file) => readFile(join(ROOT, file), "utf8")));
  return texts.join("\n");
}

async function make(home: string, entries: number): Promise<void> {
  const viewer = await import("../../viewer/renderer.ts");
  const corpus = join(home, "corpus");
  await mkdir(corpus);
  await writeCorpus(corpus, entries);
  const { source, signer } = await openCorpus(corpus);
  await writePackage(source, signer, join(home, "package.zip"), { viewer });
  await rm(corpus, { recursive: true });
  await run("unzip", ["-q", join(home, "package.zip"), "-d", join(home, "unzipped")]);
  await writeFile(join(home, "entries"), String(entries));
}

const [script, home, entries] = process.argv.slice(1);
if (script !== undefined && pathToFileURL(script).href === import.meta.url && home !== undefined) await make(home, Number(entries));
