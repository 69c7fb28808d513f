import { equal } from "./bytes.ts";
import { openCheckpointBy } from "./checkpoint.ts";
import { checkDisclosurePlace, type Disclosure } from "./disclosure.ts";
import { type Finding, finding } from "./finding.ts";
import { Findings } from "./findings.ts";
import type { Hashes } from "./hash.ts";
import { SIGNATURE_TYPE, type VerifierKey, verifierKey } from "./key.ts";
import { type Note, parseNote } from "./note.ts";
import { type LinePlace, recomputeSession, type SessionFiles } from "./recompute-session.ts";
import type { AllowedSigner } from "./sshsig.ts";
import { ANSWERS, byStatus, type Report, verdictsOf } from "./verify.ts";
import { checkpointFailure } from "./verify-checkpoint.ts";
import { checkEnds, reportOf, type SessionReport } from "./verify-session.ts";

export interface RecordsOptions {
  /** Keys that the reader trusts. Undefined: nothing shows who signed, as records alone don't name the organisation's key. */
  trusted?: readonly AllowedSigner[] | undefined;
  /** Hidden lines that were revealed later. */
  disclosures?: readonly Disclosure[] | undefined;
  hashes: Hashes;
}

/** A session's three files, and its id as they are called. Undefined when one of them is not there. */
export interface SessionRecords {
  session: string;
  files: SessionFiles | undefined;
}

/**
 * Recomputes sessions from their files alone, without the package in which they came: entries and texts to the root, the root against the
 * checkpoint, the checkpoint against the reader's keys, the endpoint's cosignature. What other sessions there are, nothing says here, so
 * that the last question stays open. Never throws.
 */
export async function verifyRecords(all: Iterable<SessionRecords>, options: RecordsOptions): Promise<Report> {
  const { trusted, disclosures = [], hashes } = options;
  const findings = new Findings();
  const sessions: SessionReport[] = [];
  for (const { session, files } of all) {
    if (files === undefined) {
      findings.add(finding("records/missing", session, "expected entries, texts and checkpoint of this session"));
      continue;
    }
    const report = await verifyOne(files, session, trusted, hashes, disclosures);
    findings.addAll(report.findings, report.more);
    sessions.push(report);
  }
  const hidden = sessions.flatMap((one) => one.hidden);
  for (const one of disclosures) findings.add(checkDisclosurePlace(one, hidden));
  return {
    verdict: findings.hasStatus("failed") ? "failed" : "verified",
    verdicts: verdictsOf(findings, { ...ANSWERS, intact: ["session/recomputed"] }),
    findings: byStatus(findings.kept),
    more: findings.more,
    handoff: undefined,
    signer: undefined,
    times: { group: undefined, package: undefined },
    sessions: sessions.map(({ findings: _, more: __, ...rest }) => rest),
    hidden,
    hiddenLines: sessions.reduce((sum, one) => sum + one.hiddenLines, 0),
  };
}

async function verifyOne(
  files: SessionFiles,
  session: string,
  trusted: readonly AllowedSigner[] | undefined,
  hashes: Hashes,
  wanted: readonly LinePlace[],
): Promise<SessionReport> {
  const read = await recomputeSession(files, session, hashes, wanted);
  const { findings, opened } = read;
  checkEnds(read);
  if (opened !== undefined && opened.session !== session) {
    const detail = `expected ${session} as its files are called, got ${opened.session}`;
    findings.add(finding("session/identity-differs", session, detail));
  }
  let note: Note | undefined;
  let keys: VerifierKey[] = [];
  try {
    const parsed = parseNote(files.checkpoint);
    keys = signersOf(parsed, trusted ?? []);
    if (keys.length > 0) openCheckpointBy(hashes.isSigned, files.checkpoint, keys);
    note = parsed;
    findings.add(originOf(session, keys, trusted));
  } catch (error) {
    findings.add(checkpointFailure("session/checkpoint-malformed", session, error));
  }
  const names = (keys.length > 0 ? keys : (note?.signatures ?? [])).map(({ name }) => name);
  return reportOf(read, note, keys, hashes.isSigned, names);
}

/** The reader's keys by which the note says that it is signed, under the names that it gives them: trust is in a key, not in a name. */
function signersOf(note: Note, trusted: readonly AllowedSigner[]): VerifierKey[] {
  return note.signatures.flatMap(({ name, id }) =>
    trusted.flatMap(({ publicKey }) => {
      const key = verifierKey(name, SIGNATURE_TYPE.log, publicKey);
      return equal(key.id, id) ? [key] : [];
    }),
  );
}

function originOf(session: string, keys: readonly VerifierKey[], trusted: readonly AllowedSigner[] | undefined): Finding {
  if (keys.length > 0) return finding("origin/trusted", session, `its checkpoint is signed by ${keys[0]?.name}`);
  if (trusted !== undefined)
    return finding("origin/not-trusted", session, `signed by none of the ${trusted.length} keys that you named`);
  return finding("origin/unknown", session, "whose signature its checkpoint has was not checked: records alone don't name the key");
}
