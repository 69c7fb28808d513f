import { type DigitReader, DigitWriter } from "./digits.ts";
import { wholeRecords } from "./records.ts";
import { Terms } from "./terms.ts";
import { scanWords, type WordSink } from "./tokenize.ts";

// A run is the index of some documents in a row: their words in order, each with its postings. Runs are put out of memory
// and merged at the end. A record of a run, all numbers as digits.ts has them:
//
//   length of the rest, length of the word, the word, fields (a bit each), and for each of these fields
//   number of documents, first document, how often there, last document, length of the rest, postings but the first

/** What a document's words stand in; each has its own weight, see ranking.ts. */
export const FIELDS = ["command", "name", "text"] as const;
export type Field = 0 | 1 | 2;

/** Postings of one field of one word in one run. */
export interface Postings {
  documents: number;
  first: number;
  times: number;
  last: number;
  /** Where the others are, in the record. */
  from: number;
  to: number;
}

/** One word of a run, as its record says. */
export interface RunRecord {
  /** The bytes of the record; good until the next one is read. */
  bytes: Uint8Array;
  wordFrom: number;
  wordTo: number;
  fields: (Postings | undefined)[];
}

/** So many occurrences, one a word, document and field: about 7 MB. */
const FULL = 1 << 19;
/** And so many bytes of words. */
const FULL_WORDS = 3 << 20;

/** Gathers documents until there are enough for a run. */
export class RunBuilder {
  readonly #terms = new Terms();
  #count = 0;
  #words = new Uint32Array(1 << 14);
  /** Document and field: `4 * document + field`. */
  #places = new Uint32Array(1 << 14);
  #times = new Uint16Array(1 << 14);
  /** Of each word the last occurrence; -1 for none. */
  #latest = new Int32Array(1 << 12).fill(-1);
  /** Of the field at work, and the number of occurrences before it. */
  #place = 0;
  #before = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get isFull(): boolean {
    return this.#count >= FULL || (this.#terms.starts[this.#terms.count] as number) >= FULL_WORDS;
  }

  /**
   * Takes in one field of one document, which may be several texts; documents in order.
   * @returns how many different words it has.
   */
  add(document: number, field: Field, texts: readonly string[]): number {
    this.#place = 4 * document + field;
    this.#before = this.#count;
    for (const text of texts) scanWords(text, this.#take);
    return this.#count - this.#before;
  }

  readonly #take: WordSink = (word, length) => {
    const number = this.#terms.intern(word, length);
    if (number >= this.#latest.length) this.#latest = grown(this.#latest, new Int32Array(2 * this.#latest.length).fill(-1));
    const latest = this.#latest[number] as number;
    if (latest >= this.#before) {
      if ((this.#times[latest] as number) < 0xffff) this.#times[latest] = (this.#times[latest] as number) + 1;
      return;
    }
    if (this.#count === this.#words.length) this.#grow();
    this.#words[this.#count] = number;
    this.#places[this.#count] = this.#place;
    this.#times[this.#count] = 1;
    this.#latest[number] = this.#count++;
  };

  /** The run, in pieces; then it begins anew. */
  *take(): Generator<Uint8Array> {
    const terms = this.#terms;
    // By word, and within a word by document: counting keeps the order in which they came.
    const ends = new Uint32Array(terms.count + 1);
    for (let i = 0; i < this.#count; i++)
      ends[(this.#words[i] as number) + 1] = (ends[(this.#words[i] as number) + 1] as number) + 1;
    for (let n = 0; n < terms.count; n++) ends[n + 1] = (ends[n + 1] as number) + (ends[n] as number);
    const at = ends.slice(0, terms.count);
    const byWord = new Uint32Array(this.#count);
    for (let i = 0; i < this.#count; i++) {
      const number = this.#words[i] as number;
      byWord[at[number] as number] = i;
      at[number] = (at[number] as number) + 1;
    }
    const out = new DigitWriter(PIECE + (1 << 14));
    const record = new DigitWriter();
    const rest = new DigitWriter();
    for (const number of terms.sorted()) {
      const [from, to] = [terms.starts[number] as number, terms.starts[number + 1] as number];
      record.number(to - from);
      record.raw(terms.bytes, from, to);
      this.#writeFields(record, rest, byWord, ends[number] as number, ends[number + 1] as number);
      out.number(record.length);
      out.raw(record.bytes, 0, record.length);
      record.length = 0;
      if (out.length >= PIECE) yield out.take();
    }
    if (out.length > 0) yield out.take();
    terms.clear();
    this.#latest.fill(-1);
    this.#count = 0;
  }

  #writeFields(record: DigitWriter, rest: DigitWriter, byWord: Uint32Array, from: number, to: number): void {
    let mask = 0;
    for (let i = from; i < to; i++) mask |= 1 << ((this.#places[byWord[i] as number] as number) & 3);
    record.number(mask);
    for (let field = 0; field < FIELDS.length; field++) {
      if ((mask & (1 << field)) === 0) continue;
      let documents = 0;
      let first = 0;
      let times = 0;
      let last = 0;
      rest.length = 0;
      for (let i = from; i < to; i++) {
        const place = this.#places[byWord[i] as number] as number;
        if ((place & 3) !== field) continue;
        const document = place >>> 2;
        const often = this.#times[byWord[i] as number] as number;
        if (documents++ === 0) {
          first = document;
          times = often;
        } else writePosting(rest, document - last, often);
        last = document;
      }
      record.number(documents);
      record.number(first);
      record.number(times);
      record.number(last);
      record.number(rest.length);
      record.raw(rest.bytes, 0, rest.length);
    }
  }

  #grow(): void {
    const room = 2 * this.#words.length;
    this.#words = grown(this.#words, new Uint32Array(room));
    this.#places = grown(this.#places, new Uint32Array(room));
    this.#times = grown(this.#times, new Uint16Array(room));
  }
}

const PIECE = 1 << 16;

/**
 * A posting: twice the distance to the document before, less 1, and 1 more when the word is there more than once; then how often
 * it is there, less 2.
 */
export function writePosting(out: DigitWriter, distance: number, times: number): void {
  out.number(2 * (distance - 1) + (times > 1 ? 1 : 0));
  if (times > 1) out.number(times - 2);
}

/** A run, record by record. Of its pieces one is held, and of its records none but the last. */
export class RunReader {
  record: RunRecord | undefined;
  readonly #pieces: AsyncIterator<DigitReader>;
  #piece: DigitReader | undefined;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = wholeRecords(pieces);
  }

  /** Goes on within the piece that is read; false at its end. */
  step(): boolean {
    const piece = this.#piece;
    if (piece === undefined || piece.at >= piece.bytes.length) return false;
    piece.number();
    this.record = readRecord(piece);
    return true;
  }

  /** Reads the next piece, and its first record; false at the end of the run. */
  async fill(): Promise<boolean> {
    const next = await this.#pieces.next();
    this.#piece = next.done ? undefined : next.value;
    return this.step();
  }
}

function readRecord(reader: DigitReader): RunRecord {
  const length = reader.number();
  const wordFrom = reader.at;
  reader.at += length;
  const record: RunRecord = { bytes: reader.bytes, wordFrom, wordTo: reader.at, fields: [] };
  const mask = reader.number();
  for (let field = 0; field < FIELDS.length; field++) {
    if ((mask & (1 << field)) === 0) {
      record.fields.push(undefined);
      continue;
    }
    const [documents, first, times, last, rest] = [
      reader.number(),
      reader.number(),
      reader.number(),
      reader.number(),
      reader.number(),
    ];
    record.fields.push({ documents, first, times, last, from: reader.at, to: reader.at + rest });
    reader.at += rest;
  }
  return record;
}

function grown<T extends Int32Array | Uint32Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
