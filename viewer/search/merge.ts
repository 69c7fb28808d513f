import { DigitWriter } from "./digits.ts";
import { FIELDS, writePosting } from "./run.ts";
import { type RunField, RunReader } from "./run-reader.ts";
import { compareBytes } from "./terms.ts";

/** All postings of one field of one word. */
export interface MergedField {
  documents: number;
  /** See {@link writePosting}; the first counts from document -1. */
  postings: DigitWriter;
}

/** One word with all its postings; good until the next one is asked for. */
export interface MergedWord {
  /** Holds the word at its beginning. */
  bytes: Uint8Array;
  length: number;
  /** In all fields, summed up. */
  documents: number;
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
    const order = compareBytes(this.digits.bytes, this.wordFrom, this.wordTo, other.digits.bytes, other.wordFrom, other.wordTo);
    return order === 0 ? this.number < other.number : order < 0;
  }
}

/**
 * The words of all runs in order, those of later runs behind those of earlier ones; of each run a piece is held. They are given as many
 * at a time as are read, each to be used up before the next: a promise for each would take longer than the word.
 */
export async function* mergeRuns(runs: readonly AsyncIterable<Uint8Array>[]): AsyncGenerator<Iterable<MergedWord>> {
  const heap = new SourceHeap();
  for (const [number, pieces] of runs.entries()) {
    const source = new Source(number, pieces);
    if (await source.fill()) heap.push(source);
  }
  const word = new WordMaker();
  while (heap.first !== undefined) {
    yield mergeRead(heap, word);
    if (await heap.first.fill()) heap.sink();
    else heap.pop();
  }
  if (word.length > 0) yield [word];
}

/** Words up to where the run of the first one has to be read on; what is known by then of the last word stays in `word`. */
function* mergeRead(heap: SourceHeap, word: WordMaker): Generator<MergedWord> {
  for (let first = heap.first; first !== undefined; first = heap.first) {
    if (!word.is(first)) {
      if (word.length > 0) yield word;
      word.begin(first);
    }
    word.add(first);
    if (!first.step()) return;
    heap.sink();
  }
}

/** Puts a word's postings together, run by run. */
class WordMaker implements MergedWord {
  readonly bytes = new Uint8Array(256);
  length = 0;
  documents = 0;
  readonly fields = FIELDS.map(() => ({ documents: 0, last: -1, postings: new DigitWriter(1 << 12) }));

  /** Whether it is the word of this record. */
  is({ digits, wordFrom, wordTo }: Source): boolean {
    return compareBytes(digits.bytes, wordFrom, wordTo, this.bytes, 0, this.length) === 0;
  }

  begin({ digits, wordFrom, wordTo }: Source): void {
    this.length = wordTo - wordFrom;
    for (let i = 0; i < this.length; i++) this.bytes[i] = digits.bytes[wordFrom + i] as number;
    this.documents = 0;
    for (const field of this.fields) {
      field.documents = 0;
      field.last = -1;
      field.postings.length = 0;
    }
  }

  add(run: Source): void {
    for (let i = 0; i < this.fields.length; i++) {
      const field = this.fields[i] as (typeof this.fields)[number];
      const found = run.fields[i] as RunField;
      if (found.documents === 0) continue;
      writePosting(field.postings, found.first - field.last, found.times);
      field.postings.raw(run.digits.bytes, found.from, found.to);
      field.documents += found.documents;
      field.last = found.last;
      this.documents += found.documents;
    }
  }
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
      for (let below = 2 * at + 1; below <= 2 * at + 2 && below < all.length; below++)
        if ((all[below] as Source).isBefore(all[least] as Source)) least = below;
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
