import { fold } from "./query.ts";
import type { FoundLine } from "./schema.ts";

/** Lines that a hit shows. */
const LINES = 3;
/** Characters of a line that a hit shows, and how many of them stand before the first thing found. */
const SHOWN = 240;
const BEFORE = 60;

type Mark = FoundLine["marks"][number];

/**
 * Looks for words in a passage.
 * @param carry how many code units at its start belong to the passage before: what lies in them alone is not found here.
 * @param line number of its first line.
 * @returns the first lines with a word; undefined unless all words are there.
 */
export function findWords(text: string, carry: number, line: number, words: readonly string[]): FoundLine[] | undefined {
  const folded = fold(text);
  if (!words.every((word) => folded.includes(word))) return undefined;
  const marks = merged(words.flatMap((word) => placesOf(folded, word)));
  if (marks.every(({ to }) => to <= carry)) return undefined;
  const found: FoundLine[] = [];
  let start = 0;
  let number = line;
  for (const { from } of marks.filter(({ to }) => to > carry)) {
    if (found.length === LINES) break;
    if (found.length > 0 && from < start) continue;
    for (let end = text.indexOf("\n", start); end !== -1 && end < from; end = text.indexOf("\n", start)) {
      start = end + 1;
      number++;
    }
    const end = text.indexOf("\n", from) === -1 ? text.length : text.indexOf("\n", from);
    found.push(shown(text, number, start, end, from, marks));
    start = end + 1;
    number++;
  }
  return found;
}

/** A line's part around the first mark in it. */
function shown(text: string, line: number, start: number, end: number, first: number, marks: readonly Mark[]): FoundLine {
  const from = boundary(text, end - start <= SHOWN ? start : Math.max(start, first - BEFORE), start);
  const to = boundary(text, Math.min(end, from + SHOWN), from);
  const within = marks
    .filter((mark) => mark.from < to && mark.to > from)
    .map((mark) => ({ from: Math.max(mark.from, from) - from, to: Math.min(mark.to, to) - from }));
  return { line, text: text.slice(from, to), marks: within, before: from > start, after: to < end };
}

/** This place, or the one before it where it lies between the halves of a character. */
function boundary(text: string, place: number, least: number): number {
  const code = text.charCodeAt(place);
  return place > least && code >= 0xdc00 && code <= 0xdfff ? place - 1 : place;
}

function placesOf(folded: string, word: string): Mark[] {
  const places: Mark[] = [];
  for (let from = folded.indexOf(word); from !== -1; from = folded.indexOf(word, from + word.length)) {
    places.push({ from, to: from + word.length });
  }
  return places;
}

/** In order, those that overlap or touch as one. */
function merged(marks: readonly Mark[]): Mark[] {
  const out: Mark[] = [];
  for (const { from, to } of [...marks].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = out.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else out.push({ from, to });
  }
  return out;
}
