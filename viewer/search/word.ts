import { unitDigits, unitOf } from "./digits.ts";

// Words as the index holds them: ASCII bytes. Of ASCII they hold digits, small letters, `.` (an IPv4 address) and `~` (a bucket);
// any other UTF-16 code unit is `!` and three digits. So the bytes of a word's beginning begin the word's bytes.

const ESCAPE = 0x21;

/** Longest word in bytes: 40 code units, each escaped. */
export const WORD_BYTES = 4 * 40;

/** Writes a word; gives the number of bytes. At most {@link WORD_BYTES} are written. */
export function encodeWordInto(word: string, bytes: Uint8Array): number {
  let at = 0;
  for (let i = 0; i < word.length; i++) {
    const unit = word.charCodeAt(i);
    if (unit > 0x2d && unit < 0x7f && unit !== 0x5c) {
      if (at === WORD_BYTES) break;
      bytes[at++] = unit;
      continue;
    }
    if (at + 4 > WORD_BYTES) break;
    const [a, b, c] = unitDigits(unit);
    bytes[at++] = ESCAPE;
    bytes[at++] = a;
    bytes[at++] = b;
    bytes[at++] = c;
  }
  return at;
}

/** A word's bytes as a string of one character a byte: what the index compares by. */
export function encodeWord(word: string): string {
  const bytes = new Uint8Array(WORD_BYTES);
  return asciiOf(bytes, 0, encodeWordInto(word, bytes));
}

/** Inverse of {@link encodeWord}. */
export function decodeWord(encoded: string): string {
  if (!encoded.includes("!")) return encoded;
  let word = "";
  for (let i = 0; i < encoded.length; ) {
    const code = encoded.charCodeAt(i);
    if (code === ESCAPE) {
      word += String.fromCharCode(unitOf(encoded.charCodeAt(i + 1), encoded.charCodeAt(i + 2), encoded.charCodeAt(i + 3)));
      i += 4;
    } else {
      word += encoded[i];
      i++;
    }
  }
  return word;
}

/** ASCII bytes as a string. */
export function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}
