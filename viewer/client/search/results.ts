import { lineAddressOf } from "../../address.ts";
import { day } from "../../html/format.ts";
import { visibleText } from "../../html/visible.ts";
import type { DocumentKind, Passage, SearchData } from "../../search/files.ts";
import { tokenize, wordAndParts } from "../../search/tokenize.ts";
import type { Found } from "./engine.ts";

const KIND: Record<DocumentKind, string> = {
  session: "session",
  command: "command",
  approval: "approval",
  chat: "chat",
  note: "note",
  machine: "machine",
  gap: "gap",
  closing: "closing",
};

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
  { words, literals }: Found,
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

/** A hit as a list item. Recorded text enters the page as text nodes only. */
export function resultNodes(data: SearchData, number: number, matches: Matches, words: readonly string[]): HTMLLIElement {
  const row = data.documents[number];
  const session = row && data.sessions[row[0]];
  const item = document.createElement("li");
  if (row === undefined || session === undefined) return item;
  const link = document.createElement("a");
  link.href = `sessions/${session.id}.html${matches.address === undefined ? "" : `#${matches.address}`}`;
  const where = document.createElement("span");
  where.className = "where";
  const title = document.createElement("b");
  title.textContent = visibleText(session.title);
  const entry = /^e(\d+)/.exec(matches.address ?? "")?.[1];
  const place = entry === undefined ? "" : `, entry ${entry}`;
  where.append(title, ` ${visibleText(session.endpoint)}, ${day(session.opened)}, ${KIND[row[1]]}${place}`);
  const snippet = document.createElement("span");
  snippet.className = "snippet";
  snippet.append(...marked(excerpt(matches.line, words), words));
  link.append(where, snippet);
  item.append(link);
  return item;
}

/** The part of a line around the first word that was looked for. */
function excerpt(line: string, words: readonly string[]): string {
  const text = line.trim();
  if (text.length <= SNIPPET) return text;
  const first = wordPattern(words)?.exec(text)?.index ?? 0;
  const from = Math.max(0, Math.min(first - 60, text.length - SNIPPET));
  const cut = text.slice(from, from + SNIPPET).toWellFormed();
  return `${from > 0 ? "\u2026" : ""}${cut}${from + SNIPPET < text.length ? "\u2026" : ""}`;
}

function marked(text: string, words: readonly string[]): Node[] {
  const pattern = wordPattern(words);
  if (pattern === undefined) return [new Text(visibleText(text))];
  return text.split(new RegExp(pattern, "giu")).map((part, i) => {
    if (i % 2 === 0) return new Text(visibleText(part));
    const mark = document.createElement("mark");
    mark.textContent = visibleText(part);
    return mark;
  });
}

/** Finds the words where they begin, numbers also within an identifier such as KB5034441. One group. */
function wordPattern(words: readonly string[]): RegExp | undefined {
  if (words.length === 0) return undefined;
  const each = [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => `${/^\d/.test(word) ? "(?<!\\d)" : "(?<![\\p{L}\\p{N}\\p{M}])"}${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
  return new RegExp(`(${each.join("|")})`, "iu");
}
