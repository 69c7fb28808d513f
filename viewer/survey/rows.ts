import type { ContextPart, EntryKind, EntryOf } from "../../record/entry.ts";
import type { HiddenReason } from "../../record/text.ts";

// What the pages about all sessions are made of: gathered session by session, plain, and bounded.

/** The beginning of a text. */
export interface Excerpt {
  lines: { text: string; hidden?: HiddenReason }[];
  /** Lines that are not among them. */
  more: number;
}

/** Where an entry, or a line of it, stands. */
export interface EntryLink {
  /** Citation number. */
  cite: string;
  /** Relative to `data/`. */
  href: string;
}

/** Rows of one session. */
export interface Group<Row> {
  session: string;
  rows: Row[];
}

/** A question to the person at the machine, with what came of it. */
export interface ApprovalRow {
  at: string;
  asked: EntryLink;
  by: string;
  command: Excerpt;
  reason: Excerpt | null;
  /** Null when the session ended before it was answered. */
  answered: {
    entry: EntryLink;
    answer: EntryOf<"approval.answered">["answer"];
    by: string | null;
    /** Milliseconds from the question to the answer. */
    after: number;
    word: Excerpt | null;
  } | null;
  ran: CommandRun | null;
}

/** A command that was started, and how it ended; `end` is null when the record says nothing of that. */
export interface CommandRun {
  entry: EntryLink;
  end: EntryOf<"finished">["end"] | null;
  exit: number | null;
}

/** A command that was not only reading. */
export interface ChangeRow extends CommandRun {
  at: string;
  by: string;
  command: Excerpt;
  /** The answer that allowed it. */
  allowed: { entry: EntryLink; answer: EntryOf<"approval.answered">["answer"]; by: string | null } | null;
}

/** One hidden line; it counts from 0. */
export interface HiddenRow {
  line: EntryLink;
  kind: EntryKind;
  field: string;
  number: number;
  reason: HiddenReason;
  /** The reviewer's masked rendering: asserted, not proven. */
  shown: string | null;
  digest: string;
}

/** Somebody who took part, in all sessions together. */
export interface PersonRow {
  name: string;
  role: EntryOf<"joined">["role"];
  /** Whether the name is a reviewer's mask. */
  masked: HiddenReason | null;
  sessions: number;
  first: string;
  last: string;
  commands: number;
  messages: number;
  asked: number;
  approved: number;
  refused: number;
}

/** What of a machine's context differs from the session before in which the same part could be read. */
export interface MachineChange {
  session: string;
  /** The session before. */
  since: string;
  part: ContextPart;
  href: string;
  added: string[];
  removed: string[];
  changed: { name: string; before: string; after: string }[];
  /** Rows that are not among them. */
  more: number;
}

export interface DiskReading {
  at: string;
  mount: string;
  size: number;
  free: number;
}

/** A part of the machine's context as it was last read. */
export interface MachinePart {
  part: ContextPart;
  session: string;
  href: string;
  columns: string[];
  /** Cells of each row. */
  rows: string[][];
  /** Rows that are not among them. */
  more: number;
}

export interface Machine {
  endpoint: string;
  changes: MachineChange[];
  disks: DiskReading[];
  parts: MachinePart[];
}

export type TermKind = "update" | "code" | "event" | "service" | "message";

/** Where something comes up first in a session. */
export interface Place {
  session: string;
  /** Relative to `data/`. */
  href: string;
}

/** What comes up in more than one session. */
export interface Term {
  kind: TermKind;
  name: string;
  /** How often, in all sessions together. */
  count: number;
  /** In the last session. */
  readonly last: Place;
}

/** Terms that come up in exactly the same sessions. Places are made when they are asked for: few of them are shown. */
export interface Recurrence {
  /** Number of sessions. */
  sessions: number;
  /** Of the first term, in the first sessions. */
  readonly places: readonly Place[];
  terms: readonly Term[];
  /** In how many of these sessions it comes up, of those that {@link Recurrence.places} has. */
  countIn(sessions: ReadonlySet<string>): number;
}

/** A time in which nothing was recorded, or output that was cut off. */
export interface LossRow {
  session: string;
  entry: EntryLink;
  /** Milliseconds, or bytes. */
  amount: number;
  cause: EntryOf<"gap">["cause"] | null;
}

/** A list of which only the first are kept. */
export interface Some<Row> {
  rows: Row[];
  /** How many there are in all. */
  count: number;
}
