import { memorySpool } from "../../generator/platform.ts";
import type { Handoff } from "../../record/handoff.ts";
import type { Asset, SessionEntry } from "../../viewer/page.ts";
import { createSearchIndex } from "../../viewer/search/build.ts";
import { type Found, SearchEngine } from "../../viewer/search/engine.ts";
import { facetSizes } from "../../viewer/search/facets.ts";
import { KINDS, type Passage, type SearchData, type SearchGlobal, type SessionRow } from "../../viewer/search/files.ts";
import { type HitDocument, type Matches, matchesOf } from "../../viewer/search/matches.ts";

export type Entries = ReadonlyMap<string, readonly SessionEntry[]>;

/** All files that make the sessions of a handoff searchable. */
export async function searchFiles(handoff: Handoff, entries: Entries): Promise<Asset[]> {
  const index = createSearchIndex(handoff, () => memorySpool());
  const files: Asset[] = [];
  for (const session of handoff.sessions) files.push(...(await index.addSession(session, entries.get(session.session) ?? [])));
  for await (const file of index.finish()) files.push(file);
  return files;
}

/** Runs the files as a page would, in a global of their own. */
export function runScripts(files: readonly Asset[]): SearchGlobal {
  const scope: { caiseySearch?: SearchGlobal } = {};
  for (const { bytes } of files) new Function("globalThis", new TextDecoder().decode(bytes))(scope);
  return scope.caiseySearch ?? {};
}

/** A search as a reader has it, out of the files. */
export class Search {
  readonly data: SearchData;
  readonly engine: SearchEngine;
  /** Of each document. */
  readonly passages: readonly Passage[][];
  readonly #sessions = new Map<number, SessionRow>();

  constructor(files: readonly Asset[]) {
    const loaded = runScripts(files);
    if (loaded.data === undefined) throw new Error("expected an index file");
    this.data = loaded.data;
    this.passages = this.data.shards.flatMap((_, number) => {
      const shard = loaded[`texts-${number}`];
      for (const [i, row] of shard?.sessions.entries() ?? []) this.#sessions.set((shard?.session ?? 0) + i, row);
      return (shard?.documents ?? []).map((json) => JSON.parse(json) as Passage[]);
    });
    const { sessions, documents, words, blocks } = this.data;
    this.engine = new SearchEngine({ sessions, documents, words, blocks, facets: facetSizes(this.data) }, async (part) => {
      const digits = loaded[part];
      if (digits === undefined) throw new Error(`expected ${part}`);
      return new TextEncoder().encode(digits);
    });
  }

  find(query: string, most = 1000): Promise<Found | undefined> {
    return this.engine.find(query, {}, most);
  }

  document(number: number, session: number, kind: number): HitDocument {
    const row = this.#sessions.get(session);
    const name = KINDS[kind];
    if (row === undefined || name === undefined) throw new Error("expected a session and a kind");
    return { session: row, kind: name, endpoint: this.data.endpoints[row.endpoint] ?? "", passages: this.passages[number] ?? [] };
  }

  /** What a reader is led to, the best first. */
  async hits(query: string, most = 1000): Promise<(Matches & { document: number; title: string })[]> {
    const found = await this.find(query, most);
    return (found?.candidates ?? []).flatMap(({ document, session, kind }) => {
      const one = this.document(document, session, kind);
      const matches = found && matchesOf(one, found);
      return matches === undefined ? [] : [{ ...matches, document, title: one.session.title }];
    });
  }
}
