import type MiniSearch from "minisearch";
import { BOOST, loadIndex, type SearchFields } from "./fields.ts";
import type { SearchData } from "./files.ts";
import { tokenize } from "./tokenize.ts";

/** What a query leads to. */
export interface Found {
  /** Numbers of documents, the best first. */
  candidates: number[];
  /** The words that were looked for; the last one may be the beginning of a longer one. */
  words: string[];
  /** Parts of the query with marks inside, such as paths and addresses: a hit must hold them to the letter. Lower case. */
  literals: string[];
  /** Whether these are words spelled similarly, since none was spelled like this. */
  similar: boolean;
}

export interface Search {
  data: SearchData;
  /** Undefined when there is no word in the query. */
  find(query: string): Found | undefined;
}

/**
 * @param data what the index file left in the page's global.
 * @throws Error when it is missing or of another format.
 */
export async function openSearch(data: SearchData | undefined): Promise<Search> {
  if (data?.format !== "caisey-search/1") throw new Error("expected a search index of format caisey-search/1");
  const index = await loadIndex(data.index);
  return { data, find: (query) => find(index, query) };
}

function find(index: MiniSearch<SearchFields>, query: string): Found | undefined {
  const words = [...new Set(tokenize(query))];
  const last = words.at(-1);
  if (last === undefined) return undefined;
  const ask = (fuzzy: (term: string) => number | false) =>
    index.search(query, { boost: BOOST, combineWith: "AND", prefix: (term) => term === last, fuzzy }).map(({ id }) => id as number);
  const literals = query
    .toLowerCase()
    .split(/\s+/)
    .map((part) => part.replace(/^["'(]+|["'),;:.]+$/g, ""))
    .filter((part) => /[\p{L}\p{N}][^\p{L}\p{N}\p{M}]+[\p{L}\p{N}]/u.test(part));
  const exact = ask(() => false);
  if (exact.length > 0) return { candidates: exact, words, literals, similar: false };
  // Identifiers are never taken for similar ones: KB5034441 is not KB5034440.
  const similar = ask((term) => (term.length < 4 || /\d/.test(term) ? false : 0.25));
  return { candidates: similar, words, literals: [], similar: similar.length > 0 };
}
