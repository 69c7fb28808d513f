import { type TextValue, visibleLines } from "../../record/text.ts";
import type { Excerpt } from "./rows.ts";

const LINES = 6;
const WIDTH = 240;

/** The first lines of a text, none of them long. A text without any is null. */
export function excerptOf(text: TextValue | undefined, lines = LINES, width = WIDTH): Excerpt | null {
  if (text === undefined) return null;
  const all = visibleLines(text);
  if (all.every((line) => line.text.trim() === "" && line.hidden === undefined)) return null;
  return {
    lines: all.slice(0, lines).map(({ text: line, hidden }) => ({
      text: shortened(line, width),
      ...(hidden === undefined ? {} : { hidden }),
    })),
    more: Math.max(0, all.length - lines),
  };
}

/** Cut without splitting a character of two code units. */
export function shortened(line: string, width = WIDTH): string {
  return line.length <= width
    ? line
    : `${line
        .slice(0, width)
        .toWellFormed()
        .replace(/\ufffd$/, "")}\u2026`;
}
