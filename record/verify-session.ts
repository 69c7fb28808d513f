import { equal, toHex } from "./bytes.ts";
import { type Checkpoint, cosignedAt, openCheckpointBy, parseCheckpoint, sessionOrigin } from "./checkpoint.ts";
import type { EntryOf } from "./entry.ts";
import { RecordError } from "./error.ts";
import { type Finding, failure, finding } from "./finding.ts";
import type { FindingCounts, Findings } from "./findings.ts";
import { groupLeaf } from "./group.ts";
import type { Handoff, HandoffSession } from "./handoff.ts";
import type { Hashes } from "./hash.ts";
import { type IsSigned, parseVerifierKey, type VerifierKey } from "./key.ts";
import type { Note } from "./note.ts";
import { type HiddenLine, type LinePlace, type Recomputed, recomputeSession, type SessionFiles } from "./recompute-session.ts";
import type { SessionFacts } from "./session-facts.ts";
import { checkpointFailure } from "./verify-checkpoint.ts";

/** What handoff.json says that is the same for all sessions. Threads get no more of it: with the list of all sessions each would hold megabytes. */
export type Parties = Pick<Handoff, "client" | "endpoints">;

export interface SessionReport {
  session: string;
  /** Whether nothing failed. */
  holds: boolean;
  findings: Finding[];
  /** How many findings there were beyond these. */
  more: FindingCounts;
  /** Not all of them where there are very many, see recompute-session.ts. */
  hidden: HiddenLine[];
  hiddenLines: number;
  /** Seconds since 1970 by the clock of the endpoint that cosigned. */
  witnessed: number | undefined;
  /** Leaf hash in the group log; undefined when the checkpoint can't be read. */
  leaf: Uint8Array | undefined;
  /** Head of the group log when the session was opened; undefined when entry 0 can't be read. */
  log: EntryOf<"opened">["log"] | undefined;
}

/**
 * Recomputes a session from its records: every entry and line to the root, the root against the signed checkpoint, the
 * endpoint's cosignature, and what handoff.json says of it. Reads each file once. Never throws.
 * @param keys those of the organisation: the present one and any that it took the place of.
 * @param wanted hidden lines that are to be in the report, however many there are.
 */
export async function verifySession(
  files: SessionFiles,
  stated: HandoffSession,
  handoff: Parties,
  keys: readonly VerifierKey[],
  hashes: Hashes,
  wanted: readonly LinePlace[] = [],
): Promise<SessionReport> {
  const read = await recomputeSession(files, stated.session, hashes, wanted);
  const { findings, opened } = read;
  checkEnds(read);
  if (opened !== undefined) {
    const endpoint = handoff.endpoints.find((one) => one.endpoint === stated.endpoint);
    const same =
      opened.session === stated.session &&
      opened.group === handoff.client.group &&
      opened.endpoint === stated.endpoint &&
      opened.endpointKey === endpoint?.key;
    if (!same) {
      const detail = "expected session, client, endpoint and its key as handoff.json lists them";
      findings.add(finding("session/identity-differs", stated.session, detail));
    }
  }
  if (read.facts !== undefined) findings.addAll(differences(read.facts, stated));
  let note: Note | undefined;
  try {
    note = openCheckpointBy(hashes.isSigned, files.checkpoint, keys).note;
  } catch (error) {
    findings.add(checkpointFailure("session/checkpoint-malformed", stated.session, error));
  }
  return reportOf(read, note, keys, hashes.isSigned);
}

/** What can be said of a session's beginning and end without anything else. */
export function checkEnds({ session, findings, opened, last, whole }: Recomputed): void {
  if (opened === undefined && whole)
    findings.add(finding("session/identity-differs", session, "expected the first entry to be `opened`"));
  if (opened?.mode === "imported") findings.add(finding("time/imported", session, `imported on ${opened.at}`));
  if (whole && last?.kind !== "closed")
    findings.add(finding("complete/not-closed", session, "expected the last entry to be `closed`"));
}

/**
 * The report of a session that was read, once its checkpoint and witness are checked too.
 * @param note its checkpoint, undefined when that can't be read or is signed by nobody known.
 * @param keys of the organisation.
 * @param names of which one is that in the log's origin.
 */
export function reportOf(
  read: Recomputed,
  note: Note | undefined,
  keys: readonly VerifierKey[],
  check: IsSigned,
  names: readonly string[] = keys.map((key) => key.name),
): SessionReport {
  const { session, findings, tree, opened, hidden, hiddenLines } = read;
  const leaf = note === undefined ? undefined : checkHead(read, note, names);
  const witnessed =
    note === undefined || leaf === undefined || opened === undefined
      ? undefined
      : checkWitness(session, findings, note, opened, keys, check);
  if (hiddenLines > 0) findings.add(finding("complete/hidden", session, `${hiddenLines} lines hidden`));
  const holds = !findings.hasStatus("failed");
  if (holds) findings.add(finding("session/recomputed", session, `${tree.size} entries, root ${toHex(tree.root())}`));
  const { kept, more } = findings;
  return { session, holds, findings: [...kept], more, hidden, hiddenLines, witnessed, leaf, log: opened?.log };
}

/** Leaf hash of a checkpoint that is compared with what was read; undefined when it is none. */
function checkHead({ session, findings, tree, whole }: Recomputed, note: Note, names: readonly string[]): Uint8Array | undefined {
  let head: Checkpoint;
  try {
    head = parseCheckpoint(note.text);
  } catch (error) {
    findings.add(failure("session/checkpoint-malformed", session, error));
    return undefined;
  }
  const { origin, size, root } = head;
  if (!names.some((name) => origin === sessionOrigin(name, session))) {
    findings.add(finding("session/identity-differs", session, "expected a checkpoint of this session's log"));
  }
  if (whole && (size !== tree.size || !equal(root, tree.root()))) {
    const detail = `expected ${size} entries with root ${toHex(root)}, got ${tree.size} with ${toHex(tree.root())}`;
    findings.add(finding("session/root-differs", session, detail));
  }
  return groupLeaf(note.text);
}

/** When the endpoint cosigned, in seconds since 1970; undefined when it did not. */
function checkWitness(
  session: string,
  findings: Findings,
  note: Note,
  opened: EntryOf<"opened">,
  keys: readonly VerifierKey[],
  check: IsSigned,
): number | undefined {
  try {
    const witness = parseVerifierKey(opened.endpointKey);
    if (keys.some((key) => equal(key.publicKey, witness.publicKey)))
      throw new RecordError("key/malformed", "expected the endpoint to have a key of its own, not the organisation's");
    const witnessed = cosignedAt(note, witness, check);
    findings.add(
      witnessed === undefined
        ? finding("time/not-witnessed", session, "the endpoint did not cosign")
        : finding("time/witnessed", session, `cosigned by ${witness.name} at ${new Date(witnessed * 1000).toISOString()}`),
    );
    return witnessed;
  } catch (error) {
    findings.add(failure("time/cosignature-bad", session, error));
    return undefined;
  }
}

function* differences(facts: SessionFacts, stated: HandoffSession): Generator<Finding> {
  for (const key of Object.keys(facts) as (keyof SessionFacts)[]) {
    if (facts[key] === stated[key]) continue;
    const detail = `${key}: handoff.json says ${stated[key]}, the records say ${facts[key]}`;
    yield finding("session/facts-differ", stated.session, detail);
  }
}
