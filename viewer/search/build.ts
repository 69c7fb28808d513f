import { concatAll } from "../../record/bytes.ts";
import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import type { Asset, SearchIndex, SearchSpool, SessionEntry } from "../page.ts";
import { splitSession } from "../timeline/split.ts";
import { BlockWriter } from "./block-writer.ts";
import { encodeSessions } from "./columns.ts";
import { DigitWriter } from "./digits.ts";
import { documentsOf } from "./documents.ts";
import {
  encodeDigitScript,
  encodeSearchScript,
  INDEX_FILE,
  KINDS,
  SEARCH_FORMAT,
  type SearchData,
  type SearchPart,
  searchFile,
} from "./files.ts";
import { mergeRuns } from "./merge.ts";
import { sessionColumns, sessionRow } from "./rows.ts";
import { type Field, RunBuilder } from "./run.ts";
import { type ShardState, ShardWriter } from "./shard-writer.ts";
import { VocabularyWriter } from "./vocabulary.ts";

/** What a builder goes on from; plain and serialisable. */
interface State {
  documents: number;
  /** Different words in each field, summed up. */
  words: number[];
  /** Number of documents of each session. */
  sessions: number[];
  shards: number[];
  /** Texts that are in no file yet. */
  open: ShardState;
  /** Bytes of each run, and of what is kept of documents. */
  runs: number[];
  kept: number;
}

/**
 * Builds the search files, session by session. Texts leave as files as they fill up. The index is gathered in runs, which are put
 * out of memory and merged at the end, so that memory does not grow with the package; where runs are parted leaves no trace.
 */
export function createSearchIndex(
  handoff: Handoff,
  spool: (name: string, length?: number) => SearchSpool,
  from?: unknown,
): SearchIndex {
  return new SearchBuilder(handoff, spool, from as State | undefined);
}

class SearchBuilder implements SearchIndex {
  readonly #handoff: Handoff;
  readonly #spool: (name: string, length?: number) => SearchSpool;
  readonly #state: Omit<State, "open" | "runs" | "kept">;
  readonly #endpoints: ReadonlyMap<string, { name: string; place: number }>;
  readonly #shard: ShardWriter;
  readonly #run = new RunBuilder();
  readonly #runs: SearchSpool[];
  /** Kind and number of words of each document. */
  readonly #documents: SearchSpool;

  constructor(handoff: Handoff, spool: (name: string, length?: number) => SearchSpool, from?: State) {
    this.#handoff = handoff;
    this.#spool = spool;
    this.#state = from ?? { documents: 0, words: [0, 0, 0], sessions: [], shards: [] };
    this.#shard = new ShardWriter(from?.open);
    this.#endpoints = new Map(handoff.endpoints.map(({ endpoint, name }, place) => [endpoint, { name, place }]));
    this.#runs = (from?.runs ?? []).map((length, i) => spool(`run-${i}`, length));
    this.#documents = spool("documents", from?.kept);
  }

  async addSession(session: HandoffSession, entries: readonly SessionEntry[]): Promise<Asset[]> {
    const state = this.#state;
    const files: Asset[] = [];
    const kept = new DigitWriter(1 << 10);
    const endpoint = this.#endpoints.get(session.endpoint) ?? { name: session.endpoint, place: 0 };
    const before = state.documents;
    const row = sessionRow(session, endpoint.place, splitSession(entries).slice(1));
    this.#shard.open(state.sessions.length, row);
    for (const { kind, command, name, text, passages } of documentsOf(session, entries)) {
      const document = state.documents++;
      kept.number(KINDS.indexOf(kind));
      const fields = [command, [`${endpoint.name} ${name}`], text];
      for (let field: Field = 0; field < fields.length; field++) {
        const words = this.#run.add(document, field as Field, fields[field] as string[]);
        state.words[field] = (state.words[field] as number) + words;
        kept.number(words);
      }
      this.#shard.add(passages);
      if (this.#shard.isFull) files.push(...this.#closeShard());
      if (this.#run.isFull) await this.#putRunAway();
    }
    state.sessions.push(state.documents - before);
    await this.#documents.append(kept.take());
    return files;
  }

  async suspend(): Promise<State> {
    await this.#putRunAway();
    // Copies: what is given must stay as it is when this one goes on.
    const { documents, words, sessions, shards } = this.#state;
    const copies = { words: [...words], sessions: [...sessions], shards: [...shards], open: this.#shard.state() };
    return { documents, ...copies, runs: this.#runs.map(({ length }) => length), kept: this.#documents.length };
  }

  async *finish(): AsyncGenerator<Asset> {
    yield* this.#closeShard();
    const vocabulary = new VocabularyWriter();
    const words = this.#spool("words");
    try {
      const blocks: string[] = [];
      for await (const { first, bytes } of this.#blocks(vocabulary, words)) {
        yield digits(`block-${blocks.length}`, bytes);
        blocks.push(first);
      }
      await words.append(vocabulary.rest());
      yield digits("words", await vocabulary.write(words.read()));
      const { documents, words: lengths, shards, sessions: counts } = this.#state;
      const { sessions, incidents, months } = sessionColumns(this.#handoff, counts);
      yield digits("documents", concatAll([encodeSessions(sessions), ...(await all(this.#documents.read()))]));
      const endpoints = this.#handoff.endpoints.map(({ name }) => name);
      const data: SearchData = {
        format: SEARCH_FORMAT,
        sessions: sessions.length,
        documents,
        words: lengths,
        ...{ endpoints, incidents, months, blocks, shards },
      };
      yield { path: INDEX_FILE, bytes: encodeSearchScript("data", data) };
    } finally {
      await words.close();
    }
  }

  async close(): Promise<void> {
    for (const one of [...this.#runs, this.#documents]) await one.close();
  }

  async *#blocks(vocabulary: VocabularyWriter, words: SearchSpool): AsyncGenerator<{ first: string; bytes: Uint8Array }> {
    const writer = new BlockWriter();
    // The last run never leaves memory.
    const runs = this.#runs.map((run) => run.read(true));
    if (!this.#run.isEmpty) runs.push(inTurn(this.#run.take()));
    for await (const merged of mergeRuns(runs)) {
      for (const word of merged) {
        const piece = vocabulary.add(word.bytes, word.length, word.documents);
        if (piece !== undefined) await words.append(piece);
        const block = writer.add(word);
        if (block !== undefined) yield block;
      }
    }
    const last = writer.take();
    if (last !== undefined) yield last;
  }

  async #putRunAway(): Promise<void> {
    if (this.#run.isEmpty) return;
    const run = this.#spool(`run-${this.#runs.length}`);
    this.#runs.push(run);
    for (const piece of this.#run.take()) await run.append(piece);
  }

  #closeShard(): Asset[] {
    const { shards, documents } = this.#state;
    if (this.#shard.documents === 0) return [];
    const part = `texts-${shards.length}` as const;
    shards.push(documents - this.#shard.documents);
    return [{ path: searchFile(part), bytes: this.#shard.take(part) }];
  }
}

function digits(part: SearchPart, bytes: Uint8Array): Asset {
  return { path: searchFile(part), bytes: encodeDigitScript(part, bytes) };
}

async function* inTurn(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const taken: Uint8Array[] = [];
  for await (const piece of pieces) taken.push(piece);
  return taken;
}
