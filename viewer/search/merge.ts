import { DigitWriter } from "./digits.ts";
import { FIELDS, RunReader, type RunRecord, writePosting } from "./run.ts";
import { compareBytes } from "./terms.ts";

/** All postings of one field of one word. */
export interface MergedField {
  documents: number;
  /** See {@link writePosting}; the first counts from document -1. */
  postings: DigitWriter;
}

/** One word with all its postings; good until the next one is asked for. */
export interface MergedWord {
  bytes: Uint8Array;
  from: number;
  to: number;
  /** Of each field; `documents` is 0 where the word is not there. */
  fields: readonly MergedField[];
}

/** A run as far as it is read. */
class Source extends RunReader {
  readonly number: number;

  constructor(number: number, pieces: AsyncIterable<Uint8Array>) {
    super(pieces);
    this.number = number;
  }

  isBefore(other: Source): boolean {
    const [a, b] = [this.record as RunRecord, other.record as RunRecord];
    const order = compareBytes(a.bytes, a.wordFrom, a.wordTo, b.bytes, b.wordFrom, b.wordTo);
    return order === 0 ? this.number < other.number : order < 0;
  }
}

/** The words of all runs in order, those of later runs behind those of earlier ones. Of each run a piece is held. */
export async function* mergeRuns(runs: readonly AsyncIterable<Uint8Array>[]): AsyncGenerator<MergedWord> {
  const heap = new SourceHeap();
  for (const [number, pieces] of runs.entries()) {
    const source = new Source(number, pieces);
    if (await source.fill()) heap.push(source);
  }
  const fields = FIELDS.map(() => ({ documents: 0, last: -1, postings: new DigitWriter(1 << 12) }));
  const word = { bytes: new Uint8Array(256), from: 0, to: 0, fields };
  for (let first = heap.first; first !== undefined; first = heap.first) {
    const record = first.record as RunRecord;
    const { bytes, wordFrom, wordTo } = record;
    const is = wordTo - wordFrom === word.to && compareBytes(bytes, wordFrom, wordTo, word.bytes, 0, word.to) === 0;
    if (!is) {
      if (word.to > 0) yield word;
      word.bytes.set(bytes.subarray(wordFrom, wordTo));
      word.to = wordTo - wordFrom;
      for (const field of fields) {
        field.documents = 0;
        field.last = -1;
        field.postings.length = 0;
      }
    }
    for (const [i, found] of record.fields.entries()) {
      const field = fields[i];
      if (found === undefined || field === undefined) continue;
      writePosting(field.postings, found.first - field.last, found.times);
      field.postings.raw(bytes, found.from, found.to);
      field.documents += found.documents;
      field.last = found.last;
    }
    if (first.step() || (await first.fill())) heap.sink();
    else heap.pop();
  }
  if (word.to > 0) yield word;
}

/** A heap with the source of the first word on top. */
class SourceHeap {
  readonly #sources: Source[] = [];

  get first(): Source | undefined {
    return this.#sources[0];
  }

  push(source: Source): void {
    const all = this.#sources;
    all.push(source);
    for (let at = all.length - 1; at > 0; ) {
      const above = (at - 1) >> 1;
      if (!(all[at] as Source).isBefore(all[above] as Source)) break;
      this.#swap(at, above);
      at = above;
    }
  }

  /** Puts the top one in its place, after it has gone on. */
  sink(): void {
    const all = this.#sources;
    for (let at = 0; ; ) {
      let least = at;
      for (const below of [2 * at + 1, 2 * at + 2]) {
        if (below < all.length && (all[below] as Source).isBefore(all[least] as Source)) least = below;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  pop(): void {
    const last = this.#sources.pop();
    if (last === undefined || this.#sources.length === 0) return;
    this.#sources[0] = last;
    this.sink();
  }

  #swap(a: number, b: number): void {
    const source = this.#sources[a] as Source;
    this.#sources[a] = this.#sources[b] as Source;
    this.#sources[b] = source;
  }
}
