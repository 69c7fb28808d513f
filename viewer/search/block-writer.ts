import { DigitWriter } from "./digits.ts";
import type { MergedField, MergedWord } from "./merge.ts";
import { asciiOf } from "./word.ts";

// A block is a part of the index: some words in a row with their postings, each word by how it differs from the one before. All
// numbers as digits.ts has them:
//
//   number of bytes as in the word before, number of other bytes, these bytes, head, and
//   head 0 to 2: the one posting, which is in that field
//   head 3 to 9: fields (a bit each, from 1 to 7) and 2; for each of them the number of documents, length of the postings, postings
//
// Postings as run.ts has them; the first counts from document -1.

/** A block is closed when it is this long. One script from disk takes about as long as reading so much. */
const BLOCK = 1 << 16;

/** Puts words together to blocks. */
export class BlockWriter {
  readonly #out = new DigitWriter(BLOCK + (1 << 14));
  readonly #before = new Uint8Array(256);
  #length = 0;
  #first = "";

  /** Adds the next word. Gives the block before it when that is full. */
  add(word: MergedWord): { first: string; bytes: Uint8Array } | undefined {
    const full = this.#out.length >= BLOCK ? this.take() : undefined;
    const out = this.#out;
    if (out.length === 0) {
      this.#first = asciiOf(word.bytes, 0, word.length);
      this.#length = 0;
    }
    const { bytes, length, documents } = word;
    let shared = 0;
    while (shared < this.#length && shared < length && this.#before[shared] === bytes[shared]) shared++;
    out.number(shared);
    out.number(length - shared);
    out.raw(bytes, shared, length);
    for (let i = shared; i < length; i++) this.#before[i] = bytes[i] as number;
    this.#length = length;

    let mask = 0;
    for (let i = 0; i < word.fields.length; i++) if ((word.fields[i] as MergedField).documents > 0) mask |= 1 << i;
    if (documents === 1) out.number(mask >> 1);
    else out.number(mask + 2);
    for (const field of word.fields) {
      if (field.documents === 0) continue;
      if (documents > 1) {
        out.number(field.documents);
        out.number(field.postings.length);
      }
      out.raw(field.postings.bytes, 0, field.postings.length);
    }
    return full;
  }

  /** What is left. */
  take(): { first: string; bytes: Uint8Array } | undefined {
    return this.#out.length === 0 ? undefined : { first: this.#first, bytes: this.#out.take() };
  }
}
