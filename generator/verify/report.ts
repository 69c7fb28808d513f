import { FINDING_KINDS } from "../../record/finding.ts";
import { sshFingerprint } from "../../record/sshsig.ts";
import type { Report } from "../../record/verify.ts";

const WORDS: Record<string, string> = { holds: "holds", unknown: "not proven", failed: "FAILED" };

/** What `--json` prints. */
export function jsonReport(report: Report) {
  const { verdict, verdicts, findings, more, signer, sessions, hidden, hiddenLines } = report;
  return {
    verdict,
    verdicts,
    signer: signer && sshFingerprint(signer),
    findings,
    more,
    sessions: sessions.map(({ session, holds, witnessed }) => ({ session, holds, witnessed })),
    hidden,
    hiddenLines,
  };
}

/** The report for people. Whatever a package names is shown in printable characters only. */
export function inWords(report: Report): string {
  const { verdicts, findings, handoff, signer } = report;
  const lines: string[] = [];
  if (handoff)
    lines.push(
      printable(`${handoff.client.name}: from ${handoff.from.organization} to ${handoff.to.name}, made ${handoff.created}`),
    );
  if (signer) lines.push(`Signed with ${sshFingerprint(signer)}`);
  lines.push("");
  for (const one of findings) {
    if (one.status === "ok" && one.code.startsWith("session/")) continue;
    const status = one.status === "failed" ? "FAILED" : one.status.padEnd(6);
    lines.push(printable(`${status} ${one.code}  ${one.subject}: ${one.detail}`));
    if (one.status === "failed") lines.push(`       ${FINDING_KINDS[one.code].means}`);
  }
  for (const [code, count] of Object.entries(report.more)) lines.push(`and ${count} more of ${code}`);
  lines.push(
    "",
    `${report.sessions.filter((one) => one.holds).length} of ${report.sessions.length} sessions recomputed to their signed checkpoints`,
  );
  for (const [question, verdict] of Object.entries(verdicts)) lines.push(`${question.padEnd(9)} ${WORDS[verdict]}`);
  lines.push(`Verdict: ${verdictInWords(report)}`);
  return `${lines.join("\n")}\n`;
}

/** Nobody should read `verified` as "by whom it says": without a key of the reader's own that is not proven. */
function verdictInWords({ verdict, verdicts, signer }: Report): string {
  if (verdict === "failed" || verdicts.origin === "holds") return verdict;
  if (signer === undefined)
    return "nothing is wrong with the records; who signed them is not proven (name a key that you trust with --signers)";
  const how = `compare the key ${sshFingerprint(signer)} with one from a source that you trust, and name it with --signers`;
  return `nothing is wrong with the package; who signed it is not proven (${how})`;
}

/** One line of what can be seen: a name in a package must neither move the cursor, nor turn the writing round, nor add a line. */
function printable(text: string): string {
  return text.replace(/[^ \p{L}\p{M}\p{N}\p{P}\p{S}]/gu, "?");
}
