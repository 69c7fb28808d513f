import { equal, toHex } from "./bytes.ts";
import { cosignedAt, openCheckpointBy, sessionOrigin } from "./checkpoint.ts";
import { type Entry, type EntryOf, parseEntry, textFields } from "./entry.ts";
import { RecordError } from "./error.ts";
import { type Finding, failure, finding } from "./finding.ts";
import { groupLeaf } from "./group.ts";
import type { Handoff, HandoffSession } from "./handoff.ts";
import type { Hashes } from "./hash.ts";
import { type IsSigned, parseVerifierKey, type VerifierKey } from "./key.ts";
import { linesOf } from "./lines.ts";
import type { Note } from "./note.ts";
import { parseRawLine } from "./raw-output.ts";
import { FactCounter, type SessionFacts } from "./session-facts.ts";
import { RawGuard } from "./session-redaction.ts";
import { parseSessionText, type SessionText } from "./session-text.ts";
import { checkText, type HiddenReason, type TextValue, visibleLines } from "./text.ts";
import { Tree } from "./tree.ts";
import { checkpointFailure } from "./verify-checkpoint.ts";

/** A session's records, as they lie in the package. */
export interface SessionFiles {
  entries: AsyncIterable<Uint8Array>;
  text: AsyncIterable<Uint8Array>;
  checkpoint: Uint8Array;
}

/** One hidden line: where it is, why, and the digest by which it can be proven later. */
export interface HiddenLine {
  session: string;
  seq: number;
  field: string;
  /** From 0. */
  line: number;
  reason: HiddenReason;
  digest: string;
}

export interface SessionReport {
  session: string;
  /** Whether nothing failed. */
  holds: boolean;
  findings: Finding[];
  hidden: HiddenLine[];
  /** Seconds since 1970 by the clock of the endpoint that cosigned. */
  witnessed: number | undefined;
  /** Leaf hash in the group log; undefined when the checkpoint can't be read. */
  leaf: Uint8Array | undefined;
  /** Head of the group log when the session was opened; undefined when entry 0 can't be read. */
  log: EntryOf<"opened">["log"] | undefined;
}

interface Entries {
  tree: Tree;
  opened: EntryOf<"opened"> | undefined;
  last: Entry | undefined;
  /** Whether all entries could be read: what is said of the end and of the whole holds only then. */
  whole: boolean;
  /** Undefined when not all entries and texts could be read. */
  facts: SessionFacts | undefined;
}

/**
 * Recomputes a session from its records: every entry and line to the root, the root against the signed checkpoint, the
 * endpoint's cosignature, and what handoff.json says of it. Reads each file once. Never throws.
 * @param keys those of the organisation: the present one and any that it took the place of.
 */
export async function verifySession(
  files: SessionFiles,
  stated: HandoffSession,
  handoff: Handoff,
  keys: readonly VerifierKey[],
  hashes: Hashes,
): Promise<SessionReport> {
  const report: SessionReport = {
    session: stated.session,
    holds: true,
    findings: [],
    hidden: [],
    witnessed: undefined,
    leaf: undefined,
    log: undefined,
  };
  const say = (found: Finding) => void report.findings.push(found);
  const { tree, opened, last, whole, facts } = await readEntries(files, report, hashes);

  if (opened === undefined) {
    if (whole) say(finding("session/identity-differs", stated.session, "expected the first entry to be `opened`"));
  } else {
    report.log = opened.log;
    const endpoint = handoff.endpoints.find((one) => one.endpoint === stated.endpoint);
    const same =
      opened.session === stated.session &&
      opened.group === handoff.client.group &&
      opened.endpoint === stated.endpoint &&
      opened.endpointKey === endpoint?.key;
    if (!same)
      say(
        finding(
          "session/identity-differs",
          stated.session,
          "expected session, client, endpoint and its key as handoff.json lists them",
        ),
      );
    if (opened.mode === "imported") say(finding("time/imported", stated.session, `imported on ${opened.at}`));
  }
  if (whole && last?.kind !== "closed")
    say(finding("complete/not-closed", stated.session, "expected the last entry to be `closed`"));
  if (facts !== undefined) sayDifferences(facts, stated, say);

  checkCheckpoint(files.checkpoint, whole ? tree : undefined, opened, report, keys, hashes.isSigned);
  if (report.hidden.length > 0) say(finding("complete/hidden", stated.session, `${report.hidden.length} lines hidden`));
  report.holds = report.findings.every((one) => one.status !== "failed");
  if (report.holds) say(finding("session/recomputed", stated.session, `${tree.size} entries, root ${toHex(tree.root())}`));
  return report;
}

/**
 * Both files go side by side: each entry says which texts come next. When they are out of step, the entries are read on without
 * them, so that no more is said to be wrong than is.
 */
async function readEntries(files: SessionFiles, report: SessionReport, hashes: Hashes): Promise<Entries> {
  const say = (found: Finding) => void report.findings.push(found);
  const texts = linesOf(files.text);
  const read: Entries = { tree: new Tree(hashes), opened: undefined, last: undefined, whole: false, facts: undefined };
  const counter = new FactCounter();
  const guard = new RawGuard();
  let inStep = true;
  try {
    for await (const line of linesOf(files.entries)) {
      const entry = parseEntry(line);
      if (entry.seq !== read.tree.size) {
        say(finding("session/entry-order", report.session, `expected entry ${read.tree.size}, got ${entry.seq}`));
        return read;
      }
      checkPlace(entry, read.last);
      read.tree.append(line);
      if (entry.kind === "opened") read.opened = entry;
      read.last = entry;
      noteEntry(entry, report);
      const text = inStep ? await readTexts(texts, entry, report, hashes) : undefined;
      if (text === undefined) {
        inStep = false;
        continue;
      }
      counter.add(entry, text);
      if (!guard.holds(entry, text)) {
        const detail = `entry ${entry.seq}: expected hash and length of an output with hidden lines to be hidden too`;
        say(finding("complete/hash-shown", report.session, detail));
      }
    }
    read.whole = true;
    if (inStep) {
      read.facts = counter.result();
      if (!(await atEnd(texts, report)))
        say(finding("session/text-extra", report.session, "expected no text after the last entry's"));
    }
  } catch (error) {
    say(failure("session/entry-malformed", report.session, error));
  } finally {
    await texts.return();
  }
  return read;
}

/** @throws RecordError `entry/malformed` unless `opened` is the first entry only, and `closed` the last one only. */
function checkPlace(entry: Entry, before: Entry | undefined): void {
  if ((entry.kind === "opened") !== (before === undefined))
    throw new RecordError("entry/malformed", `expected \`opened\` as entry 0 and only there, got ${entry.kind} as ${entry.seq}`);
  if (before?.kind === "closed")
    throw new RecordError("entry/malformed", `expected no entry after \`closed\`, got ${entry.kind} as ${entry.seq}`);
}

async function atEnd(texts: AsyncGenerator<Uint8Array, void, void>, report: SessionReport): Promise<boolean> {
  try {
    return (await texts.next()).done === true;
  } catch (error) {
    report.findings.push(failure("session/text-malformed", report.session, error));
    return true;
  }
}

/** The texts of one entry; undefined when they can't be told apart from those of the next. */
async function readTexts(
  texts: AsyncGenerator<Uint8Array, void, void>,
  entry: Entry,
  report: SessionReport,
  hashes: Hashes,
): Promise<Record<string, TextValue> | undefined> {
  const found: Record<string, TextValue> = {};
  for (const field of textFields(entry)) {
    const where = `entry ${entry.seq}, ${field}`;
    let text: SessionText;
    try {
      const line = await texts.next();
      if (line.done) {
        report.findings.push(finding("session/text-missing", report.session, `expected a text for ${where}`));
        return undefined;
      }
      text = parseSessionText(line.value);
    } catch (error) {
      report.findings.push(failure("session/text-malformed", report.session, error));
      return undefined;
    }
    if (text.seq !== entry.seq || text.field !== field) {
      const extra = text.seq < entry.seq || (text.seq === entry.seq && text.field < field);
      const code = extra ? "session/text-extra" : "session/text-missing";
      report.findings.push(
        finding(code, report.session, `expected a text for ${where}, got one for entry ${text.seq}, ${text.field}`),
      );
      return undefined;
    }
    const commitment = (entry.text as Record<string, Parameters<typeof checkText>[1]>)[field] as Parameters<typeof checkText>[1];
    try {
      checkText(text.text, commitment, hashes);
    } catch (error) {
      const detail = `${where}: ${error instanceof RecordError ? error.message : "could not be read"}`;
      // A seed or salt may have the right length as base64 and not as bytes.
      const written = error instanceof RecordError && error.code === "text/root-mismatch";
      report.findings.push(finding(written ? "session/text-differs" : "session/text-malformed", report.session, detail));
      if (!written) return undefined;
    }
    if (entry.kind === "finished" && !isRaw(text.text)) {
      const detail = `${where}: expected SHA-256 and number of bytes on each line that is shown`;
      report.findings.push(finding("session/text-malformed", report.session, detail));
    }
    noteHidden(text, report);
    found[field] = text.text;
  }
  return found;
}

/** Whether what is shown of the text `raw` is written as it must be. */
function isRaw(text: TextValue): boolean {
  try {
    for (const line of visibleLines(text)) if (line.hidden === undefined) parseRawLine(line.text);
    return true;
  } catch {
    return false;
  }
}

function noteHidden({ seq, field, text }: SessionText, report: SessionReport): void {
  if (!("items" in text)) return;
  for (const [line, item] of text.items.entries()) {
    if ("digest" in item)
      report.hidden.push({ session: report.session, seq, field, line, reason: item.reason, digest: item.digest });
  }
}

function noteEntry(entry: Entry, report: SessionReport): void {
  if (entry.kind === "gap") {
    report.findings.push(
      finding("complete/gap", report.session, `entry ${entry.seq}: ${entry.cause}, from ${entry.from} to ${entry.to}`),
    );
  }
  if (entry.kind === "finished" && entry.cut.stdout + entry.cut.stderr > 0) {
    const detail = `entry ${entry.seq}: ${entry.cut.stdout + entry.cut.stderr} bytes not recorded`;
    report.findings.push(finding("complete/cut", report.session, detail));
  }
}

function sayDifferences(facts: SessionFacts, stated: HandoffSession, say: (found: Finding) => void): void {
  for (const key of Object.keys(facts) as (keyof SessionFacts)[]) {
    if (facts[key] !== stated[key]) {
      say(
        finding("session/facts-differ", stated.session, `${key}: handoff.json says ${stated[key]}, the records say ${facts[key]}`),
      );
    }
  }
}

function checkCheckpoint(
  bytes: Uint8Array,
  tree: Tree | undefined,
  opened: EntryOf<"opened"> | undefined,
  report: SessionReport,
  keys: readonly VerifierKey[],
  check: IsSigned,
): void {
  const { session } = report;
  const say = (found: Finding) => void report.findings.push(found);
  let note: Note;
  try {
    const open = openCheckpointBy(check, bytes, keys);
    note = open.note;
    const { origin, size, root } = open.checkpoint;
    if (!keys.some((key) => origin === sessionOrigin(key.name, session))) {
      say(finding("session/identity-differs", session, "expected a checkpoint of this session's log"));
    }
    if (tree !== undefined && (size !== tree.size || !equal(root, tree.root()))) {
      say(
        finding(
          "session/root-differs",
          session,
          `expected ${size} entries with root ${toHex(root)}, got ${tree.size} with ${toHex(tree.root())}`,
        ),
      );
    }
  } catch (error) {
    say(checkpointFailure("session/checkpoint-malformed", session, error));
    return;
  }
  report.leaf = groupLeaf(note.text);
  if (opened === undefined) return;
  try {
    const witness = parseVerifierKey(opened.endpointKey);
    if (keys.some((key) => equal(key.publicKey, witness.publicKey)))
      throw new RecordError("key/malformed", "expected the endpoint to have a key of its own, not the organisation's");
    report.witnessed = cosignedAt(note, witness, check);
    say(
      report.witnessed === undefined
        ? finding("time/not-witnessed", session, "the endpoint did not cosign")
        : finding("time/witnessed", session, `cosigned by ${witness.name} at ${new Date(report.witnessed * 1000).toISOString()}`),
    );
  } catch (error) {
    say(failure("time/cosignature-bad", session, error));
  }
}
