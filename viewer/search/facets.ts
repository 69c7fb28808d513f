import type { Columns } from "./columns.ts";
import { KINDS, OUTCOMES, type SearchData } from "./files.ts";

/** By what a search can be narrowed, in the order of the page. */
export const FACETS = ["machine", "kind", "period", "outcome", "incident"] as const;
export type Facet = (typeof FACETS)[number];

/** What a search is narrowed to: places in the facets' values. */
export type Narrowed = Partial<Record<Facet, number>>;

/** How many of the hits have each value of each facet. */
export type FacetCounts = Record<Facet, number[]>;

/** Values of each facet as they are named in data: names of machines and incidents, months as `2026-03`. */
export function facetValues(data: SearchData): Record<Facet, readonly string[]> {
  return { machine: data.endpoints, kind: KINDS, period: data.months, outcome: OUTCOMES, incident: data.incidents };
}

/** How many values each facet has. */
export type FacetSizes = Record<Facet, number>;

export function facetSizes(data: SearchData): FacetSizes {
  const values = facetValues(data);
  return Object.fromEntries(FACETS.map((facet) => [facet, values[facet].length])) as FacetSizes;
}

/** What is counted in: filled anew by each search, since a large package has many sessions. */
export class FacetMemory {
  /** Of each session: a bit for each facet that it does not fit. */
  readonly misfits: Uint8Array;
  /** Hits of each session, of each kind. */
  readonly hits: Uint32Array;

  constructor(sessions: number) {
    this.misfits = new Uint8Array(sessions);
    this.hits = new Uint32Array(sessions * KINDS.length);
  }
}

/** Counts hits by facet, and passes those over that are not what the search is narrowed to. */
export class FacetFilter {
  readonly #columns: Columns;
  readonly #sizes: FacetSizes;
  readonly #wantedKind: number | undefined;
  readonly #misfits: Uint8Array;
  readonly #hits: Uint32Array;

  /** @param memory of nobody else as long as this one is used. */
  constructor(columns: Columns, sizes: FacetSizes, narrowed: Narrowed, memory: FacetMemory) {
    const sessions = columns.facets.machine.length;
    this.#columns = columns;
    this.#sizes = sizes;
    this.#wantedKind = narrowed.kind;
    this.#misfits = memory.misfits.fill(0);
    this.#hits = memory.hits.fill(0);
    for (const [i, facet] of FACETS.entries()) {
      const wanted = narrowed[facet];
      if (facet === "kind" || wanted === undefined) continue;
      const values = columns.facets[facet];
      for (let session = 0; session < sessions; session++) {
        if (values[session] !== wanted) this.#misfits[session] = (this.#misfits[session] as number) | (1 << i);
      }
    }
  }

  /** Whether a hit fits; it is counted either way. */
  passes(document: number): boolean {
    const session = this.#columns.sessionOf[document] as number;
    const kind = this.#columns.kinds[document] as number;
    const place = session * KINDS.length + kind;
    this.#hits[place] = (this.#hits[place] as number) + 1;
    return this.#misfits[session] === 0 && (this.#wantedKind === undefined || this.#wantedKind === kind);
  }

  /** For each facet, a hit is counted when it fits all others: so many hits another choice would have. */
  counts(): FacetCounts {
    const counts = FACETS.map((facet) => new Array<number>(this.#sizes[facet]).fill(0));
    const { facets } = this.#columns;
    for (let place = 0; place < this.#hits.length; place++) {
      const hits = this.#hits[place] as number;
      if (hits === 0) continue;
      const kind = place % KINDS.length;
      const session = (place - kind) / KINDS.length;
      const misfit =
        (this.#misfits[session] as number) | (this.#wantedKind === undefined || this.#wantedKind === kind ? 0 : 1 << KIND);
      for (const [i, facet] of FACETS.entries()) {
        if ((misfit & ~(1 << i)) !== 0) continue;
        const value = facet === "kind" ? kind : (facets[facet][session] as number);
        const own = counts[i] as number[];
        if (value >= 0) own[value] = (own[value] as number) + hits;
      }
    }
    return Object.fromEntries(FACETS.map((facet, i) => [facet, counts[i] ?? []])) as FacetCounts;
  }
}

const KIND = FACETS.indexOf("kind");
