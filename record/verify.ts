import { equal, toHex } from "./bytes.ts";
import { groupOrigin, openCheckpoint } from "./checkpoint.ts";
import { RecordError } from "./error.ts";
import { FINDING_KINDS, type Finding, type FindingStatus, failure, finding, type Question } from "./finding.ts";
import { parseLeaves } from "./group.ts";
import { type Handoff, parseHandoff } from "./handoff.ts";
import { type Hashes, nobleHashes } from "./hash.ts";
import { parseVerifierKey } from "./key.ts";
import type { PackageReader } from "./package-reader.ts";
import { GROUP_CHECKPOINT, GROUP_LEAVES, HANDOFF } from "./path.ts";
import type { AllowedSigner } from "./sshsig.ts";
import { rootOf } from "./tree.ts";
import { type BagCheck, checkBag, unlistedRecords } from "./verify-bag.ts";
import { checkOrigin } from "./verify-origin.ts";
import { type HiddenLine, type SessionReport, verifySession } from "./verify-session.ts";

export interface VerifyOptions {
  /** Keys that the reader already trusts, from a source of their own. Undefined: the origin can't be more than unknown. */
  trusted?: readonly AllowedSigner[] | undefined;
  hashes?: Hashes | undefined;
  /** Called as bytes are read: how many of how many. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** `holds`: all that was checked for this question holds. `unknown`: nothing failed, and nothing is proven either. */
export type Verdict = "holds" | "unknown" | "failed";

/** What a verification found. */
export interface Report {
  /** `verified` when nothing failed. What is not proven stands in `verdicts` and `findings`. */
  verdict: "verified" | "failed";
  verdicts: Record<Question, Verdict>;
  findings: Finding[];
  /** Undefined when it can't be read. */
  handoff: Handoff | undefined;
  /** Raw Ed25519 key that signed the package; undefined when there is no valid signature. */
  signer: Uint8Array | undefined;
  sessions: Omit<SessionReport, "findings">[];
  hidden: HiddenLine[];
}

/** Verifies a package. Never throws on what it reads, and says no more than it checked. */
export async function verifyPackage(reader: PackageReader, options: VerifyOptions = {}): Promise<Report> {
  const hashes = options.hashes ?? nobleHashes;
  const findings: Finding[] = [...reader.findings];
  const bag = await checkBag(reader, hashes, options.onProgress);
  findings.push(...bag.findings);
  const origin = await checkOrigin(bag, options.trusted);
  findings.push(...origin.findings);

  const sessions: SessionReport[] = [];
  let handoff: Handoff | undefined;
  try {
    handoff = parseHandoff(await bag.read(HANDOFF));
  } catch (error) {
    findings.push(failure("handoff/malformed", HANDOFF, error));
  }
  if (handoff !== undefined) {
    if (origin.signer !== undefined && !isKey(handoff.from.key, origin.signer)) {
      findings.push(
        finding("origin/key-differs", HANDOFF, "expected the organisation's key to be the one that signed the package"),
      );
    }
    for (const stated of handoff.sessions) {
      const files = await bag.session(stated.session);
      if (files === undefined) {
        findings.push(finding("records/missing", stated.session, "expected entries, texts and checkpoint of this session"));
        continue;
      }
      const report = await verifySession(files, stated, handoff, hashes);
      findings.push(...report.findings);
      sessions.push(report);
    }
    findings.push(...(await checkGroup(bag, handoff, sessions)));
    findings.push(...unlistedRecords(reader, new Set(handoff.sessions.map((one) => one.session))));
  }
  findings.push(...(await bag.finish()));

  const failed = findings.some((one) => one.status === "failed");
  return {
    verdict: failed ? "failed" : "verified",
    verdicts: {
      intact: verdictOf("intact", findings),
      origin: verdictOf("origin", findings),
      time: verdictOf("time", findings),
      complete: verdictOf("complete", findings),
    },
    findings: byStatus(findings),
    handoff,
    signer: origin.signer,
    sessions: sessions.map(({ findings: _, ...rest }) => rest),
    hidden: sessions.flatMap((one) => one.hidden),
  };
}

/** The group log: signed by the organisation, every leaf accounted for, every session in its place. */
async function checkGroup(bag: BagCheck, handoff: Handoff, sessions: readonly SessionReport[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  let leaves: Uint8Array[];
  try {
    leaves = parseLeaves(await bag.read(GROUP_LEAVES));
  } catch (error) {
    return [failure("group/malformed", GROUP_LEAVES, error)];
  }
  try {
    const log = parseVerifierKey(handoff.from.key);
    const { checkpoint } = openCheckpoint(await bag.read(GROUP_CHECKPOINT), log);
    const holds =
      checkpoint.origin === groupOrigin(log.name, handoff.client.group) &&
      checkpoint.size === leaves.length &&
      equal(checkpoint.root, rootOf(leaves));
    if (!holds) {
      findings.push(
        finding(
          "group/root-differs",
          GROUP_CHECKPOINT,
          `expected a checkpoint of this client's log over ${leaves.length} sessions`,
        ),
      );
    }
  } catch (error) {
    const signature =
      error instanceof RecordError && (error.code === "note/bad-signature" || error.code === "note/no-known-signature");
    findings.push(failure(signature ? "origin/checkpoint-signature" : "group/malformed", GROUP_CHECKPOINT, error));
  }

  const accounted = new Set<number>();
  const account = (leaf: number, subject: string) => {
    if (leaf >= leaves.length || accounted.has(leaf)) {
      findings.push(
        finding("complete/unaccounted", subject, `expected each place of the log once, got ${leaf} again or past its end`),
      );
    }
    accounted.add(leaf);
  };
  const reports = new Map(sessions.map((one) => [one.session, one]));
  for (const { session, leaf } of handoff.sessions) {
    account(leaf, session);
    const own = reports.get(session)?.leaf;
    const listed = leaves[leaf];
    if (own !== undefined && (listed === undefined || !equal(own, listed))) {
      findings.push(finding("group/leaf-differs", session, `expected leaf ${leaf} to be ${toHex(own)}`));
    }
  }
  for (const { leaf } of handoff.log.omitted) account(leaf, GROUP_LEAVES);
  if (accounted.size !== leaves.length || handoff.log.size !== leaves.length) {
    findings.push(
      finding("complete/unaccounted", GROUP_LEAVES, `${leaves.length} sessions in the log, ${accounted.size} accounted for`),
    );
  }
  const { omitted } = handoff.log;
  if (omitted.length > 0)
    findings.push(finding("complete/omitted", "package", `${omitted.length} of ${leaves.length} sessions left out`));
  if (!findings.some((one) => one.status === "failed")) {
    findings.push(
      finding("complete/accounted", "package", `${handoff.sessions.length} in the package, ${omitted.length} left out`),
    );
  }
  return findings;
}

function isKey(encoded: string, publicKey: Uint8Array): boolean {
  try {
    return equal(parseVerifierKey(encoded).publicKey, publicKey);
  } catch {
    return false;
  }
}

function verdictOf(question: Question, findings: readonly Finding[]): Verdict {
  const own = findings.filter((one) => FINDING_KINDS[one.code].question === question);
  if (own.some((one) => one.status === "failed")) return "failed";
  // Whose package it is must be shown; unwitnessed or imported sessions leave the time open.
  const open = own.some(
    (one) => one.code === "origin/unknown" || one.code === "time/not-witnessed" || one.code === "time/imported",
  );
  return open || own.length === 0 ? "unknown" : "holds";
}

/** What failed comes first; otherwise in the order in which it was found. */
function byStatus(findings: readonly Finding[]): Finding[] {
  const order: FindingStatus[] = ["failed", "note", "ok"];
  return order.flatMap((status) => findings.filter((one) => one.status === status));
}
