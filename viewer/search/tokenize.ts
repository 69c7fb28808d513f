import { eachPiece, LETTER_BEYOND, MARGIN } from "../text-bytes.ts";
import { asciiOf, decodeWord, encodeWordInto, WORD_BYTES } from "./word.ts";

/** Takes words, one after another, as word.ts has them. The bytes are good during the call only. */
export type WordSink = (bytes: Uint8Array, length: number) => void;

const DIGIT = 1;
/** `a` to `f`, which numbers of base 16 hold too. */
const HEX = 2;
const LETTER = 3;

// By byte of a text, see text-bytes.ts.
const CLASS = new Uint8Array(256);
/** Small letters of capital ones; 0 for what is in no word. */
const SMALL = new Uint8Array(256);
/** 1 for digits, and for those of base 16. */
const IS_DIGIT = new Uint8Array(256);
const IS_HEX = new Uint8Array(256);
for (let code = 0; code < 128; code++) {
  const small = code >= 65 && code <= 90 ? code + 32 : code;
  const kind = code >= 48 && code <= 57 ? DIGIT : small >= 97 && small <= 102 ? HEX : small > 102 && small <= 122 ? LETTER : 0;
  CLASS[code] = kind;
  if (kind !== 0) SMALL[code] = small;
  if (kind === DIGIT) IS_DIGIT[code] = 1;
  if (kind === DIGIT || kind === HEX) IS_HEX[code] = 1;
}
SMALL[LETTER_BEYOND] = LETTER_BEYOND;

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
  eachPiece(text, (bytes, end, piece) => {
    for (let i = MARGIN; i < end; ) {
      if (SMALL[bytes[i] as number] === 0) i++;
      else i = scanRun(bytes, i, piece, sink, asked);
    }
  });
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
function scanRun(text: Uint8Array, start: number, piece: string, sink: WordSink, asked: boolean): number {
  let digits = 0;
  let hexes = 0;
  let i = start;
  let code = text[i] as number;
  for (const whole = start + WHOLE; i < whole; code = text[++i] as number) {
    const small = SMALL[code] as number;
    if (small === 0 || small === LETTER_BEYOND) break;
    word[i - start] = small;
    digits += IS_DIGIT[code] as number;
    hexes += IS_HEX[code] as number;
  }
  for (; SMALL[code] !== 0 && code !== LETTER_BEYOND; code = text[++i] as number) {
    digits += IS_DIGIT[code] as number;
    hexes += IS_HEX[code] as number;
  }
  if (code === LETTER_BEYOND) return scanBeyondAscii(text, start, i, piece, sink);
  const length = i - start;
  if (digits === length) return scanNumber(text, start, i, sink, asked);
  if (length === 2 && hexes === 2) {
    const end = scanPairs(text, start, sink, asked);
    if (end > 0) return end;
  }
  if (length === 1) return i;
  if (hexes === length - 1 && word[0] === 48 && word[1] === 120) {
    if (length <= 10) sink(word, length);
    else bucket(2, length, sink);
    return i;
  }
  if (length > WHOLE) {
    bucket(0, length, sink);
    return i;
  }
  if (length >= 8 && hexes === length && digits > 0) {
    bucket(0, length, sink);
    return skipGroups(text, i);
  }
  sink(word, length);
  if (!asked && digits >= 4) tailNumber(length, digits, sink);
  return i;
}

/** A run of digits. */
function scanNumber(text: Uint8Array, start: number, end: number, sink: WordSink, asked: boolean): number {
  const length = end - start;
  if (length <= 3) {
    const pairs = length === 2 ? scanPairs(text, start, sink, asked) : 0;
    if (pairs > 0) return pairs;
    if (text[end] === DOT && text[start - 1] !== DOT) {
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
function scanAddress(text: Uint8Array, start: number, sink: WordSink, asked: boolean): number {
  let at = start;
  let length = 0;
  let numbers = 0;
  for (;;) {
    let value = 0;
    let digits = 0;
    let kind = 0;
    for (; digits < 4; digits++) {
      const code = text[at + digits] as number;
      kind = CLASS[code] as number;
      if (kind !== DIGIT) break;
      value = 10 * value + code - 48;
      word[length + digits] = code;
    }
    if (digits === 0 || digits > 3 || value > 255) return 0;
    at += digits;
    length += digits;
    numbers++;
    const isNext = text[at] === DOT && CLASS[text[at + 1] as number] === DIGIT;
    if (numbers === 4 || !isNext) {
      if (numbers < 4 && !(asked && numbers > 1)) return 0;
      if (isNext || SMALL[text[at] as number] !== 0) return 0;
      break;
    }
    word[length++] = DOT;
    at++;
  }
  // `10.5` may be a version as well as the beginning of an address, and `01.123` is a time's.
  if (numbers === 2 && (length < 6 || text[start - 1] === COLON)) return 0;
  sink(word, length);
  if (asked) return at;
  for (let from = start; from < at; ) {
    let to = from;
    while (to < at && text[to] !== DOT) to++;
    if (to - from === 3) {
      for (let i = 0; i < 3; i++) word[i] = text[from + i] as number;
      sink(word, 3);
    }
    from = to + 1;
  }
  return at;
}

/** A hardware address, six pairs or more; it is in two buckets, by its beginning and by its end. Gives 0 when it is none. */
function scanPairs(text: Uint8Array, start: number, sink: WordSink, asked: boolean): number {
  const separator = text[start + 2];
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
    if (text[at] !== separator) break;
    at++;
  }
  if (text[at - 1] === separator) at--;
  if (classAt(text, at) !== 0 || pairs < (asked && letters ? 3 : 6)) return 0;
  for (let i = 0; i < 4; i++) word[i] = SMALL[text[start + (i >> 1) * 3 + (i & 1)] as number] as number;
  bucket(0, 4, sink, false);
  if (pairs < 6) return at;
  for (let i = 0; i < 4; i++) word[i] = SMALL[text[at - 5 + (i >> 1) * 3 + (i & 1)] as number] as number;
  bucket(0, 4, sink, false);
  return at;
}

/** Puts a word of `word` from `from` to `length` in its bucket. Zeros in front don't tell numbers apart. */
function bucket(from: number, length: number, sink: WordSink, zeros = true): void {
  let at = from;
  const end = Math.min(length, WHOLE);
  while (zeros && at + 4 < end && word[at] === 48) at++;
  const four = Math.min(4, end - at);
  // From behind where the places overlap, which is only when nothing is skipped.
  if (at === 0) for (let i = four; i > 0; i--) word[i] = word[i - 1] as number;
  else for (let i = 0; i < four; i++) word[1 + i] = word[at + i] as number;
  word[0] = BUCKET;
  sink(word, four + 1);
}

/** What follows a long number in groups, as in a GUID or a SID: who knows it finds it by the beginning. */
function skipGroups(text: Uint8Array, from: number): number {
  let end = from;
  while (text[end] === HYPHEN) {
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
    for (let i = 0; i < digits; i++) word[i] = word[letters + i] as number;
    sink(word, digits);
  }
}

/** Whether digits follow a time of day, `08:30:01.123`. */
function isFraction(text: Uint8Array, start: number): boolean {
  const before = text[start - 1];
  if (before !== DOT && before !== 44) return false;
  return classAt(text, start - 2) === DIGIT && classAt(text, start - 3) === DIGIT && text[start - 4] === COLON;
}

/** A run with letters that are not ASCII; `from` is the first of them. */
function scanBeyondAscii(text: Uint8Array, start: number, from: number, piece: string, sink: WordSink): number {
  let end = from;
  while (SMALL[text[end] as number] !== 0) end++;
  const folded = piece
    .slice(start - MARGIN, end - MARGIN)
    .toLowerCase()
    .normalize("NFC");
  if (folded.length > WHOLE) {
    word[0] = BUCKET;
    const bytes = new Uint8Array(WORD_BYTES);
    const length = encodeWordInto(folded.slice(0, 4), bytes);
    word.set(bytes.subarray(0, length), 1);
    sink(word, length + 1);
  } else sink(word, encodeWordInto(folded, word));
  return end;
}

function classAt(text: Uint8Array, at: number): number {
  return CLASS[text[at] as number] as number;
}
