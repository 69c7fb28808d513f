import type { EntryKind } from "../record/entry.ts";

/** The text of an entry that its plain line addresses mean; the lines of other texts carry the text's name. */
export const MAIN_TEXT: Record<EntryKind, string> = {
  opened: "subject",
  joined: "name",
  context: "value",
  "approval.asked": "command",
  "approval.answered": "word",
  command: "command",
  output: "output",
  finished: "raw",
  chat: "message",
  note: "note",
  gap: "detail",
  closed: "summary",
};

/** `e12`: an entry's place on its session's page. */
export function entryAddress(seq: number): string {
  return `e${seq}`;
}

/**
 * `e12.3`, or `e12.reason.1` for a text that is not the entry's main one. Addresses count lines from 1, as people and editors
 * do; `line` counts from 0, as the record does.
 */
export function lineAddress(kind: EntryKind, seq: number, field: string, line: number): string {
  return lineAddressOf(seq, field === MAIN_TEXT[kind] ? "" : field, line);
}

/** What the addresses of all lines of a text begin with; the number of the line, from 1, follows. */
export function lineAddressStart(kind: EntryKind, seq: number, field: string): string {
  return field === MAIN_TEXT[kind] ? `e${seq}.` : `e${seq}.${field}.`;
}

/** The same for a text whose name is given only when it is not the entry's main one. */
export function lineAddressOf(seq: number, field: string, line: number): string {
  return field === "" ? `e${seq}.${line + 1}` : `e${seq}.${field}.${line + 1}`;
}
