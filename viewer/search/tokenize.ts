import { asciiOf, decodeWord, encodeWordInto, WORD_BYTES } from "./word.ts";

/** Takes words, one after another, as word.ts has them. The bytes are good during the call only. */
export type WordSink = (bytes: Uint8Array, length: number) => void;

const DIGIT = 1;
/** `a` to `f`, which numbers of base 16 hold too. */
const HEX = 2;
const LETTER = 3;

const CLASS = new Uint8Array(128);
/** Small letters of capital ones. */
const SMALL = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const small = code >= 65 && code <= 90 ? code + 32 : code;
  SMALL[code] = small;
  CLASS[code] = code >= 48 && code <= 57 ? DIGIT : small >= 97 && small <= 102 ? HEX : small > 102 && small <= 122 ? LETTER : 0;
}

/** Longest word that is kept as it is. Longer ones are keys and encoded bytes. */
const WHOLE = 40;
const BUCKET = 0x7e;
const DOT = 46;
const HYPHEN = 45;
const COLON = 58;

/**
 * Gives the words of a text in lower case, in one pass over its code units: runs of letters and digits. Single characters and
 * numbers of one or two digits are dropped: they are everywhere and tell nothing. So are fractions of a second.
 *
 * - An IPv4 address is one word, and so are its numbers of three digits.
 * - Letters before a number of four digits or more: the number is a word of its own too, as in `INC0012345`.
 * - What is nearly never twice the same would fill the index with one-time words: long numbers, long hexadecimal ones, GUIDs, SIDs,
 *   hardware addresses, keys. They share a bucket, `~` and their first four characters; who asks for one checks the text to the letter.
 *
 * @param asked for what a reader typed, which may be incomplete: no parts, and the beginnings of addresses stay whole.
 */
export function scanWords(text: string, sink: WordSink, asked = false): void {
  const length = text.length;
  for (let i = 0; i < length; ) {
    const code = text.charCodeAt(i);
    if (code < 128 ? CLASS[code] === 0 : !isLetterAt(text, i)) {
      i += code >= 0xd800 && code < 0xdc00 && isPairAt(text, i) ? 2 : 1;
      continue;
    }
    i = scanRun(text, i, sink, asked);
  }
}

/** The words of a text as strings, in order. See {@link scanWords}. */
export function tokenize(text: string, asked = false): string[] {
  const words: string[] = [];
  scanWords(text, (bytes, length) => words.push(decodeWord(asciiOf(bytes, 0, length))), asked);
  return words;
}

/** Whether a word stands for many that begin like it. */
export function isBucket(word: string): boolean {
  return word.startsWith("~");
}

const word = new Uint8Array(WORD_BYTES);

/** Takes the run that begins at `start`; gives where to go on. */
function scanRun(text: string, start: number, sink: WordSink, asked: boolean): number {
  let digits = 0;
  let hexes = 0;
  let i = start;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128) {
      if (isLetterAt(text, i)) return scanBeyondAscii(text, start, i, sink);
      break;
    }
    const kind = CLASS[code] as number;
    if (kind === 0) break;
    if (kind === DIGIT) digits++;
    else if (kind === HEX) hexes++;
    if (i - start < WHOLE) word[i - start] = SMALL[code] as number;
  }
  const length = i - start;
  if (digits === length) return scanNumber(text, start, i, sink, asked);
  if (length === 2 && digits + hexes === 2) {
    const end = scanPairs(text, start, sink, asked);
    if (end > 0) return end;
  }
  if (length === 1) return i;
  if (word[0] === 48 && word[1] === 120 && digits + hexes === length - 1) {
    if (length <= 10) sink(word, length);
    else bucket(2, length, sink);
    return i;
  }
  if (length > WHOLE) {
    bucket(0, length, sink);
    return i;
  }
  if (length >= 8 && digits + hexes === length && digits > 0) {
    bucket(0, length, sink);
    return skipGroups(text, i);
  }
  sink(word, length);
  if (!asked && digits >= 4) tailNumber(length, digits, sink);
  return i;
}

/** A run of digits. */
function scanNumber(text: string, start: number, end: number, sink: WordSink, asked: boolean): number {
  const length = end - start;
  if (length <= 3) {
    const before = start > 0 ? text.charCodeAt(start - 1) : 0;
    const pairs = length === 2 ? scanPairs(text, start, sink, asked) : 0;
    if (pairs > 0) return pairs;
    if (before !== DOT && text.charCodeAt(end) === DOT) {
      const address = scanAddress(text, start, sink, asked);
      if (address > 0) return address;
    }
    if (length < 3 || isFraction(text, start)) return end;
  }
  if (length <= 5) {
    sink(word, length);
    return end;
  }
  if (!isFraction(text, start)) bucket(0, length, sink);
  return skipGroups(text, end);
}

/** An IPv4 address; of what was asked for also the beginning of one, from two numbers on. Gives 0 when it is none. */
function scanAddress(text: string, start: number, sink: WordSink, asked: boolean): number {
  let at = start;
  let length = 0;
  let numbers = 0;
  for (;;) {
    let value = 0;
    let digits = 0;
    let kind = 0;
    for (; digits < 4; digits++) {
      const code = text.charCodeAt(at + digits);
      kind = code < 128 ? (CLASS[code] as number) : 0;
      if (kind !== DIGIT) break;
      value = 10 * value + code - 48;
      word[length + digits] = code;
    }
    if (digits === 0 || digits > 3 || value > 255) return 0;
    at += digits;
    length += digits;
    numbers++;
    const isNext = text.charCodeAt(at) === DOT && CLASS[text.charCodeAt(at + 1)] === DIGIT;
    if (numbers === 4 || !isNext) {
      if (numbers < 4 && !(asked && numbers > 1)) return 0;
      if (isNext || (at < text.length && isWordAt(text, at))) return 0;
      break;
    }
    word[length++] = DOT;
    at++;
  }
  // `10.5` may be a version as well as the beginning of an address, and `01.123` is a time's.
  if (numbers === 2 && (length < 6 || text.charCodeAt(start - 1) === COLON)) return 0;
  sink(word, length);
  if (asked) return at;
  for (let from = start; from < at; ) {
    let to = from;
    while (to < at && text.charCodeAt(to) !== DOT) to++;
    if (to - from === 3) {
      for (let i = 0; i < 3; i++) word[i] = text.charCodeAt(from + i);
      sink(word, 3);
    }
    from = to + 1;
  }
  return at;
}

/** A hardware address, six pairs or more; it is in two buckets, by its beginning and by its end. Gives 0 when it is none. */
function scanPairs(text: string, start: number, sink: WordSink, asked: boolean): number {
  const separator = text.charCodeAt(start + 2);
  if (separator !== HYPHEN && separator !== COLON) return 0;
  let pairs = 0;
  let letters = false;
  let at = start;
  for (;;) {
    const a = classAt(text, at);
    const b = classAt(text, at + 1);
    if ((a !== DIGIT && a !== HEX) || (b !== DIGIT && b !== HEX)) break;
    letters ||= a === HEX || b === HEX;
    pairs++;
    at += 2;
    if (text.charCodeAt(at) !== separator) break;
    at++;
  }
  if (text.charCodeAt(at - 1) === separator) at--;
  if (classAt(text, at) !== 0 || pairs < (asked && letters ? 3 : 6)) return 0;
  for (let i = 0; i < 4; i++) word[i] = SMALL[text.charCodeAt(start + (i >> 1) * 3 + (i & 1))] as number;
  bucket(0, 4, sink, false);
  if (pairs < 6) return at;
  for (let i = 0; i < 4; i++) word[i] = SMALL[text.charCodeAt(at - 5 + (i >> 1) * 3 + (i & 1))] as number;
  bucket(0, 4, sink, false);
  return at;
}

/** Puts a word of `word` from `from` to `length` in its bucket. Zeros in front don't tell numbers apart. */
function bucket(from: number, length: number, sink: WordSink, zeros = true): void {
  let at = from;
  const end = Math.min(length, WHOLE);
  while (zeros && at + 4 < end && word[at] === 48) at++;
  const four = Math.min(4, end - at);
  word.copyWithin(1, at, at + four);
  word[0] = BUCKET;
  sink(word, four + 1);
}

/** What follows a long number in groups, as in a GUID or a SID: who knows it finds it by the beginning. */
function skipGroups(text: string, from: number): number {
  let end = from;
  while (text.charCodeAt(end) === HYPHEN) {
    let at = end + 1;
    let digits = 0;
    for (let kind = classAt(text, at); kind === DIGIT || kind === HEX; kind = classAt(text, at)) {
      if (kind === DIGIT) digits++;
      at++;
    }
    const length = at - end - 1;
    if (length === 0 || classAt(text, at) !== 0 || (digits === 0 && length !== 4 && length !== 12)) break;
    end = at;
  }
  return end;
}

/** The number at the end of a word, when all before it is letters. Numbers of updates are looked for as `KB…` too, see query.ts. */
function tailNumber(length: number, digits: number, sink: WordSink): void {
  const letters = length - digits;
  if (letters > 8 || (letters === 2 && word[0] === 107 && word[1] === 98)) return;
  for (let i = 0; i < letters; i++) if (CLASS[word[i] as number] === DIGIT) return;
  if (digits > 5) bucket(letters, length, sink);
  else {
    word.copyWithin(0, letters, length);
    sink(word, digits);
  }
}

/** Whether digits follow a time of day, `08:30:01.123`. */
function isFraction(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (before !== DOT && before !== 44) return false;
  return classAt(text, start - 2) === DIGIT && classAt(text, start - 3) === DIGIT && text.charCodeAt(start - 4) === COLON;
}

/** A run with letters that are not ASCII; `from` is the first of them. */
function scanBeyondAscii(text: string, start: number, from: number, sink: WordSink): number {
  let end = from;
  while (end < text.length && isWordAt(text, end)) end += isPairAt(text, end) ? 2 : 1;
  const folded = text.slice(start, end).toLowerCase().normalize("NFC");
  if (folded.length > WHOLE) {
    word[0] = BUCKET;
    const bytes = new Uint8Array(WORD_BYTES);
    const length = encodeWordInto(folded.slice(0, 4), bytes);
    word.set(bytes.subarray(0, length), 1);
    sink(word, length + 1);
  } else sink(word, encodeWordInto(folded, word));
  return end;
}

function classAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? (CLASS[code] as number) : 0;
}

function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? CLASS[code] !== 0 : isLetterAt(text, at);
}

/** Of each UTF-16 code unit that is a character: 1 a letter, digit or mark, 2 something else, 0 not looked at yet. */
const known = new Uint8Array(0x10000);
const LETTERS = /[\p{L}\p{N}\p{M}]/u;

function isLetterAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= 0xd800 && code < 0xe000) return isPairAt(text, at) && LETTERS.test(text.slice(at, at + 2));
  if (known[code] === 0) known[code] = LETTERS.test(String.fromCharCode(code)) ? 1 : 2;
  return known[code] === 1;
}

function isPairAt(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code < 0xdc00 && next >= 0xdc00 && next < 0xe000;
}
