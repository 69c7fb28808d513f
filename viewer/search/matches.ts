import { lineAddressOf } from "../address.ts";
import type { Passage, SearchData } from "./files.ts";
import { tokenize, wordAndParts } from "./tokenize.ts";

/** Longest part of a line that is shown, in characters. */
const SNIPPET = 220;

/** Where in a document the words are. */
export interface Matches {
  /** Part of the address after `#`; undefined: the session as a whole. */
  address: string | undefined;
  line: string;
}

/** The line of a document that holds most of the words; undefined when the document doesn't hold what was typed to the letter. */
export function matchesOf(
  data: SearchData,
  number: number,
  texts: ReadonlyMap<number, Passage[]>,
  { words, literals }: { words: readonly string[]; literals: readonly string[] },
): Matches | undefined {
  const row = data.documents[number];
  const session = row && data.sessions[row[0]];
  if (row === undefined || session === undefined) return undefined;
  const passages = texts.get(number) ?? [];
  const whole = `${passages.map(([, , text]) => text).join("\n")}\n${session.endpoint}\n${session.title}`.toLowerCase();
  if (!literals.every((literal) => whole.includes(literal))) return undefined;
  let best: Matches | undefined;
  let most = -1;
  for (const [seq, field, text] of passages) {
    for (const [i, line] of text.split("\n").entries()) {
      const score = scoreOf(line, words, literals);
      if (score > most) {
        most = score;
        best = { address: row[1] === "session" && seq === 0 ? undefined : lineAddressOf(seq, field, i), line };
      }
    }
  }
  return best ?? { address: undefined, line: "" };
}

function scoreOf(line: string, words: readonly string[], literals: readonly string[]): number {
  const lower = line.toLowerCase();
  let score = line.trim() === "" ? 0 : 0.1;
  for (const literal of literals) if (lower.includes(literal)) score += 3;
  if (!words.some((word) => lower.includes(word))) return score;
  const own = tokenize(line).flatMap(wordAndParts);
  for (const word of words) {
    if (own.includes(word)) score += 2;
    else if (own.some((one) => one.startsWith(word))) score += 1;
  }
  return score;
}

/** The part of a line around the first word that was looked for. */
export function excerpt(line: string, words: readonly string[]): string {
  const text = line.trim();
  if (text.length <= SNIPPET) return text;
  const first = wordPattern(words)?.exec(text)?.index ?? 0;
  const from = Math.max(0, Math.min(first - 60, text.length - SNIPPET));
  const cut = text.slice(from, from + SNIPPET).toWellFormed();
  return `${from > 0 ? "\u2026" : ""}${cut}${from + SNIPPET < text.length ? "\u2026" : ""}`;
}

/** Finds the words where they begin, numbers also within an identifier such as KB5034441. One group. */
export function wordPattern(words: readonly string[]): RegExp | undefined {
  if (words.length === 0) return undefined;
  const each = [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => `${/^\d/.test(word) ? "(?<!\\d)" : "(?<![\\p{L}\\p{N}\\p{M}])"}${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
  return new RegExp(`(${each.join("|")})`, "iu");
}
