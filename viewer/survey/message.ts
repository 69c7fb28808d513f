import { shortened } from "./excerpt.ts";

// A message without what differs between two occurrences, and without the lines and dots of tables. It is put together as code units: the
// same few come up again and again, and are known by these before any string is made.

/** Longest line that is taken. */
export const LONGEST = 2_000;
const WIDTH = 140;

/** Stands for what varies. */
const ANY = 0x2026;
const SPACE = 32;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const HYPHEN = 0x2d;
const BAR = 0x7c;

/** What a code unit of ASCII may be. */
const DIGIT = 1;
const HEX = 2;
const LETTER = 4;
/** Goes on in a number: digits, and what parts them in times, dates, versions and addresses. */
const NUMBER = 8;
/** A mark of which rules of tables are made. */
const RULE = 16;
const BLANK = 32;
const KIND = new Uint8Array(128);
const mark = (chars: string, bits: number) => {
  for (const char of chars) KIND[char.charCodeAt(0)] = (KIND[char.charCodeAt(0)] as number) | bits;
};
mark("0123456789", DIGIT | HEX | NUMBER);
mark("abcdefABCDEF", HEX);
mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", LETTER);
mark(".,:/-", NUMBER);
mark("|+~^-", RULE);
mark(" \t\n\v\f\r", BLANK);

/** The line, and what is made of it: each word with a space behind it. */
const line = new Uint16Array(LONGEST + 1);
const made = new Uint16Array(3 * LONGEST);
let length = 0;
/** Where each word of it begins. */
const starts = new Uint16Array(2 * LONGEST);
let words = 0;
/** How many words said something before the last one that did, and what that one is. */
let before = 0;
let last = 0;

/**
 * The message that a line is; undefined when it is hardly one.
 * @param text of at most {@link LONGEST} code units.
 */
export function messageOf(text: string): Message | undefined {
  for (let i = 0; i < text.length; i++) line[i] = text.charCodeAt(i);
  line[text.length] = SPACE;
  length = words = before = last = 0;
  for (let i = 0; i < text.length; ) {
    if (isBlank(line[i] as number)) {
      i++;
      continue;
    }
    let digits = 0;
    let end = i;
    for (; !isBlank(line[end] as number); end++) if (isOf(line[end] as number, DIGIT)) digits++;
    // Only numbers differ, and what is as long as a key: most words are neither.
    if (end - i >= 16 || digits > 0) addParts(text, i, end);
    else if (end - i > 1 || line[i] !== BAR || !endsWithAny()) addWord(text, i, end);
    i = end;
  }
  return before >= 2 && (last & SYLLABLE) !== 0 ? named() : undefined;
}

/** A word of which some may vary. */
function addParts(text: string, from: number, end: number): void {
  let start = from;
  for (let i = from; i < end; ) {
    const varying = endOfVarying(i, end);
    if (varying === i) {
      i++;
      continue;
    }
    if (i > start) addWord(text, start, i);
    vary();
    start = i = varying;
  }
  if (end > start) addWord(text, start, end);
}

/** Where ends what begins here and differs from time to time: a GUID, a number of base 16 or 10, a key. The place itself when nothing does. */
function endOfVarying(at: number, end: number): number {
  const code = line[at] as number;
  if (code === OPEN) return endOfGuid(at + 1, end, at);
  if (!isOf(code, HEX)) return at;
  const guid = endOfGuid(at, end, at);
  if (guid > at) return guid;
  if (code === 0x30 && ((line[at + 1] as number) | 32) === 0x78) {
    const to = endOfHex(at + 2, end);
    if (to > at + 2) return to;
  }
  const hex = endOfHex(at, end);
  if (hex - at >= 16) return hex;
  let to = at;
  if (isOf(code, DIGIT)) while (to < end && isOf(line[to] as number, NUMBER)) to++;
  return to;
}

function endOfHex(from: number, end: number): number {
  let to = from;
  while (to < end && isOf(line[to] as number, HEX)) to++;
  return to;
}

/** Eight digits, a hyphen, 27 of both. */
function endOfGuid(from: number, end: number, otherwise: number): number {
  if (from + 36 > end || line[from + 8] !== HYPHEN) return otherwise;
  for (let i = 0; i < 36; i++) {
    const code = line[from + i] as number;
    if (!isOf(code, HEX) && (i < 8 || code !== HYPHEN)) return otherwise;
  }
  return from + 36 < end && line[from + 36] === CLOSE ? from + 37 : from + 36;
}

/** Lets what comes here vary; a rule of a table before it goes. */
function vary(): void {
  while (words > 0 && isRule()) {
    words--;
    length = starts[words] as number;
  }
  if (words === 0 || endsWithAny()) return;
  starts[words++] = length;
  made[length++] = ANY;
  made[length++] = SPACE;
}

/** Whether the last word is of marks only. */
function isRule(): boolean {
  for (let i = starts[words - 1] as number; i < length - 1; i++) if (!isOf(made[i] as number, RULE)) return false;
  return true;
}

function endsWithAny(): boolean {
  return words > 0 && length - (starts[words - 1] as number) === 2 && made[length - 2] === ANY;
}

/** What tells a message from what is hardly one: something that is said, with two letters, with three. */
const SAID = 1;
const SYLLABLE = 2;
const WORD = 4;

function addWord(text: string, from: number, end: number): void {
  starts[words++] = length;
  let run = 0;
  let longest = 0;
  let beyond = 0;
  for (let i = from; i < end; i++) {
    const code = line[i] as number;
    made[length++] = code;
    beyond |= code;
    run = isOf(code, LETTER) ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  made[length++] = SPACE;
  const kind =
    beyond > 127 ? kindOf(text.slice(from, end)) : longest > 2 ? SAID | SYLLABLE | WORD : longest > 1 ? SAID | SYLLABLE : 0;
  if ((kind & SAID) === 0) return;
  if ((last & WORD) !== 0) before++;
  last = kind;
}

/** What a pattern with classes of Unicode says of a word takes long, and messages are made of the same words again and again. */
const kinds = new Map<string, number>();
const MOST_KINDS = 5_000;

function kindOf(word: string): number {
  const known = kinds.get(word);
  if (known !== undefined) return known;
  let kind = 0;
  if (/[^\0-@[-`{-\x7f]{2}/.test(word)) kind |= SAID;
  if (/\p{L}{2}/u.test(word)) kind |= SYLLABLE;
  if (/\p{L}{3}/u.test(word)) kind |= WORD;
  if (kinds.size >= MOST_KINDS) kinds.clear();
  // A longer piece of a line would keep the whole of it.
  if (word.length <= 12) kinds.set(word, kind);
  return kind;
}

/** A message as it is shown, and in lower case. */
export interface Message {
  name: string;
  key: string;
}

/** Messages that were made lately, each at its place by what its code units add up to. */
const recent: ((Message & { units: Uint16Array }) | undefined)[] = new Array(512).fill(undefined);

function named(): Message {
  // Without the last space.
  const end = length - 1;
  let sum = end;
  for (let i = 0; i < end; i++) sum = Math.imul(sum ^ (made[i] as number), 0x01000193);
  const place = (sum ^ (sum >>> 15)) & (recent.length - 1);
  const known = recent[place];
  if (known !== undefined && isMade(known.units, end)) return known;
  const name = shortened(String.fromCharCode.apply(undefined, made.subarray(0, end) as unknown as number[]), WIDTH);
  const message = { name, key: name.toLowerCase(), units: made.slice(0, end) };
  // Long ones come up seldom, and many would be much.
  if (end <= 512) recent[place] = message;
  return message;
}

function isMade(units: Uint16Array, end: number): boolean {
  if (units.length !== end) return false;
  for (let i = 0; i < end; i++) if (units[i] !== made[i]) return false;
  return true;
}

function isOf(code: number, kind: number): boolean {
  return code < 128 && ((KIND[code] as number) & kind) !== 0;
}

/** As `\s` of patterns has it. */
function isBlank(code: number): boolean {
  if (code < 128) return ((KIND[code] as number) & BLANK) !== 0;
  if (code < 0x1680) return code === 0xa0;
  return (code >= 0x2000 && code <= 0x200a) || BLANKS.has(code);
}

const BLANKS: ReadonlySet<number> = new Set([0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff]);
