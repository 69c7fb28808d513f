import { lineAddressOf } from "../address.ts";
import type { DocumentKind, Passage, SessionRow } from "./files.ts";
import { isAscii, normal } from "./query.ts";
import { tokenize } from "./tokenize.ts";

/** Longest part of a line that is shown, in characters. */
const SNIPPET = 220;

/** A document as a hit shows it. */
export interface HitDocument {
  kind: DocumentKind;
  session: SessionRow;
  /** Name of the machine. */
  endpoint: string;
  passages: readonly Passage[];
}

/** Where in a document the words are. */
export interface Matches {
  /** Page of the session, from 0. */
  part: number;
  /** Part of the address after `#`; undefined: the session as a whole. */
  address: string | undefined;
  /** Number of the entry; undefined with the address. */
  seq: number | undefined;
  line: string;
}

/** The line of a document that holds most of the words; undefined when the document doesn't hold what was typed to the letter. */
export function matchesOf(
  { kind, session, endpoint, passages }: HitDocument,
  { words, literals }: { words: readonly string[]; literals: readonly string[] },
): Matches | undefined {
  const whole = normal(`${passages.map(([, , text]) => text).join("\n")}\n${endpoint}\n${session.title}`);
  if (!literals.every((literal) => whole.includes(literal))) return undefined;
  let best: [seq: number, field: string, line: number, text: string] | undefined;
  let most = -1;
  for (const [seq, field, text] of passages) {
    for (const [i, line] of text.split("\n").entries()) {
      const score = scoreOf(line, words, literals);
      if (score > most) {
        most = score;
        best = [seq, field, i, line];
      }
    }
  }
  if (best === undefined) return { part: 0, address: undefined, seq: undefined, line: "" };
  const [seq, field, line, text] = best;
  if (kind === "session" && seq === 0) return { part: 0, address: undefined, seq: undefined, line: text };
  // Only the main text of an entry is parted; all else of it is where it begins.
  const from = field === "" ? line : 0;
  const part = (session.pages ?? []).filter((start) => start.seq < seq || (start.seq === seq && start.line <= from)).length;
  return { part, address: lineAddressOf(seq, field, line), seq, line: text };
}

function scoreOf(line: string, words: readonly string[], literals: readonly string[]): number {
  const lower = normal(line);
  let score = line.trim() === "" ? 0 : 0.1;
  for (const literal of literals) if (lower.includes(literal)) score += 3;
  if (!words.some((word) => lower.includes(word))) return score;
  const own = tokenize(line);
  for (const word of words) {
    if (own.includes(word)) score += 2;
    else if (own.some((one) => one.startsWith(word))) score += 1;
    else if (lower.includes(word)) score += 0.5;
  }
  return score;
}

/** The part of a line around the first word that was looked for. */
export function excerpt(line: string, words: readonly string[]): string {
  const text = line.trim();
  if (text.length <= SNIPPET) return text;
  const first = wordPattern(words, text)?.exec(text)?.index ?? 0;
  const from = Math.max(0, Math.min(first - 60, text.length - SNIPPET));
  const cut = text.slice(from, from + SNIPPET).toWellFormed();
  return `${from > 0 ? "\u2026" : ""}${cut}${from + SNIPPET < text.length ? "\u2026" : ""}`;
}

/**
 * Finds all the words where they begin, numbers also within an identifier such as KB5034441. One group.
 * @param text what is looked through: where all of it is ASCII, a pattern does that takes a browser microseconds to prepare and not milliseconds.
 */
export function wordPattern(words: readonly string[], text: string): RegExp | undefined {
  if (words.length === 0) return undefined;
  const isPlain = isAscii(text) && words.every(isAscii);
  const letter = isPlain ? "[a-z0-9]" : "[\\p{L}\\p{N}\\p{M}]";
  const each = [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => `${/^\d/.test(word) ? "(?<!\\d)" : `(?<!${letter})`}${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
  return new RegExp(`(${each.join("|")})`, isPlain ? "gi" : "giu");
}
