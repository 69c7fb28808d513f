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
  return `${encodeCells(cells)}\r\n`;
}

/** Cells of a row that are next to each other. What many rows have in common need not be encoded for each. */
export function encodeCells(cells: readonly CsvCell[]): string {
  let row = "";
  for (let i = 0; i < cells.length; i++) row += i === 0 ? encodeCell(cells[i]) : `,${encodeCell(cells[i])}`;
  return row;
}

function encodeCell(cell: CsvCell): string {
  if (cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  return PLAIN.test(cell) ? `"${cell}"` : `"${harmless(cell).replaceAll('"', '""')}"`;
}

/** Most cells: one line of printable ASCII without quotes and semicolons, and with a beginning that no formula has. */
const PLAIN = /^[!#-&(-*,.-:<>?A-~][ !#-:<-~]*$/;

function harmless(text: string): string {
  const visible = text.replace(CONTROL, (c) => String.fromCharCode(c === "\u007f" ? 0x2421 : 0x2400 + c.charCodeAt(0)));
  const guarded = visible.replace(FORMULA_WITHIN, "$&'");
  return FORMULA_START.test(guarded) ? `'${guarded}` : guarded;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
/** Quotes and spaces before it don't always save. The last four are full-width forms, which count in East Asian settings. */
const FORMULA_WITHIN = /[;\t\r\n](?=["' \u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;
const FORMULA_START = /^["' \u00a0]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
