import { z } from "zod";
import { canonicalBytes, parseCanonical } from "./canonical.ts";
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
  const parsed = sessionText.safeParse(parseCanonical(line));
  if (!parsed.success) throw new RecordError("text/malformed", `expected a text with its place: ${issues(parsed.error)}`);
  const { seq, field, ...text } = parsed.data;
  return { seq, field, text };
}
