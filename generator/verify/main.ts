#!/usr/bin/env node
import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { RecordError } from "../../record/error.ts";
import { FINDING_KINDS } from "../../record/finding.ts";
import { TAG_MANIFEST } from "../../record/path.ts";
import { type AllowedSigner, keyBlob, parseAllowedSigners } from "../../record/sshsig.ts";
import { checkTimestamp } from "../../record/timestamp.ts";
import { type Report, verifyPackage } from "../../record/verify.ts";
import { nodeHashes } from "./hashes.ts";
import { openPackage } from "./open.ts";

const HELP = `Usage: npm run verify -- <package.zip or unzipped folder> [--signers FILE] [--json]

Checks a package: that every file is the one that was signed and none was added (intact), who signed it (origin),
what is known of its times (time), and what is left out or hidden (complete).

  --signers FILE   an allowed_signers file, as ssh-keygen uses it, with the keys that you trust. Take it from the
                   organisation itself, not out of the package: a package can't vouch for itself.
  --authorities FILE  certificates in PEM of the time-stamping authorities that you trust
  --json           print one line: {"verdict", "verdicts", "findings": [{code, status, subject, detail}]}

Exit status: 0 everything that was checked holds, 1 something fails, 2 the input can't be read as a package.
`;

const WORDS: Record<string, string> = { holds: "holds", unknown: "not proven", failed: "FAILED" };

/** Runs the command. @returns the exit status. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { signers: { type: "string" }, authorities: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean" } },
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

  const opened = await openPackage(path);
  try {
    if (!opened.reader.files.some((file) => file.path === TAG_MANIFEST)) {
      throw new RecordError("bag/malformed", `expected a package: there is no ${TAG_MANIFEST} in it`);
    }
    const report = await verifyPackage(opened.reader, {
      trusted,
      timestamps,
      hashes: nodeHashes,
      onProgress: values.json ? undefined : progress(),
    });
    process.stdout.write(values.json ? `${JSON.stringify(publicReport(report))}\n` : inWords(report));
    return report.verdict === "verified" ? 0 : 1;
  } finally {
    await opened.close();
  }
}

async function readSigners(path: string): Promise<AllowedSigner[]> {
  const signers = parseAllowedSigners(await readFile(path, "utf8"));
  if (signers.length === 0) throw new RecordError("signers/malformed", "expected at least one Ed25519 key in the signers file");
  return signers;
}

/** Certificates of a PEM file, as DER. */
async function readCertificates(path: string): Promise<Uint8Array[]> {
  const blocks = (await readFile(path, "utf8")).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new RecordError("timestamp/malformed", "expected at least one certificate in PEM");
  return blocks.map((block) => new X509Certificate(block).raw);
}

function publicReport(report: Report) {
  const { verdict, verdicts, findings, signer, sessions, hidden } = report;
  return {
    verdict,
    verdicts,
    signer: signer && fingerprint(signer),
    findings,
    sessions: sessions.map(({ session, holds, witnessed }) => ({ session, holds, witnessed })),
    hidden,
  };
}

function inWords(report: Report): string {
  const { verdicts, findings, handoff, signer } = report;
  const lines: string[] = [];
  if (handoff)
    lines.push(`${handoff.client.name}: from ${handoff.from.organization} to ${handoff.to.name}, made ${handoff.created}`);
  if (signer) lines.push(`Signed with ${fingerprint(signer)}`);
  lines.push("");
  for (const one of findings) {
    if (one.status === "ok" && one.code.startsWith("session/")) continue;
    lines.push(`${one.status === "failed" ? "FAILED" : one.status.padEnd(6)} ${one.code}  ${one.subject}: ${one.detail}`);
    if (one.status === "failed") lines.push(`       ${FINDING_KINDS[one.code].means}`);
  }
  lines.push(
    "",
    `${report.sessions.filter((one) => one.holds).length} of ${report.sessions.length} sessions recomputed to their signed checkpoints`,
  );
  for (const [question, verdict] of Object.entries(verdicts)) lines.push(`${question.padEnd(9)} ${WORDS[verdict]}`);
  lines.push(`Verdict: ${report.verdict}`);
  return `${lines.join("\n")}\n`.replace(/[^\n\x20-\x7e\u00a0-\u{10ffff}]/gu, "?");
}

/** As `ssh-keygen -l` prints it. */
function fingerprint(publicKey: Uint8Array): string {
  return `SHA256:${createHash("sha256").update(keyBlob(publicKey)).digest("base64").replace(/=+$/, "")}`;
}

/** A line on the terminal, rewritten now and then. */
function progress(): ((done: number, total: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  let shown = -1;
  return (done, total) => {
    const percent = Math.floor((100 * done) / Math.max(1, total));
    if (percent === shown) return;
    shown = percent;
    process.stderr.write(percent === 100 ? "\r\x1b[K" : `\rverifying ${percent}%`);
  };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known = error instanceof RecordError ? `${error.code}: ${error.message}` : (error as Error).message;
  process.stderr.write(`Can't be read as a package: ${known}\n`);
  if (process.argv.includes("--json"))
    process.stdout.write(`${JSON.stringify({ verdict: "unreadable", findings: [], error: known })}\n`);
  process.exitCode = 2;
}
