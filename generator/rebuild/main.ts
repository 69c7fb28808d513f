#!/usr/bin/env node
import { parseArgs } from "node:util";
import { RecordError } from "../../record/error.ts";
import * as viewer from "../../viewer/renderer.ts";
import { nodePlatform } from "../node-platform.ts";
import { told } from "../told.ts";
import { isMiscalled } from "../verify/miscalled.ts";
import { openPackage, requirePackage } from "../verify/open.ts";
import { comparePackage } from "./compare.ts";

const HELP = `Usage: npm run rebuild -- <package.zip or unzipped folder> [--json]

Renders the pages, the search index and the tables of a package again from its records, and compares them with those in the package,
byte by byte: so the pages show what the records say, and nothing else. It takes the version of the pages with which the package was made.

  --json   print one line: {"same", "differences": [{path, kind, at}], "viewer": {package, here}}, or {"same": null, "error"}

Exit status: 0 all the same, 1 something differs, 2 the input can't be read as a package.
`;

/** Runs the command. @returns the exit status. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) {
    throw new RecordError("path/malformed", "expected one package: a ZIP or a folder. See --help");
  }
  const opened = await openPackage(path);
  try {
    requirePackage(opened.reader);
    const progress = process.stderr.isTTY && !values.json ? say : undefined;
    const { same, differences, sameViewer, handoff } = await comparePackage(opened.reader, nodePlatform(), viewer, progress);
    progress?.(0, 0);
    if (values.json) {
      process.stdout.write(
        `${JSON.stringify({ same, differences, viewer: { package: handoff.generator.viewer, here: viewer.viewerHash } })}\n`,
      );
      return differences.length === 0 ? 0 : 1;
    }
    if (!sameViewer) {
      process.stdout.write(
        `The package was made with other pages (${handoff.generator.version}, ${handoff.generator.viewer}): differences are to be expected.\n`,
      );
    }
    for (const one of differences)
      process.stdout.write(`${one.kind.padEnd(8)} ${one.path}${one.at === undefined ? "" : ` from byte ${one.at}`}\n`);
    process.stdout.write(`${same} files are the same, ${differences.length} are not\n`);
    return differences.length === 0 ? 0 : 1;
  } finally {
    await opened.close();
  }
}

function say(done: number, total: number): void {
  process.stderr.write(total === 0 ? "\r\x1b[K" : `\rcomparing file ${done} of ${total}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known = told(error);
  process.stderr.write(`${isMiscalled(error) ? "Can't compare" : "Can't be read as a package"}: ${known}\n`);
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ same: null, error: known })}\n`);
  process.exitCode = 2;
}
