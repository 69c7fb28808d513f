import MiniSearch, { type Options } from "minisearch";
import { tokenize, wordAndParts } from "./tokenize.ts";

/** What one search document is made of. It has a number for an id, and nothing is stored with it. */
export interface SearchFields {
  id: number;
  /** The command, or what else was typed. */
  command: string;
  /** The machine's name, titles, tags, people. */
  name: string;
  /** Output, chat, reasons, notes. */
  text: string;
}

/** How much a word counts by where it stands. */
export const BOOST = { command: 4, name: 3, text: 1 };

const OPTIONS: Options<SearchFields> = {
  fields: ["command", "name", "text"],
  storeFields: [],
  tokenize,
  processTerm: wordAndParts,
  searchOptions: { processTerm: (term) => term },
};

export function newIndex(): MiniSearch<SearchFields> {
  return new MiniSearch(OPTIONS);
}

/** @param json as `JSON.stringify` of an index gave it. */
export function loadIndex(json: string): Promise<MiniSearch<SearchFields>> {
  return MiniSearch.loadJSONAsync(json, OPTIONS);
}
