import { DigitReader } from "./digits.ts";

/** Documents in order, and how often a word is in each: memory that is filled anew by each reading. */
export class PostingList {
  length = 0;
  documents = new Uint32Array(1 << 12);
  /** Never more than 65,535, see run.ts. */
  times = new Uint16Array(1 << 12);

  /** Makes room for so many. */
  clear(room: number): void {
    this.length = 0;
    if (room <= this.documents.length) return;
    this.documents = new Uint32Array(room);
    this.times = new Uint16Array(room);
  }
}

/** Postings of one word in one field, as run.ts has them. */
export class Postings {
  /** How many documents there are. */
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

  /** @throws TypeError when there are more than there should be, or other bytes. */
  read(list: PostingList): void {
    list.clear(this.documents);
    const { documents, times } = list;
    const reader = new DigitReader(this.#bytes);
    reader.at = this.#from;
    let document = -1;
    let length = 0;
    while (reader.at < this.#to) {
      if (length === this.documents) throw new TypeError(`expected ${this.documents} postings`);
      const number = reader.number();
      document += (number >>> 1) + 1;
      documents[length] = document;
      times[length++] = (number & 1) === 1 ? reader.number() + 2 : 1;
    }
    list.length = length;
  }
}

/** Postings by field; undefined where the word is not there. */
export type WordPostings = readonly (Postings | undefined)[];
