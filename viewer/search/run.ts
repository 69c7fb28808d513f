import { DigitWriter } from "./digits.ts";
import { Terms } from "./terms.ts";
import { scanWords, type WordSink } from "./tokenize.ts";

// A run is the index of some documents in a row: their words in order, each with its postings. Runs are put out of memory
// and merged at the end. A record of a run, all numbers as digits.ts has them:
//
//   length of the rest, length of the word, the word, fields (a bit each), and for each of these fields
//   number of documents, first document, how often there, and when there are more
//   distance to the last document, length of the rest, postings but the first

/** What a document's words stand in; each has its own weight, see ranking.ts. */
export const FIELDS = ["command", "name", "text"] as const;
export type Field = 0 | 1 | 2;

/** So many occurrences, one a word, document and field: about 7 MB. */
const FULL = 1 << 19;
/** And so many bytes of words. */
const FULL_WORDS = 3 << 20;

/** Room that is doubled up to a full run and some more: a run is closed behind the document that fills it. */
const ROOM = (FULL >> 5) + (1 << 9);

/** Gathers documents until there are enough for a run. */
export class RunBuilder {
  readonly #terms = new Terms();
  #count = 0;
  #words = new Uint32Array(ROOM);
  /** Document and field: `4 * document + field`. */
  #places = new Uint32Array(ROOM);
  #times = new Uint16Array(ROOM);
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
    const { order, ends } = this.#byWord();
    const out = new DigitWriter(PIECE + (1 << 14));
    const record = new DigitWriter(1 << 12);
    const rest = new DigitWriter();
    for (const number of terms.sorted()) {
      const [from, to] = [terms.starts[number] as number, terms.starts[number + 1] as number];
      record.number(to - from);
      record.raw(terms.bytes, from, to);
      this.#writeFields(record, rest, order, number === 0 ? 0 : (ends[number - 1] as number), ends[number] as number);
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

  /** Places of the occurrences by word, and within a word as they came, which counting keeps; and of each word where they end. */
  #byWord(): { order: Uint32Array; ends: Uint32Array } {
    const words = this.#words;
    const ends = new Uint32Array(this.#terms.count);
    for (let i = 0; i < this.#count; i++) ends[words[i] as number] = (ends[words[i] as number] as number) + 1;
    let before = 0;
    for (let n = 0; n < ends.length; n++) {
      const count = ends[n] as number;
      ends[n] = before;
      before += count;
    }
    // Each place moves from where its word begins to where it ends.
    const order = new Uint32Array(this.#count);
    for (let i = 0; i < this.#count; i++) {
      const number = words[i] as number;
      const at = ends[number] as number;
      order[at] = i;
      ends[number] = at + 1;
    }
    return { order, ends };
  }

  #writeFields(record: DigitWriter, rest: DigitWriter, order: Uint32Array, from: number, to: number): void {
    const places = this.#places;
    let mask = 0;
    for (let i = from; i < to; i++) mask |= 1 << ((places[order[i] as number] as number) & 3);
    record.number(mask);
    for (let field = 0; field < FIELDS.length; field++) {
      if ((mask & (1 << field)) === 0) continue;
      let documents = 0;
      let first = 0;
      let times = 0;
      let last = 0;
      for (let i = from; i < to; i++) {
        const at = order[i] as number;
        const place = places[at] as number;
        if ((place & 3) !== field) continue;
        const document = place >>> 2;
        const often = this.#times[at] as number;
        if (documents++ === 0) {
          first = document;
          times = often;
        } else writePosting(rest, document - last, often);
        last = document;
      }
      record.number(documents);
      record.number(first);
      record.number(times);
      if (documents === 1) continue;
      record.number(last - first);
      record.number(rest.length);
      record.raw(rest.bytes, 0, rest.length);
      rest.length = 0;
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

function grown<T extends Int32Array | Uint32Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
