import { DigitReader, DigitWriter } from "./digits.ts";
import { RecordReader } from "./records.ts";
import { decodeWord } from "./word.ts";

// Words that a mistyped one may have been meant for: `data/search/words.js`, loaded only when a word is found nowhere. In order,
// each as number of bytes as in the word before, number of other bytes, these bytes.

/** More would be slow to compare; then only those that are in several documents are offered. */
const MOST = 60_000;
/** Bytes of the longest word; there are too many ways to mistype a longer one. */
const LONGEST = 24;

/** Gathers words while the index is written. They wait outside of memory until it is known which are frequent enough. */
export class VocabularyWriter {
  readonly #counts = new Uint32Array(256);
  readonly #out = new DigitWriter();

  /** Gives a piece to be kept, now and then. */
  add(bytes: Uint8Array, length: number, documents: number): Uint8Array | undefined {
    if (length < 4 || length > LONGEST || !isOfLetters(bytes, length)) return undefined;
    const count = Math.min(documents, 255);
    this.#counts[count] = (this.#counts[count] as number) + 1;
    // A record, see records.ts; a count has one or two characters.
    this.#out.number(length + (count < 62 ? 1 : 2));
    this.#out.number(count);
    this.#out.raw(bytes, 0, length);
    return this.#out.length > 1 << 15 ? this.#out.take() : undefined;
  }

  rest(): Uint8Array {
    return this.#out.take();
  }

  /** @param pieces all that `add` and `rest` gave. */
  async write(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    let least = 255;
    for (let words = 0; least > 0; least--) {
      words += this.#counts[least] as number;
      if (words > MOST) break;
    }
    const out = new DigitWriter();
    const before = new Uint8Array(LONGEST);
    let length = 0;
    const records = new RecordReader(pieces);
    const { digits } = records;
    while (records.step() || (await records.fill())) {
      if (digits.number() <= least) continue;
      const { bytes, at } = digits;
      const { end } = records;
      let shared = 0;
      while (shared < length && at + shared < end && before[shared] === bytes[at + shared]) shared++;
      length = end - at;
      out.number(shared);
      out.number(length - shared);
      out.raw(bytes, at + shared, end);
      for (let i = shared; i < length; i++) before[i] = bytes[at + i] as number;
    }
    return out.take();
  }
}

/** The words of `words.js`, decoded. */
export function readVocabulary(digits: Uint8Array): string[] {
  const reader = new DigitReader(digits);
  const words: string[] = [];
  const decoder = new TextDecoder();
  let before = "";
  while (reader.at < digits.length) {
    const shared = reader.number();
    const length = reader.number();
    before = before.slice(0, shared) + decoder.decode(digits.subarray(reader.at, reader.at + length));
    reader.at += length;
    words.push(before);
  }
  return words.map(decodeWord);
}

/** Words with digits are names and numbers: one that is spelled similarly is another one. */
function isOfLetters(bytes: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number;
    if (byte === 0x21) i += 3;
    else if (byte < 97 || byte > 122) return false;
  }
  return true;
}
