import { concatAll } from "../../record/bytes.ts";
import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import type { Asset, SearchIndex, SearchSpool, SessionEntry } from "../page.ts";
import { splitSession } from "../timeline/split.ts";
import { BlockWriter } from "./block-writer.ts";
import { DigitWriter } from "./digits.ts";
import { documentsOf } from "./documents.ts";
import {
  encodeDigitScript,
  encodeSearchScript,
  INDEX_FILE,
  KINDS,
  type Passage,
  SEARCH_FORMAT,
  type SearchData,
  type SearchPart,
  searchFile,
} from "./files.ts";
import { mergeRuns } from "./merge.ts";
import { type SessionPlace, sessionRows } from "./rows.ts";
import { RunBuilder } from "./run.ts";
import { VocabularyWriter } from "./vocabulary.ts";

/** A file of texts is closed when it holds this many characters: a hit needs one, and small ones take as long to load. */
const SHARD_LIMIT = 100_000;

/** What a builder goes on from; plain and serialisable. */
interface State {
  documents: number;
  /** Different words in each field, summed up. */
  words: number[];
  sessions: SessionPlace[];
  shards: number[];
  /** Texts that are in no file yet. */
  open: Passage[][];
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
  readonly #state: Omit<State, "runs" | "kept">;
  readonly #names: ReadonlyMap<string, string>;
  readonly #run = new RunBuilder();
  readonly #runs: SearchSpool[];
  /** Kind and number of words of each document. */
  readonly #documents: SearchSpool;
  #size: number;

  constructor(handoff: Handoff, spool: (name: string, length?: number) => SearchSpool, from?: State) {
    this.#handoff = handoff;
    this.#spool = spool;
    this.#state = from ?? { documents: 0, words: [0, 0, 0], sessions: [], shards: [], open: [] };
    this.#names = new Map(handoff.endpoints.map(({ endpoint, name }) => [endpoint, name]));
    this.#runs = (from?.runs ?? []).map((length, i) => spool(`run-${i}`, length));
    this.#documents = spool("documents", from?.kept);
    this.#size = this.#state.open.reduce((sum, passages) => sum + sizeOf(passages), 0);
  }

  async addSession(session: HandoffSession, entries: readonly SessionEntry[]): Promise<Asset[]> {
    const state = this.#state;
    const files: Asset[] = [];
    const kept = new DigitWriter(1 << 10);
    const endpoint = this.#names.get(session.endpoint) ?? session.endpoint;
    const before = state.documents;
    for (const { kind, command, name, text, passages } of documentsOf(session, entries)) {
      const document = state.documents++;
      kept.number(KINDS.indexOf(kind));
      for (const [field, value] of [command, `${endpoint} ${name}`, text].entries()) {
        const words = this.#run.add(document, field as 0 | 1 | 2, value);
        state.words[field] = (state.words[field] ?? 0) + words;
        kept.number(words);
      }
      state.open.push(passages);
      this.#size += sizeOf(passages);
      if (this.#size >= SHARD_LIMIT) files.push(...this.#closeShard());
      if (this.#run.isFull) await this.#putRunAway();
    }
    const pages = splitSession(entries).slice(1);
    state.sessions.push({ documents: state.documents - before, pages });
    await this.#documents.append(kept.take());
    return files;
  }

  async suspend(): Promise<State> {
    await this.#putRunAway();
    // Copies: what is given must stay as it is when this one goes on.
    const { documents, words, sessions, shards, open } = this.#state;
    const state = { documents, words: [...words], sessions: [...sessions], shards: [...shards], open: [...open] };
    return { ...state, runs: this.#runs.map(({ length }) => length), kept: this.#documents.length };
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
      yield digits("documents", await joined(this.#documents.read()));
      const { documents, words: lengths, shards, sessions } = this.#state;
      const rows = sessionRows(this.#handoff, sessions);
      const endpoints = this.#handoff.endpoints.map(({ name }) => name);
      const data: SearchData = { format: SEARCH_FORMAT, ...rows, endpoints, documents, words: lengths, blocks, shards };
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
    const runs = this.#runs.map((run) => run.read());
    if (!this.#run.isEmpty) runs.push(inTurn(this.#run.take()));
    for await (const word of mergeRuns(runs)) {
      const count = word.fields.reduce((sum, { documents }) => sum + documents, 0);
      const piece = vocabulary.add(word.bytes, word.from, word.to, count);
      if (piece !== undefined) await words.append(piece);
      const block = writer.add(word);
      if (block !== undefined) yield block;
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
    const { open, shards, documents } = this.#state;
    if (open.length === 0) return [];
    const part = `texts-${shards.length}` as const;
    shards.push(documents - open.length);
    this.#state.open = [];
    this.#size = 0;
    return [{ path: searchFile(part), bytes: encodeSearchScript(part, open) }];
  }
}

function sizeOf(passages: readonly Passage[]): number {
  return passages.reduce((sum, [, , text]) => sum + text.length, 0);
}

function digits(part: SearchPart, bytes: Uint8Array): Asset {
  return { path: searchFile(part), bytes: encodeDigitScript(part, bytes) };
}

async function* inTurn(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return concatAll(all);
}
