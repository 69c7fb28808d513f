/** Letters of a word that the index is asked for at most; the text itself has the last word. */
const MOST_TRIGRAMS = 32;

/** What is searched for: words that must all be in a text, as they are compared. */
export interface Query {
  words: string[];
  /** For the index: texts that it does not find have not all words. Undefined when every word is too short for it. */
  match: string | undefined;
}

/**
 * Text as it is compared: without capitals, and as long as it was, so that a place in it is the same place in the text. A letter
 * whose small form is longer stays as it is.
 */
export function fold(text: string): string {
  const small = text.toLowerCase();
  if (small.length === text.length) return small;
  let out = "";
  for (const char of text) {
    const one = char.toLowerCase();
    out += one.length === char.length ? one : char;
  }
  return out;
}

/** Reads what somebody typed. Nothing in it is a syntax that could be wrong: a quote that is not closed is a character. */
export function parseQuery(typed: string): Query {
  const words = [...typed.matchAll(/"([^"]+)"(?=\s|$)|\S+/g)].map(([whole, quoted]) => fold(quoted ?? whole));
  const distinct = [...new Set(words)].filter((word) => word.trim() !== "");
  const long = distinct.flatMap((word) => trigramsOf(word));
  return { words: distinct, match: long.length === 0 ? undefined : [...new Set(long)].map(quoted).join(" AND ") };
}

/**
 * Three characters each, side by side over the word, and the last three. An index without places holds them; a zero byte would end the
 * expression. Those that overlap would say little more, and each takes as long as the first.
 */
function trigramsOf(word: string): string[] {
  const chars = [...word];
  const all = chars.slice(2).map((_, i) => chars.slice(i, i + 3).join(""));
  const step = Math.max(3, Math.ceil(all.length / MOST_TRIGRAMS));
  return all.filter((trigram, i) => (i % step === 0 || i === all.length - 1) && !trigram.includes("\0"));
}

function quoted(term: string): string {
  return `"${term.replaceAll('"', '""')}"`;
}
