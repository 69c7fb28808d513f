import type { EntryKind } from "../record/entry.ts";
import { lineAddress, MAIN_TEXT } from "../viewer/address.ts";

/** A line as addresses in a package's pages name it. */
export interface AddressedLine {
  seq: number;
  /** Undefined where the entry's main text is meant, whose name its kind says. */
  field: string | undefined;
  /** From 0. */
  line: number;
}

/** The address of a line on its session's page: `e12.3`, or `e12.reason.1`. */
export function addressOfLine(kind: EntryKind, seq: number, field: string, line: number): string {
  return lineAddress(kind, seq, field, line);
}

/** Inverse of {@link addressOfLine}; undefined for anything else. */
export function parseLineAddress(address: string): AddressedLine | undefined {
  const [, seq, field, line] = /^e(\d{1,9})(?:\.([a-zA-Z]{1,20}))?\.(\d{1,9})$/.exec(address) ?? [];
  if (seq === undefined || line === undefined || Number(line) === 0) return undefined;
  return { seq: Number(seq), field, line: Number(line) - 1 };
}

/** The text that plain line addresses of an entry of this kind mean. */
export function mainText(kind: EntryKind): string {
  return MAIN_TEXT[kind];
}
