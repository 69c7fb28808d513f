import { utf8 } from "../../record/bytes.ts";
import { type Entry, type EntryKind, parseEntry } from "../../record/entry.ts";
import { type TextValue, visibleLines } from "../../record/text.ts";
import type { Recorded } from "../../record/wire.ts";
import { QUERY_LIMIT } from "./schema.ts";

/** Characters in a passage, about; a line is divided only when it is longer. */
const PASSAGE = 8_000;

/** The texts that are searched. Not the machine's context, which would be found in every session of a machine. */
const SEARCHED: Partial<Record<EntryKind, readonly string[]>> = {
  opened: ["subject"],
  "approval.asked": ["command", "reason"],
  "approval.answered": ["word"],
  command: ["command", "directory"],
  output: ["output"],
  chat: ["message"],
  note: ["note"],
  closed: ["summary", "todo"],
};

/** A text, or a part of a long one, as the index takes it. */
export interface Passage {
  seq: number;
  kind: EntryKind;
  field: string;
  at: string;
  /** Number of the line that `text` begins in. */
  line: number;
  /**
   * How many code units at the start of `text` are the end of what comes before, so that a word over the border is found. Whatever
   * lies in them alone belongs to the passage before.
   */
  carry: number;
  /** The entry that they are of. */
  carrySeq: number;
  text: string;
}

/** A part of a session for the search index: of its entries from number `from` up to before `to`. */
export interface IndexBatch {
  from: number;
  to: number;
  passages: Passage[];
  technicians: { participant: string; name: string }[];
  /** What the session has in all. */
  counts: { entries: number; commands: number; approvals: number };
}

/** The end of an output whose last line goes on in the next one of its stream. */
interface Tail {
  seq: number;
  text: string;
}

/** What an entry has to be searched for, in order. @param tail the end of an output that this one continues. */
function* passagesOf(entry: Entry, text: Record<string, TextValue>, tail: Tail | undefined): Generator<Passage> {
  for (const field of SEARCHED[entry.kind] ?? []) {
    const value = text[field];
    if (value === undefined) continue;
    const lines = visibleLines(value).map((line) => line.text);
    if (lines.every((line) => line === "")) continue;
    yield* divided(lines, { seq: entry.seq, kind: entry.kind, field, at: entry.at }, tail);
  }
}

function* divided(
  lines: readonly string[],
  of: Pick<Passage, "seq" | "kind" | "field" | "at">,
  tail: Tail | undefined,
): Generator<Passage> {
  let carry = tail?.text ?? "";
  let carrySeq = tail?.seq ?? of.seq;
  let from = 0;
  let text = "";
  const passage = (): Passage => ({ ...of, line: from, carry: carry.length, carrySeq, text: carry + text });
  for (const [number, line] of lines.entries()) {
    if (text.length > 0 && text.length + line.length >= PASSAGE) {
      yield passage();
      [carry, carrySeq, from, text] = ["", of.seq, number, ""];
    }
    let rest = number === from ? line : `\n${line}`;
    while (text.length + rest.length > PASSAGE) {
      const room = PASSAGE - text.length;
      text += rest.slice(0, room);
      rest = rest.slice(room);
      yield passage();
      [carry, carrySeq, from, text] = [endOf(text), of.seq, number, ""];
    }
    text += rest;
  }
  if (text !== "") yield passage();
}

/** As much of a text's last line as a word that goes on behind it may have in it. */
export function endOf(text: string): string {
  return text.slice(Math.max(text.lastIndexOf("\n") + 1, text.length - QUERY_LIMIT));
}

/** Makes passages of a session's entries, which it has to be given in order. */
export class Passages {
  /** By command and stream. */
  readonly #tails = new Map<string, Tail>();
  /** Finds the output before one, when the entries given so far don't have it. */
  readonly #before: (command: number, stream: string, seq: number) => Recorded | undefined;

  constructor(before: (command: number, stream: string, seq: number) => Recorded | undefined) {
    this.#before = before;
  }

  of({ line, text }: Recorded): { entry: Entry; passages: Passage[] } {
    const entry = parseEntry(utf8(line));
    if (entry.kind !== "output") return { entry, passages: [...passagesOf(entry, text, undefined)] };
    const stream = `${entry.command} ${entry.stream}`;
    const tail = this.#tails.get(stream) ?? this.#stored(entry.command, entry.stream, entry.seq);
    const passages = [...passagesOf(entry, text, tail?.text === "" ? undefined : tail)];
    this.#tails.set(stream, tailOf(entry, text));
    return { entry, passages };
  }

  #stored(command: number, stream: string, seq: number): Tail | undefined {
    const before = this.#before(command, stream, seq);
    if (before === undefined) return undefined;
    return tailOf(parseEntry(utf8(before.line)), before.text);
  }
}

function tailOf(entry: Entry, text: Record<string, TextValue>): Tail {
  const value = text.output;
  if (entry.kind !== "output" || entry.newline || value === undefined) return { seq: entry.seq, text: "" };
  return { seq: entry.seq, text: endOf(visibleLines(value).at(-1)?.text ?? "") };
}
