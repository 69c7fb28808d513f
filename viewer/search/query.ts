import { isBucket, tokenize } from "./tokenize.ts";
import { encodeWord } from "./word.ts";

/** One way in which a word that is asked for may stand in the index. */
export interface Spelling {
  /** As word.ts encodes it. */
  word: string;
  /** Whether longer words that begin with it count too. */
  prefix: boolean;
}

/** A query taken apart. All its words must occur, each in one of its spellings. */
export interface Query {
  words: Spelling[][];
  /** The words as they are shown and marked; the last one may be the beginning of a longer one. */
  marked: string[];
  /** Parts that a hit must hold to the letter, in lower case: paths, addresses, numbers that share a bucket. */
  literals: string[];
}

/** @returns undefined when there is no word in it. */
export function parseQuery(query: string): Query | undefined {
  const words = new Map<string, Spelling[]>();
  const marked = new Set<string>();
  const literals = new Set<string>();
  const parts = query.split(/\s+/).filter((part) => part !== "");
  for (const [i, part] of parts.entries()) {
    const found = tokenize(part, true);
    const typed = part.toLowerCase().replace(OUTSIDE, "");
    if (found.length > 0 && ((isAscii(typed) ? PLAIN_MARK : INNER_MARK).test(typed) || found.some(isBucket)))
      literals.add(normal(typed));
    for (const [k, word] of found.entries()) {
      const last = i === parts.length - 1 && k === found.length - 1;
      words.set(word, spellings(word, typed, last));
      marked.add(isBucket(word) ? typed : word);
    }
  }
  if (words.size === 0) return undefined;
  return { words: [...words.values()], marked: [...marked], literals: [...literals] };
}

/** As texts are compared to the letter. */
export function normal(text: string): string {
  const lower = text.toLowerCase();
  return isAscii(lower) ? lower : lower.normalize("NFC");
}

export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

function spellings(word: string, typed: string, last: boolean): Spelling[] {
  const prefix = (last && !isBucket(word)) || PARTIAL_ADDRESS.test(word);
  const found = [{ word: encodeWord(word), prefix }];
  const number = isBucket(word) ? typed : word;
  // An error code is also typed without its 0x, an update without its KB.
  if (CODE.test(number)) found.push({ word: encodeWord(`0x${number}`), prefix: last });
  if (UPDATE.test(number)) found.push({ word: encodeWord(`kb${number}`), prefix: last });
  // What is being typed may become a number that is long enough for a bucket.
  if (last && !isBucket(word) && GROWING.test(word))
    found.push({ word: `~${word.replace(/^0+(?=.{4})/, "").slice(0, 4)}`, prefix: false });
  return found;
}

const OUTSIDE = /^["'([{<]+|["')\]}>,;:.!?]+$/g;
const INNER_MARK = /[\p{L}\p{N}\p{M}][^\p{L}\p{N}\p{M}]+[\p{L}\p{N}\p{M}]/u;
/** The same for plain text: what knows of all letters takes a browser milliseconds to prepare. */
const PLAIN_MARK = /[a-z0-9][^a-z0-9]+[a-z0-9]/;
const ASCII = /^[\0-\x7f]*$/;
const PARTIAL_ADDRESS = /^\d+\.\d+(\.\d+)?$/;
const CODE = /^(?=.*\d)[0-9a-f]{5,8}$/;
const UPDATE = /^\d{6,7}$/;
const GROWING = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{6,7}$|^\d{5}$/;
