// The search page: takes the query from the address bar, keeps it there, and lists what is found while it is typed.

import { number } from "../html/format.ts";
import type { Found } from "../search/engine.ts";
import { facetSizes } from "../search/facets.ts";
import { KINDS, SEARCH_FORMAT, type SearchData, type SearchGlobal } from "../search/files.ts";
import { type HitDocument, matchesOf } from "../search/matches.ts";
import { FacetForm } from "./search/facet-form.ts";
import { hitNode, lostNode } from "./search/hit.ts";
import { type RunningEngine, startEngine } from "./search/start-engine.ts";
import { Texts } from "./search/texts.ts";

/** So many hits at a time: each may take a file to load. */
const FIRST = 10;
const MORE = 30;
/** So many candidates are ranked, and more when these are looked through. */
const RANKED = 200;
/** So many candidates are looked at for what was typed to the letter, before the reader is asked whether to go on. */
const LOOKED_AT = 400;

const field = element("q", HTMLInputElement);
const status = element("status", HTMLElement);
const list = element("hits", HTMLOListElement);
const more = element("more", HTMLButtonElement);
const narrowing = element("facets", HTMLElement);

const asked = new URLSearchParams(location.search);
field.value = asked.get("q") ?? "";
status.textContent = "Opening the index\u2026";
let turn = 0;

async function open(data: SearchData | undefined): Promise<void> {
  if (data?.format !== SEARCH_FORMAT) throw new Error(`expected a search index of format ${SEARCH_FORMAT}`);
  const { sessions, documents, words, blocks } = data;
  const engine = startEngine({ sessions, documents, words, blocks, facets: facetSizes(data) });
  const texts = new Texts(data);
  // A task of its own: the one that the scripts run in also lays out the page for the first time.
  await new Promise((resolve) => setTimeout(resolve));
  // Who types while it is opened is answered as soon as it is.
  const facets = new FacetForm(narrowing, data, asked, () => void show().catch(failed));
  const show = () => new Results(data, texts, engine, facets).show();
  field.addEventListener("input", () => void show().catch(failed));
  field.form?.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "ArrowDown") step(event, 0);
  });
  list.addEventListener("keydown", (event) => {
    const at = [...list.children].findIndex((item) => item.contains(document.activeElement));
    if (event.key === "ArrowDown") step(event, at + 1);
    if (event.key === "ArrowUp") step(event, at - 1);
  });
  // By then the page is laid out: earlier, the focus would have it laid out at once, in the same task.
  requestAnimationFrame(() => setTimeout(() => document.activeElement === document.body && field.focus()));
  await show();
}

function failed(): void {
  status.textContent = "A part of the search index can't be read. Is this folder complete?";
}

/** What is found for one query. Given up when the next one begins. */
class Results {
  readonly #turn = ++turn;
  readonly #query = field.value.trim();
  readonly #data: SearchData;
  readonly #texts: Texts;
  readonly #engine: RunningEngine;
  readonly #facets: FacetForm;
  readonly #nodes: Node[] = [];
  #found: Found | undefined;
  #ranked = RANKED;
  #at = 0;

  constructor(data: SearchData, texts: Texts, engine: RunningEngine, facets: FacetForm) {
    this.#data = data;
    this.#texts = texts;
    this.#engine = engine;
    this.#facets = facets;
  }

  async show(): Promise<void> {
    keepQuery(this.#query, this.#facets.parameters());
    this.#found = await this.#engine.find(this.#query, this.#facets.narrowed, this.#ranked);
    if (this.#turn !== turn) return;
    more.hidden = true;
    if (this.#found === undefined) {
      list.replaceChildren();
      this.#facets.show(undefined);
      status.textContent = this.#query === "" ? "" : "Type a word of two letters or more, or a number of three digits or more.";
      return;
    }
    await this.#take(FIRST);
    if (this.#turn !== turn) return;
    this.#facets.show(this.#found.facets);
    this.#draw();
    more.onclick = async () => {
      const next = this.#nodes.length;
      await this.#take(MORE);
      if (this.#turn !== turn) return;
      this.#draw();
      list.children[next]?.querySelector("a")?.focus();
    };
  }

  /** Goes on until so many more hits are there. Candidates that don't hold what was typed to the letter are passed over. */
  async #take(count: number): Promise<void> {
    const until = this.#nodes.length + count;
    const stop = this.#at + LOOKED_AT;
    while (this.#nodes.length < until && this.#at < stop && this.#found !== undefined) {
      const { candidates, words, literals } = this.#found;
      if (this.#at >= candidates.length) {
        if (candidates.length >= this.#found.count) return;
        await this.#rankMore();
        if (this.#turn !== turn || this.#at >= this.#found.candidates.length) return;
        continue;
      }
      const some = candidates.slice(this.#at, this.#at + until - this.#nodes.length);
      const texts = await this.#texts.load(some);
      if (this.#turn !== turn) return;
      for (const [i, candidate] of some.entries()) {
        this.#at++;
        const text = texts[i];
        const kind = KINDS[candidate.kind];
        if (text === undefined || kind === undefined) {
          this.#nodes.push(lostNode());
          continue;
        }
        const hit: HitDocument = { kind, endpoint: this.#data.endpoints[text.session.endpoint] ?? "", ...text };
        const matches = matchesOf(hit, { words, literals });
        if (matches !== undefined) this.#nodes.push(hitNode(hit, matches, words));
      }
    }
  }

  /** Asks for more candidates; the first ones stay the same. */
  async #rankMore(): Promise<void> {
    this.#ranked *= 5;
    const found = await this.#engine.find(this.#query, this.#facets.narrowed, this.#ranked);
    if (found !== undefined && this.#found !== undefined) this.#found = { ...found, literals: this.#found.literals };
  }

  #draw(): void {
    if (this.#found === undefined) return;
    const { count, similar, short } = this.#found;
    list.replaceChildren(...this.#nodes);
    const shown = this.#nodes.length;
    more.hidden = this.#at >= count;
    more.textContent = shown === 0 ? "Look further" : "Show more";
    const exact = this.#found.literals.length === 0;
    const places = more.hidden
      ? `${number(shown)} ${shown === 1 ? "place" : "places"}`
      : `The best ${number(shown)} of ${exact ? "" : "up to "}${number(count)} places`;
    let text = `${places}.`;
    if (similar && shown > 0) text = `Nothing is spelled like this. ${places} with similar words.`;
    else if (shown === 0 && !more.hidden)
      text = `Not among the first ${number(this.#at)} of ${number(count)} places that have these words.`;
    else if (shown === 0)
      text = `Nothing found for \u201C${this.#query}\u201D. All words must occur; check their spelling, or leave one out.`;
    status.textContent = short ? `${text} Many words begin like this: type more letters.` : text;
  }
}

/** Moves to a hit by its place; before the first one is the field. */
function step(event: KeyboardEvent, to: number): void {
  const target = to < 0 ? field : list.children[to]?.querySelector("a");
  if (!(target instanceof HTMLElement)) return;
  event.preventDefault();
  target.focus();
}

/** Keeps the query in the address bar, so that a search can be kept and sent. Some browsers forbid it on sandboxed pages. */
function keepQuery(query: string, narrowed: Record<string, string>): void {
  const parameters = new URLSearchParams({ ...(query === "" ? {} : { q: query }), ...narrowed }).toString();
  try {
    history.replaceState(null, "", parameters === "" ? location.pathname : `?${parameters}`);
  } catch {
    // Then it stays as it was.
  }
}

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`expected the page to have #${id}`);
  return found;
}

const data = (globalThis as { caiseySearch?: SearchGlobal }).caiseySearch?.data;
open(data).catch(() => {
  status.textContent = "The search index can't be read. Is this folder complete?";
});
