import { type Entry, type EntryOf, parseEntry } from "./entry.ts";
import { RecordError } from "./error.ts";
import { failure, finding } from "./finding.ts";
import { Findings } from "./findings.ts";
import type { Hashes } from "./hash.ts";
import { linesOf } from "./lines.ts";
import { plainText } from "./plain-text.ts";
import { parseRawLine } from "./raw-output.ts";
import { ReferenceFollower } from "./references.ts";
import { FactCounter, type SessionFacts } from "./session-facts.ts";
import { RawGuard } from "./session-redaction.ts";
import { parseSessionText, type SessionText } from "./session-text.ts";
import { checkText, type HiddenReason, type TextValue, textNames, visibleLines } from "./text.ts";
import { Tree } from "./tree.ts";

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

/** Where a line is. */
export type LinePlace = Pick<HiddenLine, "session" | "seq" | "field" | "line">;

/** How many hidden lines of a session are told one by one; the rest is counted. */
export const HIDDEN_KEPT = 10_000;

/** What was read of a session. */
export interface Recomputed {
  session: string;
  findings: Findings;
  /** The first {@link HIDDEN_KEPT} and those that were asked for. */
  hidden: HiddenLine[];
  hiddenLines: number;
  tree: Tree;
  opened: EntryOf<"opened"> | undefined;
  last: Entry | undefined;
  /** Whether all entries could be read: what is said of the end and of the whole holds only then. */
  whole: boolean;
  /** Undefined when not all entries and texts could be read. */
  facts: SessionFacts | undefined;
}

/**
 * Reads a session from `opened` to `closed`: every entry and text to the root. Both files go side by side: each entry says which texts
 * come next. When they are out of step, the entries are read on without them, so that no more is said to be wrong than is. Never throws.
 * @param wanted hidden lines that are to be told one by one, however many there are.
 */
export async function recomputeSession(
  files: Pick<SessionFiles, "entries" | "text">,
  session: string,
  hashes: Hashes,
  wanted: readonly LinePlace[] = [],
): Promise<Recomputed> {
  const read: Recomputed = {
    session,
    findings: new Findings(),
    hidden: [],
    hiddenLines: 0,
    tree: new Tree(hashes),
    opened: undefined,
    last: undefined,
    whole: false,
    facts: undefined,
  };
  const own = wanted.filter((one) => one.session === session);
  const texts = linesOf(files.text);
  const references = new ReferenceFollower();
  const counter = new FactCounter();
  const guard = new RawGuard();
  let inStep = true;
  try {
    for await (const line of linesOf(files.entries)) {
      const entry = parseEntry(line);
      if (entry.seq !== read.tree.size) {
        read.findings.add(finding("session/entry-order", read.session, `expected entry ${read.tree.size}, got ${entry.seq}`));
        return read;
      }
      checkPlace(entry, read.last);
      read.tree.append(line);
      if (entry.kind === "opened") read.opened = entry;
      read.last = entry;
      noteEntry(entry, read);
      const refers = follow(references, entry, read);
      const text = inStep ? await readTexts(texts, entry, read, hashes, own) : undefined;
      if (text === undefined) {
        inStep = false;
        continue;
      }
      counter.add(entry, text);
      // Output of a command that has ended is a fault of its own.
      if (refers && !guard.holds(entry, text)) {
        const detail = `entry ${entry.seq}: expected hash and length of an output with hidden lines to be hidden too`;
        read.findings.add(finding("complete/hash-shown", read.session, detail));
      }
      if (entry.kind === "finished") guard.forget(entry.command);
    }
    read.whole = true;
    if (inStep) {
      read.facts = counter.result();
      if (!(await atEnd(texts, read)))
        read.findings.add(finding("session/text-extra", read.session, "expected no text after the last entry's"));
    }
  } catch (error) {
    read.findings.add(failure("session/entry-malformed", read.session, error));
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

async function atEnd(texts: AsyncGenerator<Uint8Array, void, void>, read: Recomputed): Promise<boolean> {
  try {
    return (await texts.next()).done === true;
  } catch (error) {
    read.findings.add(failure("session/text-malformed", read.session, error));
    return true;
  }
}

/** The texts of one entry; undefined when they can't be told apart from those of the next. */
async function readTexts(
  texts: AsyncGenerator<Uint8Array, void, void>,
  entry: Entry,
  read: Recomputed,
  hashes: Hashes,
  wanted: readonly LinePlace[],
): Promise<Record<string, TextValue> | undefined> {
  const found: Record<string, TextValue> = {};
  for (const field of textNames(entry.text)) {
    const where = `entry ${entry.seq}, ${field}`;
    const commitment = (entry.text as Record<string, Parameters<typeof checkText>[1]>)[field] as Parameters<typeof checkText>[1];
    let text: SessionText;
    try {
      const line = await texts.next();
      if (line.done) {
        read.findings.add(finding("session/text-missing", read.session, `expected a text for ${where}`));
        return undefined;
      }
      const plain = plainText(line.value, entry.seq, field, commitment, hashes);
      if (plain !== undefined) {
        found[field] = plain;
        if (entry.kind === "finished") checkRaw(plain, where, read);
        continue;
      }
      text = parseSessionText(line.value);
    } catch (error) {
      read.findings.add(failure("session/text-malformed", read.session, error));
      return undefined;
    }
    if (text.seq !== entry.seq || text.field !== field) {
      const extra = text.seq < entry.seq || (text.seq === entry.seq && text.field < field);
      const code = extra ? "session/text-extra" : "session/text-missing";
      read.findings.add(finding(code, read.session, `expected a text for ${where}, got one for entry ${text.seq}, ${text.field}`));
      return undefined;
    }
    try {
      checkText(text.text, commitment, hashes);
    } catch (error) {
      const detail = `${where}: ${error instanceof RecordError ? error.message : "could not be read"}`;
      // A seed or salt may have the right length as base64 and not as bytes.
      const written = error instanceof RecordError && error.code === "text/root-mismatch";
      read.findings.add(finding(written ? "session/text-differs" : "session/text-malformed", read.session, detail));
      if (!written) return undefined;
    }
    if (entry.kind === "finished") checkRaw(text.text, where, read);
    noteHidden(text, read, wanted);
    found[field] = text.text;
  }
  return found;
}

/** What is shown of the text `raw` must be written as it is to be. */
function checkRaw(text: TextValue, where: string, read: Recomputed): void {
  try {
    for (const line of visibleLines(text)) if (line.hidden === undefined) parseRawLine(line.text);
  } catch {
    const detail = `${where}: expected SHA-256 and number of bytes on each line that is shown`;
    read.findings.add(finding("session/text-malformed", read.session, detail));
  }
}

function noteHidden({ seq, field, text }: SessionText, read: Recomputed, wanted: readonly LinePlace[]): void {
  if (!("items" in text)) return;
  for (const [line, item] of text.items.entries()) {
    if (!("digest" in item)) continue;
    read.hiddenLines++;
    const isWanted = wanted.some((one) => one.seq === seq && one.field === field && one.line === line);
    if (isWanted || read.hidden.length < HIDDEN_KEPT)
      read.hidden.push({ session: read.session, seq, field, line, reason: item.reason, digest: item.digest });
  }
}

/** Whether the entry points at what it must. */
function follow(references: ReferenceFollower, entry: Entry, read: Recomputed): boolean {
  try {
    references.add(entry);
    return true;
  } catch (error) {
    const why = error instanceof RecordError ? error.message : "could not be followed";
    read.findings.add(finding("session/reference-wrong", read.session, `entry ${entry.seq}, ${entry.kind}: ${why}`));
    return false;
  }
}

function noteEntry(entry: Entry, read: Recomputed): void {
  if (entry.kind === "gap") {
    read.findings.add(
      finding("complete/gap", read.session, `entry ${entry.seq}: ${entry.cause}, from ${entry.from} to ${entry.to}`),
    );
  }
  if (entry.kind === "finished" && entry.cut.stdout + entry.cut.stderr > 0) {
    const detail = `entry ${entry.seq}: ${entry.cut.stdout + entry.cut.stderr} bytes not recorded`;
    read.findings.add(finding("complete/cut", read.session, detail));
  }
}
