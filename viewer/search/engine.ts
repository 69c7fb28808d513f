import { Block } from "./block.ts";
import { Candidates } from "./candidates.ts";
import { type Columns, parseColumns } from "./columns.ts";
import { type FacetCounts, FacetFilter, FacetMemory, type FacetSizes, type Narrowed } from "./facets.ts";
import { parseQuery, type Query, type Spelling } from "./query.ts";
import { type AskedWord, type Collection, type Derived, FUZZY, isMistypable, rank } from "./ranking.ts";
import { similarWords } from "./similar.ts";
import { readVocabulary } from "./vocabulary.ts";
import { blockRange } from "./wanted.ts";
import { decodeWord, encodeWord } from "./word.ts";

/** What the engine takes over from the page: numbers only, no recorded text but words. */
export interface EngineData {
  sessions: number;
  documents: number;
  /** Different words in each field, summed up. */
  words: readonly number[];
  /** First word of each block. */
  blocks: readonly string[];
  facets: FacetSizes;
}

/** A document that may be a hit: number, place of its session, place of its kind. */
export interface Candidate {
  document: number;
  session: number;
  kind: number;
}

/** What a query leads to. */
export interface Found {
  /** The best first; not all when there are many. */
  candidates: Candidate[];
  /** How many documents hold all words. */
  count: number;
  /** The words as they are marked; the last one may be the beginning of a longer one. */
  words: string[];
  /** What a hit must hold to the letter; see query.ts. */
  literals: string[];
  /** Whether these are words spelled similarly, since none was spelled like this. */
  similar: boolean;
  /** Whether more words begin like the last one than were looked at. */
  short: boolean;
  facets: FacetCounts;
}

/** Loads a file of the index as the bytes of its digits: they go to a worker without a copy, and are no work for its collector. */
export type LoadDigits = (part: "documents" | "words" | `block-${number}`) => Promise<Uint8Array>;

/** So many blocks are held, most of them about an eighth of a megabyte. */
const HELD_BLOCKS = 96;

/** Finds documents in a packed index, of which it loads what a query needs. */
export class SearchEngine {
  readonly #data: EngineData;
  readonly #load: LoadDigits;
  readonly #blocks = new Map<number, Promise<Block>>();
  #opened: Promise<Opened> | undefined;
  #vocabulary: Promise<string[]> | undefined;

  constructor(data: EngineData, load: LoadDigits) {
    this.#data = data;
    this.#load = load;
  }

  /** Reads what every query needs. */
  async open(): Promise<void> {
    this.#opened ??= this.#load("documents").then((digits) => openDocuments(this.#data, digits));
    await this.#opened;
  }

  /**
   * @param most how many candidates are to be ranked.
   * @returns undefined when there is no word in the query.
   */
  async find(query: string, narrowed: Narrowed, most: number): Promise<Found | undefined> {
    await this.open();
    const opened = (await this.#opened) as Opened;
    const parsed = parseQuery(query);
    if (parsed === undefined) return undefined;
    const exact = await this.#ask(parsed, false);
    const found = search(opened, this.#data.facets, parsed, exact, narrowed, most);
    if (found.unfiltered > 0 || !parsed.words.flat().some(({ word }) => isMistypable(decodeWord(word)))) return found;
    const similar = search(opened, this.#data.facets, { ...parsed, literals: [] }, await this.#ask(parsed, true), narrowed, most);
    return { ...similar, similar: similar.count > 0 };
  }

  /** What the index holds of the words that are asked for. */
  async #ask(query: Query, similar: boolean): Promise<Asked> {
    let short = false;
    const groups = await Promise.all(
      query.words.map((spellings) =>
        Promise.all(
          spellings.map(async (spelling): Promise<AskedWord> => {
            const { word } = spelling;
            const longer = await this.#beginning(spelling);
            short ||= longer.short;
            const exact = longer.found.find(({ distance }) => distance === 0)?.postings;
            return {
              word,
              exact,
              longer: longer.found.filter(({ distance }) => distance > 0),
              similar: similar ? await this.#similar(word) : [],
            };
          }),
        ),
      ),
    );
    return { groups, short };
  }

  /** A word, and when it is asked for the longer ones that begin with it. */
  async #beginning(spelling: Spelling): Promise<{ found: Derived[]; short: boolean }> {
    const { word, prefix } = spelling;
    const { first, count, short } = blockRange(this.#data.blocks, spelling);
    const blocks = await Promise.all(Array.from({ length: count }, (_, i) => this.#block(first + i)));
    const found: Derived[] = [];
    for (const block of blocks) {
      for (let place = block.place(word); place < block.length; place++) {
        const one = block.word(place);
        if (prefix ? !one.startsWith(word) : one !== word) break;
        found.push({ word: one, postings: block.postings(place), distance: one.length - word.length });
      }
    }
    return { found, short };
  }

  async #similar(word: string): Promise<Derived[]> {
    const typed = decodeWord(word);
    if (!isMistypable(typed)) return [];
    this.#vocabulary ??= this.#load("words").then(readVocabulary);
    // MiniSearch counts alike.
    const most = Math.min(6, Math.round(typed.length * FUZZY));
    const near = similarWords(await this.#vocabulary, typed, most);
    const found = await Promise.all(
      near.map(async (one) => {
        const { found } = await this.#beginning({ word: encodeWord(one.word), prefix: false });
        return found.map((derived) => ({ ...derived, distance: one.distance }));
      }),
    );
    return found.flat();
  }

  #block(number: number): Promise<Block> {
    const block = this.#blocks.get(number) ?? this.#load(`block-${number}`).then((digits) => new Block(digits));
    // What was asked for last goes last.
    this.#blocks.delete(number);
    this.#blocks.set(number, block);
    if (this.#blocks.size > HELD_BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value as number);
    // A block that could not be loaded is tried again.
    block.catch(() => this.#blocks.delete(number));
    return block;
  }
}

interface Asked {
  groups: AskedWord[][];
  short: boolean;
}

/** What is held of all documents. */
interface Opened {
  columns: Columns;
  collection: Collection;
  candidates: Candidates;
  facets: FacetMemory;
}

function openDocuments({ sessions, documents, words }: EngineData, digits: Uint8Array): Opened {
  const columns = parseColumns(digits, sessions, documents);
  giveBack(digits);
  const collection = { documents, averages: words.map((sum) => sum / documents), lengths: columns.lengths };
  return { columns, collection, candidates: new Candidates(collection), facets: new FacetMemory(sessions) };
}

/** Frees memory that is not needed any more, where the browser can: a worker that leaves little to be collected is not collected soon. */
function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && "transfer" in buffer) buffer.transfer(0);
}

function search(
  opened: Opened,
  sizes: FacetSizes,
  query: Query,
  { groups, short }: Asked,
  narrowed: Narrowed,
  most: number,
): Found & { unfiltered: number } {
  const { columns, collection, candidates } = opened;
  const filter = new FacetFilter(columns, sizes, narrowed, opened.facets);
  let unfiltered = 0;
  const passes = (document: number) => {
    unfiltered++;
    return filter.passes(document);
  };
  const count = candidates.find(groups, passes, most);
  const ranked = count === 0 ? [] : rank(collection, groups.flat(), candidates.chosen, query.words);
  const found = ranked.map((document) => ({
    document,
    session: columns.sessionOf[document] as number,
    kind: columns.kinds[document] as number,
  }));
  const { marked: words, literals } = query;
  return { candidates: found, count, words, literals, similar: false, short, facets: filter.counts(), unfiltered };
}
