import * as z from "zod";
import { canonicalBytes, type Json, parseCanonical } from "./canonical.ts";
import { issues } from "./entry.ts";
import { RecordError } from "./error.ts";
import { openText, redactedText, type TextValue } from "./text.ts";

/** One line of `ID.text.jsonl`: a text, and the entry and field to which it belongs. */
export interface SessionText {
  seq: number;
  field: string;
  text: TextValue;
}

const place = { seq: z.int().min(0), field: z.string() };
export const sessionText = z.union([openText.extend(place), redactedText.extend(place)]);

/** The line as it is written, without its newline: canonical JSON of `seq`, `field`, and `seed` with `lines`, or `items`. */
export function encodeSessionText(value: SessionText): Uint8Array {
  return canonicalBytes({ seq: value.seq, field: value.field, ...value.text });
}

/** @throws RecordError `text/malformed`; else as {@link parseCanonical}. */
export function parseSessionText(line: Uint8Array): SessionText {
  const value = parseCanonical(line);
  const plain = plainText(value);
  if (plain !== undefined) return plain;
  const parsed = sessionText.safeParse(value);
  if (!parsed.success) throw new RecordError("text/malformed", `expected a text with its place: ${issues(parsed.error)}`);
  const { seq, field, ...text } = parsed.data;
  return { seq, field, text };
}

const SEED = /^[A-Za-z0-9+/]{43}=$/;

/**
 * A text with nothing hidden, as nearly all are, without the schema, which takes longer for its many lines than their hashes do.
 * Undefined for whatever is not plainly one: of that the schema judges, and says why.
 * @param value out of canonical JSON: its strings are well-formed, its numbers safe integers.
 */
function plainText(value: Json): SessionText | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  const { seq, field, seed, lines } = value;
  if (Object.keys(value).length !== 4 || typeof seq !== "number" || seq < 0 || typeof field !== "string") return undefined;
  if (typeof seed !== "string" || !SEED.test(seed) || !Array.isArray(lines) || lines.length === 0) return undefined;
  for (const line of lines) if (typeof line !== "string" || line.includes("\n")) return undefined;
  return { seq, field, text: { seed, lines: lines as string[] } };
}
