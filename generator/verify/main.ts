#!/usr/bin/env node
import { parseArgs } from "node:util";
import { parseDisclosure } from "../../record/disclosure.ts";
import { RecordError } from "../../record/error.ts";
import { checkTimestamp } from "../../record/timestamp.ts";
import { type Report, verifyPackage } from "../../record/verify.ts";
import { verifyRecords } from "../../record/verify-records.ts";
import { keepHeapSmallest } from "../node-memory.ts";
import { told } from "../told.ts";
import { crewOf } from "./crew.ts";
import { nodeHashes } from "./hashes.ts";
import { isMiscalled } from "./miscalled.ts";
import { openPackage, requirePackage } from "./open.ts";
import { progressLine } from "./progress.ts";
import { findRecords } from "./records.ts";
import { inWords, jsonReport } from "./report.ts";
import { readCertificates, readOption, readSigners } from "./trusted.ts";

const HELP = `Usage: npm run verify -- <package.zip or unzipped folder> [--signers FILE] [--json]
       npm run verify -- <ID.entries.jsonl or folder of records> [--signers FILE] [--json]

Checks a package: that every file is the one that was signed and none was added (intact), who signed it (origin),
what is known of its times (time), and what is left out or hidden (complete).

Checks records alone, without the package in which they came: of one session, named by any of its files ID.entries.jsonl,
ID.text.jsonl, ID.checkpoint, which lie side by side; or of all sessions in a folder. Whether there are other sessions is
not proven then, and who signed only with --signers.

  --signers FILE   an allowed_signers file, as ssh-keygen uses it, with the keys that you trust. Take it from the
                   organisation itself, not out of the package: a package can't vouch for itself.
  --authorities FILE  certificates in PEM of the time-stamping authorities that you trust
  --disclosure FILE  also proves a line that was revealed later against what the package or the records hide
  --json           print one line: {"verdict", "verdicts", "signer", "findings": [{code, status, subject, detail}], "more",
                   "sessions", "hidden", "hiddenLines"}. "more" counts by code the findings beyond the first 10,000 of
                   each status; of the lines that a session hides the first 10,000 are told.

Exit status: 0 everything that was checked holds, 1 something fails, 2 the input can't be read as a package or records.
`;

/** Runs the command. @returns the exit status. */
async function main(args: string[]): Promise<number> {
  keepHeapSmallest();
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      signers: { type: "string" },
      authorities: { type: "string" },
      disclosure: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0)
    throw new RecordError("path/malformed", "expected one package: a ZIP or a folder. See --help");
  const trusted = values.signers === undefined ? undefined : await readSigners(values.signers);

  const authorities = values.authorities === undefined ? undefined : await readCertificates(values.authorities);
  const timestamps = { check: checkTimestamp, authorities };

  const disclosures = values.disclosure === undefined ? [] : [parseDisclosure(await readOption("disclosure", values.disclosure))];
  const onProgress = values.json ? undefined : progressLine("verifying");
  const print = (report: Report) => {
    process.stdout.write(values.json ? `${JSON.stringify(jsonReport(report))}\n` : inWords(report));
    return report.verdict === "verified" ? 0 : 1;
  };

  const records = await findRecords(path, onProgress);
  if (records !== undefined) return print(await verifyRecords(records, { trusted, disclosures, hashes: nodeHashes }));

  const opened = await openPackage(path);
  try {
    requirePackage(opened.reader);
    const report = await verifyPackage(opened.reader, {
      trusted,
      timestamps,
      disclosures,
      hashes: nodeHashes,
      divide: crewOf(path, opened.contents),
      onProgress,
    });
    return print(report);
  } finally {
    await opened.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known = told(error);
  const package_ = error instanceof RecordError ? /^(zip|bag)\//.test(error.code) : !isMiscalled(error);
  process.stderr.write(`${package_ ? "Can't be read as a package" : "Can't verify"}: ${known}\n`);
  if (process.argv.includes("--json"))
    process.stdout.write(`${JSON.stringify({ verdict: "unreadable", findings: [], error: known })}\n`);
  process.exitCode = 2;
}
