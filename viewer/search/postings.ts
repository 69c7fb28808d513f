import { DigitReader } from "./digits.ts";

const SOME = 1 << 12;

/** Some documents in order, and how often a word is in each: memory that is filled anew by each reading. */
export class PostingList {
  length = 0;
  readonly documents = new Uint32Array(SOME);
  /** Never more than 65,535, see run.ts. */
  readonly times = new Uint16Array(SOME);
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

  /**
   * Reads all of them, some at a time: a word may be in every document of a large package.
   * @param take is called each time the list is full, and for the rest.
   * @throws TypeError when there are more than there should be, or other bytes.
   */
  read(list: PostingList, take: () => void): void {
    const { documents, times } = list;
    const reader = new DigitReader(this.#bytes);
    reader.at = this.#from;
    let document = -1;
    let length = 0;
    let left = this.documents;
    while (reader.at < this.#to) {
      if (left-- === 0) throw new TypeError(`expected ${this.documents} postings`);
      if (length === SOME) {
        list.length = length;
        take();
        length = 0;
      }
      const number = reader.number();
      document += (number >>> 1) + 1;
      documents[length] = document;
      times[length++] = (number & 1) === 1 ? reader.number() + 2 : 1;
    }
    list.length = length;
    take();
  }
}

/** Postings by field; undefined where the word is not there. */
export type WordPostings = readonly (Postings | undefined)[];
