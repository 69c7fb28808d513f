import type { ContextPart } from "../record/entry.ts";
import { WIRE_TEXT_LIMIT } from "../record/wire.ts";

/** One part of the machine context: rows under named columns, or why it could not be read. */
export type ContextReading =
  | { part: ContextPart; status: "ok"; columns: readonly string[]; rows: readonly (readonly string[])[] }
  | { part: ContextPart; status: "failed"; reason: string };

/** Reads the parts and yields each as it is there. A part that fails is a reading, never an exception. */
export type CollectContext = (parts: readonly ContextPart[], signal: AbortSignal) => AsyncIterable<ContextReading>;

/** Bytes of UTF-8 that one entry's rows may take: a text has to fit into a piece of the wire. */
const VALUE_BYTES = WIRE_TEXT_LIMIT - 1024;

export interface ContextEntry {
  fields: { part: ContextPart; status: ContextReading["status"]; columns: readonly string[] };
  text: { value: string };
}

/** The entries that a reading becomes: one, or several with some of the rows each when there are many. */
export function encodeReading(reading: ContextReading): ContextEntry[] {
  const { part } = reading;
  if (reading.status === "failed") {
    return [{ fields: { part, status: "failed", columns: [] }, text: { value: cell(reading.reason) } }];
  }
  const entries: string[][] = [[]];
  let bytes = 0;
  for (const row of reading.rows) {
    const line = reading.columns.map((_, i) => cell(row[i] ?? "")).join("\t");
    const length = Buffer.byteLength(line) + 1;
    if (bytes + length > VALUE_BYTES && bytes > 0) {
      entries.push([]);
      bytes = 0;
    }
    entries.at(-1)?.push(line);
    bytes += length;
  }
  return entries.map((lines) => ({ fields: { part, status: "ok", columns: reading.columns }, text: { value: lines.join("\n") } }));
}

/** A cell holds no tab and no new line, as those separate cells and rows, and is not endless. */
function cell(value: string): string {
  const clean = value.toWellFormed().replace(/[\t\r\n\v\f\u2028\u2029]+/g, " ");
  return clean.length > CELL ? `${clean.slice(0, CELL).toWellFormed()}…` : clean;
}
const CELL = 4000;
