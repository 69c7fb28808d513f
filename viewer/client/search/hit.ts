import { day } from "../../html/format.ts";
import { visibleText } from "../../html/visible.ts";
import { excerpt, type HitDocument, type Matches, wordPattern } from "../../search/matches.ts";
import { KIND } from "./labels.ts";

/** A hit as a list item. Recorded text enters the page as text nodes only. */
export function hitNode({ session, endpoint, kind }: HitDocument, matches: Matches, words: readonly string[]): HTMLLIElement {
  const item = document.createElement("li");
  const link = document.createElement("a");
  // The page marks the words where the link leads.
  const page = `sessions/${session.id}${matches.part === 0 ? "" : `-${matches.part + 1}`}.html`;
  link.href = `${page}?${new URLSearchParams({ q: words.join(" ") })}${matches.address === undefined ? "" : `#${matches.address}`}`;
  const where = document.createElement("span");
  where.className = "where";
  const title = document.createElement("b");
  title.textContent = visibleText(session.title);
  const place = matches.seq === undefined ? "" : `, entry ${matches.seq}`;
  where.append(title, ` ${visibleText(endpoint)}, ${day(session.opened)}, ${KIND[kind].toLowerCase()}${place}`);
  const snippet = document.createElement("span");
  snippet.className = "snippet";
  snippet.append(...marked(excerpt(matches.line, words), words));
  link.append(where, snippet);
  item.append(link);
  return item;
}

/** What stands for a hit whose text can't be read. */
export function lostNode(): HTMLLIElement {
  const item = document.createElement("li");
  item.className = "lost";
  item.textContent = "This place is in a file that is missing from the folder, or damaged.";
  return item;
}

function marked(text: string, words: readonly string[]): Node[] {
  const pattern = wordPattern(words, text);
  if (pattern === undefined) return [new Text(visibleText(text))];
  return text.split(pattern).map((part, i) => {
    if (i % 2 === 0) return new Text(visibleText(part));
    const mark = document.createElement("mark");
    mark.textContent = visibleText(part);
    return mark;
  });
}
