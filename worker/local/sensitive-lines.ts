import { utf8 } from "../../record/bytes.ts";
import { parseEntry } from "../../record/entry.ts";
import { type HiddenReason, visibleLines } from "../../record/text.ts";
import type { Recorded } from "../../record/wire.ts";

/** A string that must not be handed over, and why. */
export interface SensitiveText {
  text: string;
  reason: HiddenReason;
}

/** A line that holds one, as the API takes it for hiding. */
export interface LinePlace {
  seq: number;
  field: string;
  line: number;
  reason: HiddenReason;
  /** The line with marks in place of what is sensitive: of one length, so that nothing is said about the hidden one's. */
  shown: string;
}

const MARK = "••••••••";

/** Where a recorded entry holds any of these texts. The first that fits a line gives the reason. */
export function sensitiveLines({ line, text }: Recorded, sensitive: readonly SensitiveText[]): LinePlace[] {
  const { seq } = parseEntry(utf8(line));
  return Object.entries(text).flatMap(([field, value]) =>
    visibleLines(value).flatMap((shown, number) => {
      const found = shown.hidden === undefined ? sensitive.find((one) => shown.text.includes(one.text)) : undefined;
      return found === undefined ? [] : [{ seq, field, line: number, reason: found.reason, shown: masked(shown.text, sensitive) }];
    }),
  );
}

/** The text with every sensitive part masked; longer parts first, since one may hold another. */
export function masked(text: string, sensitive: readonly SensitiveText[]): string {
  const parts = sensitive.map((one) => one.text).sort((a, b) => b.length - a.length);
  return parts.reduce((masking, part) => masking.replaceAll(part, MARK), text);
}
