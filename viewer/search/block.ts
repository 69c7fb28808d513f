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

  constructor(digits: string) {
    this.#digits = new TextEncoder().encode(digits);
    const reader = new DigitReader(this.#digits);
    const words = new DigitWriter();
    const starts: number[] = [0];
    const heads: number[] = [];
    for (let before = 0; reader.at < this.#digits.length; ) {
      const shared = reader.number();
      const length = reader.number();
      const start = words.length;
      words.raw(words.bytes, before, before + shared);
      words.raw(this.#digits, reader.at, reader.at + length);
      before = start;
      starts.push(words.length);
      reader.at += length;
      heads.push(reader.at);
      skipPostings(reader);
    }
    this.length = heads.length;
    this.#words = new TextDecoder().decode(words.bytes.subarray(0, words.length));
    this.#starts = Uint32Array.from(starts);
    this.#heads = Uint32Array.from(heads);
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
