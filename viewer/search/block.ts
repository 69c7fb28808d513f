import { DigitReader } from "./digits.ts";
import { Postings, type WordPostings } from "./postings.ts";
import { FIELDS } from "./run.ts";

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
      skipPostings(reader);
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
