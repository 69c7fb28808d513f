import { utf8 } from "../record/bytes.ts";

/** A cell: numbers stay numbers, a missing value is an empty cell. */
export type CsvCell = string | number | undefined;

/** Tells spreadsheet programs that the file is UTF-8. */
export const CSV_START = utf8("\ufeff");

/**
 * One row as RFC 4180 has it, each text quoted, CRLF at the end.
 *
 * Recorded text must not run as a formula: an apostrophe goes before whatever a spreadsheet program would take for the beginning
 * of one. That is done after every `;`, tab and line break too, since programs in many countries expect `;` between cells, don't
 * split at the comma, and then see our quotes as ordinary characters. Control characters become their visible pictures.
 */
export function encodeCsvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(encodeCell).join(",")}\r\n`;
}

function encodeCell(cell: CsvCell): string {
  if (cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  return `"${harmless(cell).replaceAll('"', '""')}"`;
}

function harmless(text: string): string {
  return text
    .replace(CONTROL, (c) => String.fromCharCode(c === "\u007f" ? 0x2421 : 0x2400 + c.charCodeAt(0)))
    .replace(FORMULA, "$1'$2");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
const FORMULA = /(^|[;\t\r\n])(?=["' \u00a0]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/g;
