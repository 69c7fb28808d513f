import { type TextValue, visibleLines } from "../../record/text.ts";
import { isBucket, tokenize } from "../../viewer/search/tokenize.ts";
import { Search } from "../viewer/search-files.ts";
import { layers, spellings } from "./spellings.ts";
import { contentsBelow } from "./tools.ts";

/** An unzipped package, to be looked through for what must not be in it. */
export class Contents {
  readonly #layers: { path: string; layer: Buffer }[];
  readonly #search: Search;
  /** Every word that a reader may see in the recording, or in what was written about it. */
  readonly #words: ReadonlySet<string>;

  constructor(folder: string) {
    const files = contentsBelow(folder);
    this.#layers = files.flatMap(({ path, bytes }) => layers(bytes).map((layer) => ({ path, layer })));
    this.#search = new Search(files.filter(({ path }) => /^data\/search\/.+\.js$/.test(path)));
    const words = new Set<string>();
    for (const { path, bytes } of files) {
      if (path === "data/records/handoff.json") for (const word of tokenize(bytes.toString())) words.add(word);
      if (!path.endsWith(".text.jsonl")) continue;
      for (const line of bytes.toString().trimEnd().split("\n")) {
        for (const { text } of visibleLines(JSON.parse(line) as TextValue)) for (const word of tokenize(text)) words.add(word);
      }
    }
    this.#words = words;
  }

  /** Files in which a text stands in any spelling, packed or not. */
  filesWith(text: string): string[] {
    const needles = spellings(text);
    const found = this.#layers.filter(({ layer }) => needles.some((needle) => layer.includes(needle)));
    return [...new Set(found.map(({ path }) => path))];
  }

  /** Words of a text that a search leads to although nobody can see them: its index must be made of what is shown. */
  async findableWords(text: string): Promise<string[]> {
    const found: string[] = [];
    for (const word of new Set(tokenize(text))) {
      // The end of a query stands for longer words as well. Numbers are in buckets with others.
      if (isBucket(word) || [...this.#words].some((shown) => shown.startsWith(word))) continue;
      const hits = await this.#search.find(word);
      if (hits !== undefined && !hits.similar && hits.candidates.length > 0) found.push(word);
    }
    return found;
  }
}
