#!/usr/bin/env node
import { mkdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import { fromUtf8 } from "../../record/bytes.ts";
import { RecordError } from "../../record/error.ts";
import { checkTimestamp } from "../../record/timestamp.ts";
import { verifyPackage } from "../../record/verify.ts";
import type { CertificatePage } from "../../viewer/page.ts";
import * as viewer from "../../viewer/renderer.ts";
import { GeneratorError } from "../error.ts";
import { told } from "../told.ts";
import { crewOf } from "../verify/crew.ts";
import { nodeHashes } from "../verify/hashes.ts";
import { isMiscalled } from "../verify/miscalled.ts";
import { openPackage, requirePackage } from "../verify/open.ts";
import { progressLine } from "../verify/progress.ts";
import { inWords, jsonReport } from "../verify/report.ts";
import { readCertificates, readSigners } from "../verify/trusted.ts";
import { certificateOf, checkedPackage } from "./checked.ts";
import { certificateFacts } from "./facts.ts";

const HELP = `Usage: npm run certificate -- <package.zip or unzipped folder> [--out FILE.html] [--signers FILE] [--authorities FILE] [--json]

Verifies a package and writes a draft certification of it (US Federal Rules of Evidence 902(13) and 902(14)), for a qualified person to check,
complete and sign: the package's own page data/certificate.html, with what can be known only of a finished package filled in. It is not legal advice.

  --out FILE.html  where to write it; otherwise beside the package, as <package>-certification.html. Never over a file that is there.
  --signers FILE   an allowed_signers file, as ssh-keygen uses it, with the keys that you trust, from another source than the package
  --authorities FILE  certificates in PEM of the time-stamping authorities that you trust
  --json           print one line with the same facts as data; then a file is written only where --out says

Exit status: 0 written, 1 the package does not verify and nothing is written, 2 it can't be read as a package, or the file can't be written.
`;

/** Runs the command. @returns the exit status. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: "string" },
      signers: { type: "string" },
      authorities: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) {
    throw new RecordError("path/malformed", "expected one package: a ZIP or a folder. See --help");
  }
  const out = values.out ?? (values.json ? undefined : outBeside(path));
  if (out !== undefined) await checkOut(out, path);
  const trusted = values.signers === undefined ? undefined : await readSigners(values.signers);
  const authorities = values.authorities === undefined ? undefined : await readCertificates(values.authorities);

  const opened = await openPackage(path);
  try {
    const { reader } = opened;
    requirePackage(reader);
    const at = new Date();
    const report = await verifyPackage(reader, {
      trusted,
      timestamps: { check: checkTimestamp, authorities },
      hashes: nodeHashes,
      divide: crewOf(path, opened.contents),
      onProgress: values.json ? undefined : progressLine("verifying"),
    });
    if (report.verdict !== "verified") {
      if (values.json) process.stdout.write(`${JSON.stringify(jsonReport(report))}\n`);
      process.stderr.write(`${values.json ? "" : inWords(report)}No certification is made of a package that does not verify.\n`);
      return 1;
    }
    const page = await certificateOf(reader);
    const checked = await checkedPackage(path, reader, report, at);
    if (out !== undefined) {
      await write(out, await viewer.render({ ...page, finished: { ...checked, style: stylesheet() } }));
      if (!values.json) process.stdout.write(written(out, page));
    }
    if (values.json) process.stdout.write(`${JSON.stringify(certificateFacts(page, checked))}\n`);
    return 0;
  } finally {
    await opened.close();
  }
}

function outBeside(path: string): string {
  const full = resolve(path);
  return join(dirname(full), `${basename(full).replace(/\.zip$/i, "")}-certification.html`);
}

/** @throws GeneratorError `output/exists`, `output/in-package`. */
async function checkOut(out: string, path: string): Promise<void> {
  const way = relative(resolve(path), resolve(out));
  if (way === "" || (!way.startsWith(`..${sep}`) && way !== ".." && (await isFolder(path)))) {
    throw new GeneratorError("output/in-package", "expected --out outside of the package: a file more and it would not verify");
  }
  const there = await stat(out).then(
    () => true,
    () => false,
  );
  if (there) throw new GeneratorError("output/exists", `expected a file that is not there yet, got ${JSON.stringify(out)}`);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function write(out: string, html: string): Promise<void> {
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, html, { flag: "wx" });
}

function stylesheet(): string {
  const found = viewer.assets.find(({ path }) => path.endsWith("/site.css"));
  if (found === undefined) throw new TypeError("expected the viewer to have a stylesheet");
  return fromUtf8(found.bytes);
}

function written(out: string, { totals, handoff }: CertificatePage): string {
  return (
    `Draft certification of ${handoff.handoff}: ${totals.live} live and ${totals.imported} imported sessions, ${totals.entries} entries\n` +
    `Written to ${out}\nOpen it in a browser and print it. A qualified person checks, completes and signs it.\n`
  );
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const said = told(error);
  const output = error instanceof GeneratorError && error.code.startsWith("output/");
  const what = output ? "Can't be written" : isMiscalled(error) ? "Can't certify" : "Can't be read as a package";
  process.stderr.write(`${what}: ${said}\n`);
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ verdict: "unreadable", error: said })}\n`);
  process.exitCode = 2;
}
