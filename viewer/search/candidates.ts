import type { WordPostings } from "./postings.ts";
import { type AskedWord, BM25, BOOST, type Collection, POSTINGS, WEIGHTS } from "./ranking.ts";
import { FIELDS } from "./run.ts";

/** Documents that hold all words, and the best of them by the same formula as MiniSearch's, in fast arrays over all documents. */
export class Candidates {
  readonly #collection: Collection;
  /** Of each document: sum of scores, and how many of the words it holds so far. */
  readonly #scores: Float32Array;
  readonly #held: Uint8Array;
  /** 1 for the documents that MiniSearch shall rank. */
  readonly chosen: Uint8Array;

  constructor(collection: Collection) {
    this.#collection = collection;
    this.#scores = new Float32Array(collection.documents);
    this.#held = new Uint8Array(collection.documents);
    this.chosen = new Uint8Array(collection.documents);
  }

  /**
   * Finds the documents that hold a word of each group, and chooses the best.
   * @param passes whether a document may be in the result at all; called once for each that holds all words.
   * @param most how many are chosen; up to twice as many where the last ones are equal.
   * @returns how many there are.
   */
  find(groups: readonly (readonly AskedWord[])[], passes: (document: number) => boolean, most: number): number {
    const [scores, held, chosen] = [this.#scores, this.#held, this.chosen];
    scores.fill(0);
    held.fill(0);
    chosen.fill(0);
    // The rarest first: what it doesn't hold is not looked at again.
    const sorted = groups.map((words) => ({ words, documents: sizeOf(words) })).sort((a, b) => a.documents - b.documents);
    if (sorted.length === 0 || sorted.length > 255 || sorted[0]?.documents === 0) return 0;
    for (const [before, { words }] of sorted.entries()) {
      for (const { exact, longer, similar, word } of words) {
        if (exact !== undefined) this.#add(exact, 1, before);
        const weigh = (weight: number, slope: number) => (derived: AskedWord["longer"][number]) => {
          const { length } = derived.word;
          this.#add(derived.postings, (weight * length) / (length + slope * derived.distance), before);
        };
        longer.forEach(weigh(WEIGHTS.prefix, 0.3));
        // MiniSearch takes a word that is both for a longer one.
        similar.filter((one) => !(one.word.startsWith(word) && longer.length > 0)).forEach(weigh(WEIGHTS.fuzzy, 1));
      }
    }
    const all = sorted.length;
    let count = 0;
    for (let document = 0; document < held.length; document++) {
      if (held[document] !== all) continue;
      if (passes(document)) count++;
      else held[document] = 0;
    }
    if (count <= most) {
      for (let document = 0; document < held.length; document++) if (held[document] === all) chosen[document] = 1;
      return count;
    }
    // Where many are equal, the first of them. These sums are rounder than MiniSearch's, so what is nearly equal counts as equal.
    const last = this.#lastScore(most, all);
    let equal = most;
    for (let document = 0; document < held.length; document++) {
      if (held[document] !== all) continue;
      const score = scores[document] as number;
      if (score > last * (1 + 1e-5) || (score >= last * (1 - 1e-5) && equal-- > 0)) chosen[document] = 1;
    }
    return count;
  }

  #add(postings: WordPostings, weight: number, before: number): void {
    const { documents, averages, lengths } = this.#collection;
    const [scores, held] = [this.#scores, this.#held];
    const { k, b, d } = BM25;
    for (const [field, one] of postings.entries()) {
      const name = FIELDS[field];
      if (one === undefined || name === undefined) continue;
      const idf = Math.log(1 + (documents - one.documents + 0.5) / (one.documents + 0.5)) * weight * BOOST[name];
      const average = averages[field] as number;
      const length = lengths[field] as (typeof lengths)[number];
      one.read(POSTINGS, () => {
        for (let i = 0; i < POSTINGS.length; i++) {
          const document = POSTINGS.documents[i] as number;
          const has = held[document] as number;
          if (has !== before && has !== before + 1) continue;
          held[document] = before + 1;
          const times = POSTINGS.times[i] as number;
          const relative = (length[document] as number) / average;
          scores[document] = (scores[document] as number) + idf * (d + (times * (k + 1)) / (times + k * (1 - b + b * relative)));
        }
      });
    }
  }

  /** The score of the last one that is chosen: the smallest of the `most` largest, which are kept as a heap. */
  #lastScore(most: number, all: number): number {
    const heap = new Float32Array(most);
    for (let document = 0; document < this.#held.length; document++) {
      if (this.#held[document] !== all) continue;
      const score = this.#scores[document] as number;
      if (score > (heap[0] as number)) replaceLeast(heap, score);
    }
    return heap[0] as number;
  }
}

/** Puts a number in the place of the least one of a heap, which is its first. */
function replaceLeast(heap: Float32Array, value: number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
    if ((heap[child] as number) >= value) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = value;
}

function sizeOf(words: readonly AskedWord[]): number {
  let documents = 0;
  for (const { exact, longer, similar } of words) {
    for (const postings of [exact ?? [], ...[...longer, ...similar].map((one) => one.postings)])
      for (const field of postings) documents += field?.documents ?? 0;
  }
  return documents;
}
