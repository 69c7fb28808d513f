import { counted } from "../../html/format.ts";
import { visibleText } from "../../html/visible.ts";
import type { Beginning } from "./report-view.ts";

/** An element with text in it. Whatever a package says enters the page as text only. */
export function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name = "", text = ""): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  if (name !== "") node.className = name;
  if (text !== "") node.textContent = visibleText(text);
  return node;
}

/** Rows of a table that are made in one go: some milliseconds. */
const SLICE = 25;

/** Does something with each, a few at a time, so that the page never stands still. */
export async function inSlices<Item>(items: readonly Item[], act: (item: Item) => void): Promise<void> {
  for (let at = 0; at < items.length; at += SLICE) {
    if (at > 0) await new Promise((resolve) => setTimeout(resolve));
    for (const item of items.slice(at, at + SLICE)) act(item);
  }
}

/**
 * A table that fills after it was shown, a few rows at a time, so that the page never stands still. Folded when it is long; print
 * unfolds it.
 */
export async function fillTable<Row>(
  place: HTMLElement,
  name: string,
  heads: readonly string[],
  { all, first }: Beginning<Row>,
  cells: (row: Row) => (string | Node)[],
): Promise<void> {
  const table = make("table", "report");
  const head = table.createTHead().insertRow();
  for (const text of heads) {
    const cell = make("th", "", text);
    cell.scope = "col";
    head.append(cell);
  }
  const body = table.createTBody();
  const scroll = make("div", "scroll");
  scroll.tabIndex = 0;
  scroll.role = "region";
  scroll.ariaLabel = name;
  scroll.append(table);
  const folded = make("details");
  folded.open = all <= 20;
  folded.append(make("summary", "", counted(all, "row")), scroll);
  if (all > first.length) folded.append(make("p", "aside", `Only the first ${counted(first.length, "row")} are listed.`));
  place.append(folded);
  await inSlices(first, (row) => {
    const line = body.insertRow();
    for (const cell of cells(row)) line.insertCell().append(typeof cell === "string" ? visibleText(cell) : cell);
  });
}
