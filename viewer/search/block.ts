import { DigitReader, DigitWriter } from "./digits.ts";
import { Postings, type WordPostings } from "./postings.ts";
import { FIELDS } from "./run.ts";

/** A part of the index as block-writer.ts wrote it. */
export class Block {
  /** How many words there are; in order, as word.ts encodes them. */
  readonly length: number;
  readonly #digits: Uint8Array;
  /** All words, one behind another: a string for each would take more memory than all else. */
  readonly #words: string;
  /** Where each word begins, and where the last one ends. */
  readonly #starts: Uint32Array;
  /** Where the heads of the words are. */
  readonly #heads: Uint32Array;

  constructor(digits: Uint8Array) {
    this.#digits = digits;
    const reader = new DigitReader(digits);
    WORDS.length = 0;
    let length = 0;
    for (let before = 0; reader.at < digits.length; length++) {
      if (length === places.length) places = longer(places);
      const shared = reader.number();
      const other = reader.number();
      const start = WORDS.length;
      WORDS.raw(WORDS.bytes, before, before + shared);
      WORDS.raw(digits, reader.at, reader.at + other);
      before = start;
      reader.at += other;
      places[length] = start;
      places[++length] = reader.at;
      skipPostings(reader);
    }
    this.length = length >> 1;
    this.#words = new TextDecoder().decode(WORDS.bytes.subarray(0, WORDS.length));
    this.#starts = new Uint32Array(this.length + 1);
    this.#heads = new Uint32Array(this.length);
    for (let place = 0; place < this.length; place++) {
      this.#starts[place] = places[2 * place] as number;
      this.#heads[place] = places[2 * place + 1] as number;
    }
    this.#starts[this.length] = WORDS.length;
  }

  word(place: number): string {
    return this.#words.slice(this.#starts[place], this.#starts[place + 1]);
  }

  /** Place of the first word that is this one or comes after it. */
  place(word: string): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.word(middle) < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  postings(place: number): WordPostings {
    const reader = new DigitReader(this.#digits);
    reader.at = this.#heads[place] as number;
    const head = reader.number();
    const found: (Postings | undefined)[] = FIELDS.map(() => undefined);
    if (head < FIELDS.length) {
      const from = reader.at;
      if ((reader.number() & 1) === 1) reader.number();
      found[head] = new Postings(1, this.#digits, from, reader.at);
      return found;
    }
    for (let field = 0; field < FIELDS.length; field++) {
      if (((head - 2) & (1 << field)) === 0) continue;
      const documents = reader.number();
      const length = reader.number();
      found[field] = new Postings(documents, this.#digits, reader.at, reader.at + length);
      reader.at += length;
    }
    return found;
  }
}

/** Where one block after the other is taken apart: what it needs meanwhile would be most of what a search leaves to be collected. */
const WORDS = new DigitWriter();
/** Of each word where it begins, and where its head is. */
let places = new Uint32Array(1 << 14);

function longer(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const twice = new Uint32Array(2 * numbers.length);
  twice.set(numbers);
  return twice;
}

function skipPostings(reader: DigitReader): void {
  const head = reader.number();
  if (head < FIELDS.length) {
    if ((reader.number() & 1) === 1) reader.number();
    return;
  }
  for (let fields = head - 2; fields > 0; fields >>= 1) {
    if ((fields & 1) === 0) continue;
    reader.number();
    const length = reader.number();
    reader.at += length;
  }
}
