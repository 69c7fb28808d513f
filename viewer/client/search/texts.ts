import type { Candidate } from "../../search/engine.ts";
import type { Passage, SearchData, SessionRow, TextShard } from "../../search/files.ts";
import { lastUpTo } from "../../search/sorted.ts";
import { loadPart } from "./parts.ts";

/** What a hit shows of a document. */
export interface DocumentText {
  session: SessionRow;
  passages: readonly Passage[];
}

/** So many documents are held, and so many characters of them: what was found before is there at once. */
const HELD = 2_000;
const HELD_LENGTH = 8_000_000;

/** Texts of documents, out of files that are loaded when a hit needs them. */
export class Texts {
  readonly #data: SearchData;
  readonly #held = new Map<number, { text: DocumentText; length: number }>();
  #length = 0;

  constructor(data: SearchData) {
    this.#data = data;
  }

  /** The texts of these documents, in their order; undefined where the file is missing. */
  async load(candidates: readonly Candidate[]): Promise<(DocumentText | undefined)[]> {
    const missing = new Map<number, Candidate[]>();
    for (const candidate of candidates) {
      if (this.#held.has(candidate.document)) continue;
      const shard = lastUpTo(this.#data.shards, candidate.document);
      missing.set(shard, [...(missing.get(shard) ?? []), candidate]);
    }
    const found = new Map<number, DocumentText>();
    for (const { document } of candidates) {
      const one = this.#held.get(document);
      if (one !== undefined) found.set(document, one.text);
    }
    await Promise.all(
      [...missing].map(async ([number, wanted]) => {
        const shard = await loadPart(`texts-${number}`);
        if (shard === undefined) return;
        for (const candidate of wanted) {
          const text = this.#take(shard, this.#data.shards[number] ?? 0, candidate);
          if (text !== undefined) found.set(candidate.document, text);
        }
      }),
    );
    return candidates.map(({ document }) => found.get(document));
  }

  #take(shard: TextShard, first: number, { document, session: place }: Candidate): DocumentText | undefined {
    const session = shard.sessions[place - shard.session];
    const json = shard.documents[document - first];
    if (session === undefined || json === undefined) return undefined;
    const text = { session, passages: JSON.parse(json) as Passage[] };
    this.#held.set(document, { text, length: json.length });
    this.#length += json.length;
    for (const [oldest, { length }] of this.#held) {
      if (this.#held.size <= HELD && this.#length <= HELD_LENGTH) break;
      this.#held.delete(oldest);
      this.#length -= length;
    }
    return text;
  }
}
