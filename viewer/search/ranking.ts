import MiniSearch, { type SearchOptions } from "minisearch";
import { PostingList, type Postings, type WordPostings } from "./postings.ts";
import type { Spelling } from "./query.ts";
import { FIELDS } from "./run.ts";
import { tokenize } from "./tokenize.ts";

// MiniSearch ranks, by its own formula and rules, over an index that it did not make: this file hands the packed one to it through
// fields that MiniSearch keeps to itself. Its version is pinned; test/viewer/search-ranking.test.ts compares with a MiniSearch as it
// comes from the package.

/** How much a word counts by where it stands. */
export const BOOST = { command: 4, name: 3, text: 1 };

/** Of a longer word than was asked for, and of a similar one; MiniSearch's own. Also its BM25+ parameters, for candidates.ts. */
export const WEIGHTS = { prefix: 0.375, fuzzy: 0.45 };
export const BM25 = { k: 1.2, b: 0.7, d: 0.5 };

/** What MiniSearch needs to know of all documents. */
export interface Collection {
  documents: number;
  /** Average number of different words, by field. */
  averages: readonly number[];
  /** Number of different words of each document, by field. */
  lengths: readonly (Uint8Array | Uint16Array | Uint32Array)[];
}

/** A word of the index that stands for one that was asked for. */
export interface Derived {
  word: string;
  postings: WordPostings;
  /** 0 for the word itself; how much longer, or by how many letters it differs. */
  distance: number;
}

/** A word that was asked for in one spelling, and what it stands for in the index. */
export interface AskedWord {
  word: string;
  exact: WordPostings | undefined;
  longer: Derived[];
  similar: Derived[];
}

/** Filled by one word after the other, here and for the candidates. */
export const POSTINGS = new PostingList();

/** Postings of the documents that are to be ranked, as MiniSearch reads them: a map that gives what was asked last. */
class ChosenPostings {
  readonly size: number;
  readonly #documents: number[] = [];
  readonly #times: number[] = [];
  #at = 0;

  constructor(postings: Postings, chosen: Uint8Array) {
    this.size = postings.documents;
    postings.read(POSTINGS, () => {
      for (let i = 0; i < POSTINGS.length; i++) {
        const document = POSTINGS.documents[i] as number;
        if (chosen[document] !== 1) continue;
        this.#documents.push(document);
        this.#times.push(POSTINGS.times[i] as number);
      }
    });
  }

  *keys(): Generator<number> {
    for (this.#at = 0; this.#at < this.#documents.length; this.#at++) yield this.#documents[this.#at] as number;
  }

  get(): number | undefined {
    return this.#times[this.#at];
  }
}

/** The part of MiniSearch's index that it asks for: the words of one query. */
class AskedIndex {
  readonly #asked: ReadonlyMap<string, AskedWord>;
  readonly #chosen: Uint8Array;

  constructor(asked: readonly AskedWord[], chosen: Uint8Array) {
    this.#asked = new Map(asked.map((one) => [one.word, one]));
    this.#chosen = chosen;
  }

  get(word: string): Map<number, ChosenPostings> | undefined {
    const exact = this.#asked.get(word)?.exact;
    return exact && this.#fields(exact);
  }

  atPrefix(word: string): [string, Map<number, ChosenPostings>][] {
    return (this.#asked.get(word)?.longer ?? []).map(({ word: longer, postings }) => [longer, this.#fields(postings)]);
  }

  fuzzyGet(word: string): Map<string, [Map<number, ChosenPostings>, number]> {
    const similar = this.#asked.get(word)?.similar ?? [];
    return new Map(similar.map((one) => [one.word, [this.#fields(one.postings), one.distance]]));
  }

  #fields(postings: WordPostings): Map<number, ChosenPostings> {
    const fields = new Map<number, ChosenPostings>();
    for (const [field, one] of postings.entries()) if (one !== undefined) fields.set(field, new ChosenPostings(one, this.#chosen));
    return fields;
  }
}

/** A MiniSearch without an index of its own. */
class PackedMiniSearch extends MiniSearch {
  rank(collection: Collection, asked: readonly AskedWord[], chosen: Uint8Array, words: readonly Spelling[][]): number[] {
    this._documentCount = collection.documents;
    this._avgFieldLength = [...collection.averages];
    this._index = new AskedIndex(asked, chosen) as unknown as typeof this._index;
    this._documentIds = { has: () => true, get: (document: number) => document } as unknown as typeof this._documentIds;
    const lengths = (document: number) => collection.lengths.map((field) => field[document] as number);
    this._fieldLength = { get: lengths } as unknown as typeof this._fieldLength;
    return rankedBy(
      this,
      words,
      asked.some(({ similar }) => similar.length > 0),
    ).map(({ id }) => id);
  }
}

/** The numbers of the chosen documents, the best first. */
export function rank(
  collection: Collection,
  asked: readonly AskedWord[],
  chosen: Uint8Array,
  words: readonly Spelling[][],
): number[] {
  return new PackedMiniSearch(OPTIONS).rank(collection, asked, chosen, words);
}

/** Options under which a MiniSearch indexes and searches the same words. */
export const OPTIONS = {
  fields: [...FIELDS],
  storeFields: [],
  tokenize: (text: string) => tokenize(text),
  processTerm: (word: string) => word,
};

/** Asks a MiniSearch for all these words, each in one of its spellings. */
export function rankedBy(index: MiniSearch, words: readonly Spelling[][], similar: boolean): { id: number; score: number }[] {
  const ask = ({ word, prefix }: Spelling): SearchOptions & { queries: [string] } => ({
    queries: [word],
    tokenize: (text) => [text],
    prefix,
    fuzzy: similar && isMistypable(word) ? FUZZY : false,
  });
  const queries = words.map((spellings) => ({ combineWith: "OR" as const, queries: spellings.map(ask) }));
  return index.search({ combineWith: "AND", queries }, { boost: BOOST, weights: WEIGHTS, bm25: BM25 }) as unknown as {
    id: number;
    score: number;
  }[];
}

/** So many wrong letters for each letter of a word. */
export const FUZZY = 0.25;

/** Identifiers are never taken for similar ones: KB5034441 is not KB5034440. */
export function isMistypable(word: string): boolean {
  return word.length >= 4 && !/[\d~.]/.test(word);
}
