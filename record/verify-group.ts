import { equal, fromBase64, toHex } from "./bytes.ts";
import { groupOrigin, openCheckpoint } from "./checkpoint.ts";
import { type Finding, failure, finding } from "./finding.ts";
import { Findings } from "./findings.ts";
import { leavesOf } from "./group.ts";
import type { Handoff } from "./handoff.ts";
import type { Hashes } from "./hash.ts";
import type { VerifierKey } from "./key.ts";
import { GROUP_CHECKPOINT, GROUP_LEAVES } from "./path.ts";
import { Tree } from "./tree.ts";
import type { BagCheck } from "./verify-bag.ts";
import { checkpointFailure } from "./verify-checkpoint.ts";
import type { SessionReport } from "./verify-session.ts";

/** What one pass over the packed leaves gives. */
interface Log {
  size: number;
  root: Uint8Array;
  /** Root of the first so many leaves, for each size that was asked for and is not beyond the end. */
  before: ReadonlyMap<number, Uint8Array>;
  /** Leaf hashes at the places that were asked for. */
  leaves: ReadonlyMap<number, Uint8Array>;
}

/** The group log: signed by the organisation, as each session saw it, every leaf accounted for, every session in its place. */
export async function checkGroup(
  bag: BagCheck,
  handoff: Handoff,
  keys: readonly VerifierKey[],
  sessions: readonly SessionReport[],
  hashes: Hashes,
): Promise<Findings> {
  const findings = new Findings();
  let log: Log;
  try {
    const sizes = sessions.flatMap(({ log }) => (log === undefined ? [] : [log.size]));
    log = await readLog(bag.open(GROUP_LEAVES), new Set(sizes), new Set(handoff.sessions.map(({ leaf }) => leaf)), hashes);
  } catch (error) {
    findings.add(failure("group/malformed", GROUP_LEAVES, error));
    return findings;
  }
  try {
    const { checkpoint } = openCheckpoint(await bag.read(GROUP_CHECKPOINT), ...keys);
    const holds =
      keys.some((key) => checkpoint.origin === groupOrigin(key.name, handoff.client.group)) &&
      checkpoint.size === log.size &&
      equal(checkpoint.root, log.root);
    if (!holds) {
      const detail = `expected a checkpoint of this client's log over ${log.size} sessions`;
      findings.add(finding("group/root-differs", GROUP_CHECKPOINT, detail));
    }
  } catch (error) {
    findings.add(checkpointFailure("group/malformed", GROUP_CHECKPOINT, error));
  }
  findings.addAll(checkPlaces(handoff, log, sessions));
  findings.addAll(checkHistory(handoff, log, sessions));
  findings.addAll(checkOmitted(handoff, log));
  if (!findings.hasStatus("failed")) {
    const detail = `${handoff.sessions.length} in the package, ${handoff.log.omitted.length} left out`;
    findings.add(finding("complete/accounted", "package", detail));
  }
  return findings;
}

/** Goes over the leaves once and holds none but those that were asked for. */
async function readLog(
  pieces: AsyncIterable<Uint8Array>,
  sizes: ReadonlySet<number>,
  places: ReadonlySet<number>,
  hashes: Hashes,
): Promise<Log> {
  const tree = new Tree(hashes);
  const before = new Map<number, Uint8Array>();
  const leaves = new Map<number, Uint8Array>();
  if (sizes.has(0)) before.set(0, tree.root());
  for await (const leaf of leavesOf(pieces)) {
    if (places.has(tree.size)) leaves.set(tree.size, leaf);
    tree.appendHash(leaf);
    if (sizes.has(tree.size)) before.set(tree.size, tree.root());
  }
  return { size: tree.size, root: tree.root(), before, leaves };
}

/** Each session of the package is the leaf that it is said to be. */
function* checkPlaces(handoff: Handoff, log: Log, sessions: readonly SessionReport[]): Generator<Finding> {
  const reports = new Map(sessions.map((one) => [one.session, one]));
  for (const { session, leaf } of handoff.sessions) {
    const own = reports.get(session)?.leaf;
    const listed = log.leaves.get(leaf);
    if (own !== undefined && (listed === undefined || !equal(own, listed)))
      yield finding("group/leaf-differs", session, `expected leaf ${leaf} to be ${toHex(own)}`);
  }
}

/**
 * Each session says what the log was when it was opened: so many leaves with this root, its own leaf behind them. What an endpoint
 * cosigned thereby pins these leaves.
 */
function* checkHistory(handoff: Handoff, log: Log, sessions: readonly SessionReport[]): Generator<Finding> {
  const places = new Map(handoff.sessions.map(({ session, leaf }) => [session, leaf]));
  let pinned: { report: SessionReport; size: number } | undefined;
  for (const report of sessions) {
    if (report.log === undefined) continue;
    const { size, root } = report.log;
    const listed = log.before.get(size);
    if (listed === undefined || size > (places.get(report.session) ?? 0) || !equal(listed, fromBase64(root, 32))) {
      const detail = `expected the first ${size} leaves to have root ${root}, and this session's leaf behind them`;
      yield finding("group/history-differs", report.session, detail);
    } else if (report.holds && report.witnessed !== undefined && size > (pinned?.size ?? 0)) pinned = { report, size };
  }
  if (pinned !== undefined) {
    const { session, witnessed = 0 } = pinned.report;
    const detail = `the first ${pinned.size} of ${log.size} sessions, as ${session} has them, cosigned at ${new Date(witnessed * 1000).toISOString()}`;
    yield finding("complete/pinned", "package", detail);
  }
}

/** Each leaf is a session of the package or listed as left out, and only once. */
function* checkOmitted(handoff: Handoff, log: Log): Generator<Finding> {
  const accounted = new Set<number>();
  const all = [
    ...handoff.sessions.map(({ session, leaf }) => ({ leaf, subject: session })),
    ...handoff.log.omitted.map(({ leaf }) => ({ leaf, subject: GROUP_LEAVES })),
  ];
  for (const { leaf, subject } of all) {
    if (leaf >= log.size || accounted.has(leaf)) {
      const detail = `expected each place of the log once, got ${leaf} again or past its end`;
      yield finding("complete/unaccounted", subject, detail);
    }
    accounted.add(leaf);
  }
  if (accounted.size !== log.size || handoff.log.size !== log.size) {
    const detail = `${log.size} sessions in the log, ${accounted.size} accounted for`;
    yield finding("complete/unaccounted", GROUP_LEAVES, detail);
  }
  const { omitted } = handoff.log;
  if (omitted.length > 0) yield finding("complete/omitted", "package", `${omitted.length} of ${log.size} sessions left out`);
}
