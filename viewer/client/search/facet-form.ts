import { number } from "../../html/format.ts";
import { FACETS, type Facet, type FacetCounts, facetValues, type Narrowed } from "../../search/facets.ts";
import type { SearchData } from "../../search/files.ts";
import { FACET, valueLabel } from "./labels.ts";

/** A list longer than this is no help. */
const MOST = 200;

/** The choices by which a search is narrowed: a list each, with how many hits each choice would have. */
export class FacetForm {
  readonly #values: Record<Facet, readonly string[]>;
  readonly #lists = new Map<Facet, HTMLSelectElement>();

  /** @param place where the lists are put. */
  constructor(place: HTMLElement, data: SearchData, asked: URLSearchParams, onChange: () => void) {
    this.#values = facetValues(data);
    for (const facet of FACETS) {
      // One value leaves nothing to choose, except that an incident is only some of the sessions.
      if (this.#values[facet].length < (facet === "incident" ? 1 : 2)) continue;
      const label = document.createElement("label");
      const list = document.createElement("select");
      list.name = facet;
      label.append(`${FACET[facet]} `, list);
      place.append(label);
      this.#lists.set(facet, list);
      const at = this.#values[facet].indexOf(asked.get(facet) ?? "");
      this.#fill(facet, undefined, at < 0 ? undefined : at);
      list.addEventListener("change", onChange);
    }
  }

  get narrowed(): Narrowed {
    const narrowed: Narrowed = {};
    for (const [facet, list] of this.#lists) if (list.value !== "") narrowed[facet] = Number(list.value);
    return narrowed;
  }

  /** What stands in the address bar. */
  parameters(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.narrowed).map(([facet, at]) => [facet, this.#values[facet as Facet][at] ?? ""]));
  }

  show(counts: FacetCounts | undefined): void {
    const { narrowed } = this;
    for (const facet of this.#lists.keys()) this.#fill(facet, counts?.[facet], narrowed[facet]);
  }

  #fill(facet: Facet, counts: readonly number[] | undefined, chosen: number | undefined): void {
    const list = this.#lists.get(facet);
    if (list === undefined) return;
    const places = this.#values[facet]
      .map((_, place) => place)
      .filter((place) => place === chosen || counts === undefined || (counts[place] ?? 0) > 0);
    if (facet !== "period" && facet !== "kind" && counts !== undefined) places.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
    const kept = places.filter((place, i) => i < MOST || place === chosen);
    const all = new Option(
      facet === "machine" || facet === "kind" ? `Every ${FACET[facet].toLowerCase()}` : `Any ${FACET[facet].toLowerCase()}`,
      "",
    );
    const options = kept.map((place) => {
      const count = counts === undefined ? "" : ` (${number(counts[place] ?? 0)})`;
      return new Option(`${valueLabel(facet, this.#values[facet][place] ?? "")}${count}`, String(place), false, place === chosen);
    });
    list.replaceChildren(all, ...options);
    list.classList.toggle("chosen", chosen !== undefined);
  }
}
