import { type TextValue, visibleLines } from "../../record/text.ts";
import { MAIN_TEXT } from "../address.ts";
import type { SessionEntry } from "../page.ts";

/** Where a page of a session begins: at an entry, or at a line of an entry's main text. Lines count from 0. */
export interface Place {
  seq: number;
  line: number;
}

/** A page holds about so many lines: a browser lays them out in a fraction of a second. */
const LINES = 1_500;
/** So many characters count as a line more. */
const WIDTH = 200;

const known = new WeakMap<readonly SessionEntry[], readonly Place[]>();

/** Where the pages of a session begin; the first one at the first entry. A session that is not long has one page. */
export function splitSession(entries: readonly SessionEntry[]): readonly Place[] {
  const found = known.get(entries);
  if (found !== undefined) return found;
  const starts: Place[] = [{ seq: 0, line: 0 }];
  let used = 0;
  for (const { entry, text } of entries) {
    const weight = weightOf(text);
    const isLong = weight > LINES;
    // What has to be split anyway begins where there is room.
    if (used > 0 && used + (isLong ? LINES / 2 : weight) > LINES) {
      starts.push({ seq: entry.seq, line: 0 });
      used = 0;
    }
    used = isLong ? splitEntry(entry.seq, text[MAIN_TEXT[entry.kind]], starts, used) : used + weight;
  }
  known.set(entries, starts);
  return starts;
}

/** Splits one long text over as many pages as it takes; gives how much of the last one it fills. */
function splitEntry(seq: number, text: TextValue | undefined, starts: Place[], before: number): number {
  let used = before;
  const lines = text === undefined ? [] : visibleLines(text);
  for (const [line, { text: shown }] of lines.entries()) {
    const weight = 1 + shown.length / WIDTH;
    if (used > 0 && used + weight > LINES) {
      starts.push({ seq, line });
      used = 0;
    }
    used += weight;
  }
  return used;
}

function weightOf(text: Readonly<Record<string, TextValue>>): number {
  let weight = 1;
  for (const value of Object.values(text)) {
    if ("seed" in value) for (const line of value.lines) weight += 1 + line.length / WIDTH;
    else for (const item of value.items) weight += 1 + ("line" in item ? item.line.length : 0) / WIDTH;
  }
  return weight;
}

/** Which page, from 0, shows this line; of a text that is not the entry's main one, every line is where the entry begins. */
export function partOf(starts: readonly Place[], seq: number, line = 0): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const start = starts[middle] as Place;
    if (start.seq < seq || (start.seq === seq && start.line <= line)) low = middle;
    else high = middle - 1;
  }
  return low;
}
