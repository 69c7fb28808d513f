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
  const months = [...new Set(data.sessions.map(({ opened }) => opened.slice(0, 7)))].sort();
  return { machine: data.endpoints, kind: KINDS, period: months, outcome: OUTCOMES, incident: data.incidents };
}

/** What the engine needs to know of each session: how many documents it has, and its place in each facet but kind; -1 for none. */
export interface SessionFacets {
  documents: Uint32Array;
  of: readonly Int32Array[];
  /** How many values each facet has. */
  sizes: number[];
}

export function sessionFacets(data: SearchData): SessionFacets {
  const values = facetValues(data);
  const months = new Map(values.period.map((month, place) => [month, place]));
  const column = (place: (session: SearchData["sessions"][number]) => number) => Int32Array.from(data.sessions, place);
  return {
    documents: Uint32Array.from(data.sessions, ({ documents }) => documents),
    of: [
      column(({ endpoint }) => endpoint),
      new Int32Array(0),
      column(({ opened }) => months.get(opened.slice(0, 7)) ?? -1),
      column(({ outcome }) => OUTCOMES.indexOf(outcome)),
      column(({ incident }) => incident ?? -1),
    ],
    sizes: FACETS.map((facet) => values[facet].length),
  };
}

/** Counts hits by facet, and passes those over that are not what the search is narrowed to. */
export class FacetFilter {
  readonly #facets: SessionFacets;
  readonly #sessionOf: Uint32Array;
  readonly #kinds: Uint8Array;
  readonly #wanted: (number | undefined)[];
  readonly #counts: number[][];
  /** Of each session: a bit for each facet that it does not fit. */
  readonly #misfits: Uint8Array;

  constructor(facets: SessionFacets, sessionOf: Uint32Array, kinds: Uint8Array, narrowed: Narrowed) {
    this.#facets = facets;
    this.#sessionOf = sessionOf;
    this.#kinds = kinds;
    this.#wanted = FACETS.map((facet) => narrowed[facet]);
    this.#counts = facets.sizes.map((size) => new Array<number>(size).fill(0));
    this.#misfits = Uint8Array.from(facets.documents, (_, session) => {
      let misfit = 0;
      for (const [i, wanted] of this.#wanted.entries()) {
        if (i !== KIND && wanted !== undefined && facets.of[i]?.[session] !== wanted) misfit |= 1 << i;
      }
      return misfit;
    });
  }

  /** Whether a hit fits. For each facet it is counted when it fits all others: so many hits another choice would have. */
  passes(document: number): boolean {
    const session = this.#sessionOf[document] as number;
    const kind = this.#kinds[document] as number;
    const wanted = this.#wanted[KIND];
    const misfit = (this.#misfits[session] as number) | (wanted === undefined || wanted === kind ? 0 : 1 << KIND);
    for (let i = 0; i < this.#counts.length; i++) {
      if ((misfit & ~(1 << i)) !== 0) continue;
      const value = i === KIND ? kind : (this.#facets.of[i]?.[session] as number);
      const counts = this.#counts[i] as number[];
      if (value >= 0) counts[value] = (counts[value] as number) + 1;
    }
    return misfit === 0;
  }

  counts(): FacetCounts {
    return Object.fromEntries(FACETS.map((facet, i) => [facet, this.#counts[i] ?? []])) as FacetCounts;
  }
}

const KIND = FACETS.indexOf("kind");
