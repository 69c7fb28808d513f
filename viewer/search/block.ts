import { DigitReader } from "./digits.ts";
import { FIELDS } from "./run.ts";

/** Postings of one word in one field: documents in order, and how often the word is there. */
export class Postings {
  readonly documents: number;
  readonly #bytes: Uint8Array;
  readonly #from: number;
  readonly #to: number;

  constructor(documents: number, bytes: Uint8Array, from: number, to: number) {
    this.documents = documents;
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
  }

  each(take: (document: number, times: number) => void): void {
    const reader = new DigitReader(this.#bytes);
    reader.at = this.#from;
    for (let document = -1; reader.at < this.#to; ) {
      const number = reader.number();
      const times = (number & 1) === 1 ? reader.number() + 2 : 1;
      document += (number >>> 1) + 1;
      take(document, times);
    }
  }
}

/** Postings by field; undefined where the word is not there. */
export type WordPostings = readonly (Postings | undefined)[];

/** A part of the index as block-writer.ts wrote it. */
export class Block {
  /** In order, as word.ts encodes them. */
  readonly words: string[] = [];
  readonly bytes: Uint8Array;
  /** Where the heads of the words are. */
  readonly #heads: Uint32Array;

  constructor(digits: string) {
    this.bytes = new TextEncoder().encode(digits);
    const reader = new DigitReader(this.bytes);
    const heads: number[] = [];
    let word = "";
    while (reader.at < this.bytes.length) {
      const shared = reader.number();
      const length = reader.number();
      const start = reader.at;
      word = word.slice(0, shared) + digits.slice(start, start + length);
      reader.at = start + length;
      this.words.push(word);
      heads.push(reader.at);
      this.#read(reader);
    }
    this.#heads = Uint32Array.from(heads);
  }

  /** Place of the first word that is this one or comes after it. */
  place(word: string): number {
    let low = 0;
    let high = this.words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.words[middle] as string) < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  postings(place: number): WordPostings {
    const reader = new DigitReader(this.bytes);
    reader.at = this.#heads[place] as number;
    return this.#read(reader);
  }

  #read(reader: DigitReader): WordPostings {
    const head = reader.number();
    const found: (Postings | undefined)[] = FIELDS.map(() => undefined);
    if (head < FIELDS.length) {
      const from = reader.at;
      if ((reader.number() & 1) === 1) reader.number();
      found[head] = new Postings(1, this.bytes, from, reader.at);
      return found;
    }
    for (let field = 0; field < FIELDS.length; field++) {
      if (((head - 2) & (1 << field)) === 0) continue;
      const documents = reader.number();
      const length = reader.number();
      found[field] = new Postings(documents, this.bytes, reader.at, reader.at + length);
      reader.at += length;
    }
    return found;
  }
}
