import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { splitCorpus } from "./corpus.ts";

const run = promisify(execFile);

/** What takes how long when the session pages are made as anyone would make them with Astro. */
export interface AstroSite {
  /** Seconds of `astro build`, and of `zip -6` and `sha256sum` afterwards. */
  build: number;
  pack: number;
  /** Bytes of its pages. */
  bytes: number;
}

const CONFIG = `import { defineConfig } from "astro/config";
export default defineConfig({ output: "static", compressHTML: true, build: { format: "file" }, devToolbar: { enabled: false } });
`;

const ENTRY_IMPORT = 'import Entry from "../../parts/Entry.astro";';

const PAGE = `---
import { readdirSync, readFileSync } from "node:fs";
${ENTRY_IMPORT}

export function getStaticPaths() {
  return readdirSync("./corpus").map((session) => ({ params: { session } }));
}
const { session } = Astro.params;
const rows = readFileSync(\`./corpus/\${session}\`, "utf8").split("\\n").slice(0, -1).map((row) => JSON.parse(row));
const entries = rows.flatMap((entry, i) => (i % 2 === 0 ? [{ entry, text: rows[i + 1] }] : []));
---
<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>{session}</title><link rel="stylesheet" href="../assets/site.css" /></head>
  <body>
    <main>
      <h1>{entries[0].text.subject.lines.join(" ")}</h1>
      <ol class="timeline">{entries.map(({ entry, text }) => <Entry entry={entry} text={text} />)}</ol>
    </main>
  </body>
</html>
`;

const ENTRY = `---
import Line from "./Line.astro";

const { entry, text } = Astro.props;
---
<li id={\`e\${entry.seq}\`} class={entry.kind}>
  <a class="seq" href={\`#e\${entry.seq}\`}>{entry.seq}</a>
  <time datetime={entry.at}>{entry.at.slice(11, 19)}</time>
  {Object.entries(text).map(([field, value]) => (
    <div class={field}>
      {value.lines.map((line, i) => <Line address={\`e\${entry.seq}.\${field}.\${i + 1}\`} line={line} number={i + 1} />)}
    </div>
  ))}
</li>
`;

const LINE = `---
const { address, line, number } = Astro.props;
---
<span class="line" id={address}><a href={\`#\${address}\`}>{number}</a>{line}</span>
`;

/** Builds a static site with a page for each session of a corpus, a component an entry and a line, and packs it by hand. */
export async function makeAstroSite(corpus: string): Promise<AstroSite> {
  // Below the repository, so that Astro is found.
  const out = join(import.meta.dirname, "../../out");
  await mkdir(out, { recursive: true });
  const folder = await mkdtemp(join(out, "astro-"));
  try {
    await mkdir(join(folder, "src/pages/sessions"), { recursive: true });
    await mkdir(join(folder, "src/parts"));
    await splitCorpus(corpus, join(folder, "corpus"));
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    await writeFile(join(folder, "astro.config.mjs"), CONFIG);
    await writeFile(join(folder, "src/pages/sessions/[session].astro"), PAGE);
    await writeFile(join(folder, "src/parts/Entry.astro"), ENTRY);
    await writeFile(join(folder, "src/parts/Line.astro"), LINE);
    const astro = join(import.meta.dirname, "../../node_modules/astro/bin/astro.mjs");
    const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: "1" };
    const build = await seconds(() =>
      run(process.execPath, [astro, "build", "--silent"], { cwd: folder, env, maxBuffer: 1 << 28 }),
    );
    const pages = join(folder, "dist/sessions");
    let bytes = 0;
    for (const name of await readdir(pages)) bytes += (await stat(join(pages, name))).size;
    const pack = await seconds(async () => {
      await run("zip", ["-6", "-q", "-r", "../site.zip", "."], { cwd: join(folder, "dist") });
      await run("sh", ["-c", "find . -type f -print0 | xargs -0 sha256sum > ../manifest"], { cwd: join(folder, "dist") });
    });
    return { build, pack, bytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
