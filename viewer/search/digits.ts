// Numbers as printable ASCII, so that an index can stand in a script as one plain string: no encoding can change it, nothing
// has to be unpacked, a ZIP deflates it, and it is the same on every machine.
//
// 93 characters: all printable ones but the quote and the backslash. Those of 0 to 61 end a number, those of 62 to 92 go on: each is
// a digit of base 31, the lowest first, and the last character counts the rest.

const LAST = 62;
const MORE = 31;

const CODES = new Uint8Array(LAST + MORE);
/** Value of each character code; 0 for those that are none of ours. */
const VALUES = new Uint8Array(128);
for (let code = 0x20, value = 0; code < 0x7f; code++) {
  if (code === 0x22 || code === 0x5c) continue;
  CODES[value] = code;
  VALUES[code] = value++;
}

/** Writes ASCII bytes, one after another, into memory that grows. */
export class DigitWriter {
  bytes: Uint8Array;
  length = 0;

  constructor(room = 1 << 16) {
    this.bytes = new Uint8Array(room);
  }

  /** @param value a whole number from 0. */
  number(value: number): void {
    if (this.length + 12 > this.bytes.length) this.#grow(12);
    const { bytes } = this;
    let at = this.length;
    let left = value;
    while (left >= LAST) {
      const rest = Math.floor(left / MORE);
      bytes[at++] = CODES[LAST + left - rest * MORE] as number;
      left = rest;
    }
    bytes[at++] = CODES[left] as number;
    this.length = at;
  }

  /** @param text all ASCII. */
  ascii(text: string): void {
    if (this.length + text.length > this.bytes.length) this.#grow(text.length);
    const { bytes } = this;
    for (let i = 0, at = this.length; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.length += text.length;
  }

  raw(bytes: Uint8Array, from: number, to: number): void {
    if (this.length + to - from > this.bytes.length) this.#grow(to - from);
    // A loop is quicker than making a view for the few bytes of a word.
    const into = this.bytes;
    if (to - from < 64) for (let i = from, at = this.length; i < to; i++) into[at++] = bytes[i] as number;
    else into.set(bytes.subarray(from, to), this.length);
    this.length += to - from;
  }

  /** A copy of what was written; then it begins anew. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  #grow(by: number): void {
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + by));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

/** Reads what a {@link DigitWriter} wrote. */
export class DigitReader {
  bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const digit = VALUES[this.bytes[this.at++] as number] as number;
      if (digit < LAST) return value + digit * scale;
      value += (digit - LAST) * scale;
      scale *= MORE;
      // Past the end or of other bytes: no number is as long.
      if (scale > 1e15) throw new TypeError("expected a number of the search index");
    }
  }
}

/** A code unit as three digits of base 93: for the few characters of words that are not ASCII. */
export function unitDigits(unit: number): [number, number, number] {
  return [CODES[Math.floor(unit / 8649)] as number, CODES[Math.floor(unit / 93) % 93] as number, CODES[unit % 93] as number];
}

/** Inverse of {@link unitDigits}. */
export function unitOf(a: number, b: number, c: number): number {
  return ((VALUES[a] as number) * 93 + (VALUES[b] as number)) * 93 + (VALUES[c] as number);
}
