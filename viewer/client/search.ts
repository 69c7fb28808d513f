// The search page: takes the query from the address bar, keeps it there, and lists what is found while it is typed.

import { openSearch, type Search } from "../search/engine.ts";
import type { SearchGlobal } from "../search/files.ts";
import { matchesOf } from "../search/matches.ts";
import { hitNode } from "./search/hit.ts";
import { loadTexts } from "./search/texts.ts";

/** So many hits at a time. */
const PAGE = 30;

const field = element("q", HTMLInputElement);
const status = element("status", HTMLElement);
const list = element("hits", HTMLOListElement);
const more = element("more", HTMLButtonElement);

field.value = new URLSearchParams(location.search).get("q") ?? "";
status.textContent = "Opening the index\u2026";
let turn = 0;

openSearch((globalThis as { caiseySearch?: SearchGlobal }).caiseySearch?.data).then(start, () => {
  status.textContent = "The search index can't be read. Is this folder complete?";
});

function start(search: Search): void {
  field.addEventListener("input", () => void show(search));
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
  field.focus();
  void show(search);
}

/** Moves to a hit by its place; before the first one is the field. */
function step(event: KeyboardEvent, to: number): void {
  const target = to < 0 ? field : list.children[to]?.querySelector("a");
  if (!(target instanceof HTMLElement)) return;
  event.preventDefault();
  target.focus();
}

async function show(search: Search): Promise<void> {
  const mine = ++turn;
  const query = field.value.trim();
  keepQuery(query);
  const found = search.find(query);
  more.hidden = true;
  if (found === undefined) {
    list.replaceChildren();
    status.textContent = query === "" ? "" : "Type a word of two letters or more, or a number of three digits or more.";
    return;
  }
  const fresh: Node[] = [];
  let at = 0;
  let shown = 0;

  /** Goes on until so many more hits are there. Candidates that don't hold what was typed to the letter are passed over. */
  const take = async (): Promise<void> => {
    const until = shown + PAGE;
    while (shown < until && at < found.candidates.length) {
      const some = found.candidates.slice(at, at + PAGE);
      const texts = await loadTexts(search.data, some);
      if (mine !== turn) return;
      for (const number of some) {
        if (shown === until) break;
        at++;
        const matches = matchesOf(search.data, number, texts, found);
        if (matches === undefined) continue;
        fresh.push(hitNode(search.data, number, matches, found.words));
        shown++;
      }
    }
  };

  const draw = (): void => {
    list.replaceChildren(...fresh);
    more.hidden = at >= found.candidates.length;
    const places = more.hidden
      ? `${shown} ${shown === 1 ? "place" : "places"}`
      : `The best ${shown} of about ${found.candidates.length} places`;
    status.textContent =
      shown === 0
        ? `Nothing found for \u201C${query}\u201D. All words must occur; check their spelling, or leave one out.`
        : `${places}.`;
    if (found.similar && shown > 0) status.textContent = `Nothing is spelled like this. ${places} with similar words.`;
  };

  await take();
  if (mine !== turn) return;
  draw();
  more.onclick = async () => {
    const next = list.childElementCount;
    await take();
    if (mine !== turn) return;
    draw();
    list.children[next]?.querySelector("a")?.focus();
  };
}

/** Keeps the query in the address bar, so that a search can be kept and sent. Some browsers forbid it on sandboxed pages. */
function keepQuery(query: string): void {
  try {
    history.replaceState(null, "", query === "" ? location.pathname : `?${new URLSearchParams({ q: query })}`);
  } catch {
    // Then it stays as it was.
  }
}

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`expected the page to have #${id}`);
  return found;
}
