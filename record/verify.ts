import { checkDisclosure, type Disclosure } from "./disclosure.ts";
import { FINDING_KINDS, type Finding, type FindingCode, type FindingStatus, failure, finding, type Question } from "./finding.ts";
import { type FindingCounts, Findings } from "./findings.ts";
import { type Handoff, parseHandoff } from "./handoff.ts";
import { type Hashes, nobleHashes } from "./hash.ts";
import { HashedFiles } from "./hashed-files.ts";
import type { PackageReader } from "./package-reader.ts";
import { GROUP_CHECKPOINT, GROUP_LEAVES, GROUP_TIMESTAMP, HANDOFF, sessionPath, TIMESTAMP } from "./path.ts";
import type { HiddenLine } from "./recompute-session.ts";
import type { AllowedSigner } from "./sshsig.ts";
import { type BagCheck, checkBag, unlistedRecords } from "./verify-bag.ts";
import { checkGroup } from "./verify-group.ts";
import { checkSignature, checkTrust, readKeys } from "./verify-origin.ts";
import { type Divide, type Part, type PartContext, type PartResult, partsOf, SESSION_FILES, verifyPart } from "./verify-part.ts";
import type { SessionReport } from "./verify-session.ts";
import { checkTimes, type Times, type TimestampCheck } from "./verify-time.ts";

export interface VerifyOptions {
  /** Keys that the reader already trusts, from a source of their own. Undefined: the origin can't be more than unknown. */
  trusted?: readonly AllowedSigner[] | undefined;
  /** Undefined: time stamps are reported as not checked. */
  timestamps?: TimestampCheck | undefined;
  /** Hidden lines that were revealed later, to be proven against this package. */
  disclosures?: readonly Disclosure[] | undefined;
  hashes?: Hashes | undefined;
  /** Undefined: one part after another, by this program. */
  divide?: Divide | undefined;
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
  /** How many findings there were beyond these, by code: no more are told one by one than findings.ts says. */
  more: FindingCounts;
  /** Undefined when it can't be read. */
  handoff: Handoff | undefined;
  /** Raw Ed25519 key that signed the package; undefined when there is no valid signature. */
  signer: Uint8Array | undefined;
  times: Times;
  sessions: Omit<SessionReport, "findings" | "more">[];
  /** Not all of them where a session has very many, see recompute-session.ts. */
  hidden: HiddenLine[];
  hiddenLines: number;
}

/** Verifies a package. Never throws on what it reads, only when `divide` fails, and says no more than it checked. */
export async function verifyPackage(reader: PackageReader, options: VerifyOptions = {}): Promise<Report> {
  const hashes = options.hashes ?? nobleHashes;
  const findings = new Findings();
  findings.addAll(reader.findings, reader.more);
  const progress = progressOf(reader, options.onProgress);
  const files = new HashedFiles(reader, hashes, progress);
  const bag = await checkBag(reader, files);
  findings.addAll(bag.findings);
  const signed = await checkSignature(bag);
  findings.addAll(signed.findings);

  const sessions: SessionReport[] = [];
  let handoff: Handoff | undefined;
  try {
    handoff = parseHandoff(await bag.read(HANDOFF));
  } catch (error) {
    findings.add(failure("handoff/malformed", HANDOFF, error));
  }
  const keys = handoff && (await readKeys(bag, handoff));
  findings.addAll(keys?.findings ?? []);
  // Without the organisation's key nothing can be said of the records.
  if (keys?.keys.length === 0) handoff = undefined;
  if (signed.signer !== undefined) findings.addAll(checkTrust(signed.signer, keys?.keys, options.trusted));
  if (handoff !== undefined && keys !== undefined) {
    const here = handoff.sessions.filter(({ session }) => hasRecords(bag, session));
    for (const { session } of handoff.sessions) {
      if (!hasRecords(bag, session)) {
        findings.add(finding("records/missing", session, "expected entries, texts and checkpoint of this session"));
      }
    }
    const { client, endpoints } = handoff;
    const context = { handoff: { client, endpoints }, keys: keys.keys, wanted: options.disclosures ?? [] };
    await files.settled();
    const records = new Set(here.flatMap(({ session }) => SESSION_FILES.map((file) => sessionPath(session, file))));
    const others = bag.unread().filter((path) => !records.has(path) && !READ_WHOLE.has(path));
    const parts = partsOf(here, others, new Map(reader.files.map(({ path, size }) => [path, size])));
    const divide = options.divide ?? ((all) => oneByOne(reader, all, context, hashes, progress));
    const reports = new Map<string, SessionReport>();
    for await (const result of divide(parts, context, progress)) {
      for (const one of result.files) {
        files.add(one);
        progress(one.path, Number.POSITIVE_INFINITY);
      }
      for (const report of result.reports) reports.set(report.session, report);
    }
    for (const { session } of here) {
      const report = reports.get(session);
      if (report === undefined) throw new Error(`expected a report of every session, got none of ${session}`);
      findings.addAll(report.findings, report.more);
      sessions.push(report);
    }
    const group = await checkGroup(bag, handoff, keys.keys, sessions, hashes);
    findings.addAll(group.kept, group.more);
    findings.addAll(unlistedRecords(reader, new Set(handoff.sessions.map((one) => one.session))));
  }
  const hidden = sessions.flatMap((one) => one.hidden);
  for (const one of options.disclosures ?? []) findings.add(checkDisclosure(one, handoff?.handoff ?? "", hidden));
  const { times, findings: timeFindings } = await checkTimes(bag, options.timestamps);
  findings.addAll(timeFindings);
  for (const path of bag.unread()) await files.hash(path);
  await files.settled();
  findings.addAll(bag.finish());

  return {
    verdict: findings.hasStatus("failed") ? "failed" : "verified",
    verdicts: verdictsOf(findings),
    findings: byStatus(findings.kept),
    more: findings.more,
    handoff,
    signer: signed.signer,
    times,
    sessions: sessions.map(({ findings: _, more: __, ...rest }) => rest),
    hidden,
    hiddenLines: sessions.reduce((sum, one) => sum + one.hiddenLines, 0),
  };
}

/** Read for what they say, and hashed with that. */
const READ_WHOLE = new Set([GROUP_CHECKPOINT, GROUP_LEAVES, GROUP_TIMESTAMP, TIMESTAMP]);

function hasRecords(bag: BagCheck, session: string): boolean {
  return SESSION_FILES.every((file) => bag.has(sessionPath(session, file)));
}

async function* oneByOne(
  reader: PackageReader,
  parts: readonly Part[],
  context: PartContext,
  hashes: Hashes,
  onRead: (path: string, bytes: number) => void,
): AsyncGenerator<PartResult> {
  for (const part of parts) yield await verifyPart(reader, part, context, hashes, onRead);
}

/** Adds up what was read of each file; one that is read again counts once. */
function progressOf(reader: PackageReader, onProgress: VerifyOptions["onProgress"]): (path: string, bytes: number) => void {
  const sizes = new Map(reader.files.map(({ path, size }) => [path, size]));
  const total = reader.files.reduce((sum, { size }) => sum + size, 0);
  const counted = new Map<string, number>();
  let done = 0;
  return (path, bytes) => {
    const before = counted.get(path) ?? 0;
    const read = Math.min(bytes, sizes.get(path) ?? 0);
    if (read <= before) return;
    counted.set(path, read);
    done += read - before;
    onProgress?.(done, total);
  };
}

/** Notes that leave a question open: nothing is wrong, and nothing is proven. */
const OPEN: readonly FindingCode[] = ["origin/unknown", "time/not-witnessed", "time/imported", "time/token-unknown"];

/** Without one of these a question was not answered, whatever else was found about it. */
export const ANSWERS: Record<Question, readonly FindingCode[]> = {
  intact: ["files/intact"],
  origin: ["origin/trusted", "origin/trusted-before"],
  time: ["time/witnessed", "time/token"],
  complete: ["complete/accounted"],
};

/** The four verdicts; `answers` are the findings without one of which a question was not answered. */
export function verdictsOf(findings: Findings, answers: Readonly<typeof ANSWERS> = ANSWERS): Record<Question, Verdict> {
  const of = (question: Question) => verdictOf(question, findings, answers[question]);
  return { intact: of("intact"), origin: of("origin"), time: of("time"), complete: of("complete") };
}

function verdictOf(question: Question, findings: Findings, answers: readonly FindingCode[]): Verdict {
  if (findings.hasStatus("failed", question)) return "failed";
  const answered = answers.some((code) => findings.has(code));
  const isOpen = OPEN.some((code) => FINDING_KINDS[code].question === question && findings.has(code));
  return answered && !isOpen ? "holds" : "unknown";
}

/** What failed comes first; otherwise in the order in which it was found. */
export function byStatus(findings: readonly Finding[]): Finding[] {
  const order: FindingStatus[] = ["failed", "note", "ok"];
  return order.flatMap((status) => findings.filter((one) => one.status === status));
}
