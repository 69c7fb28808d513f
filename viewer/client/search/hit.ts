import { day } from "../../html/format.ts";
import { visibleText } from "../../html/visible.ts";
import type { DocumentKind, SearchData } from "../../search/files.ts";
import { excerpt, type Matches, wordPattern } from "../../search/matches.ts";

const KIND: Record<DocumentKind, string> = {
  session: "session",
  command: "command",
  approval: "approval",
  chat: "chat",
  note: "note",
  machine: "machine",
  gap: "gap",
  closing: "closing",
};

/** A hit as a list item. Recorded text enters the page as text nodes only. */
export function hitNode(data: SearchData, number: number, matches: Matches, words: readonly string[]): HTMLLIElement {
  const row = data.documents[number];
  const session = row && data.sessions[row[0]];
  const item = document.createElement("li");
  if (row === undefined || session === undefined) return item;
  const link = document.createElement("a");
  link.href = `sessions/${session.id}.html${matches.address === undefined ? "" : `#${matches.address}`}`;
  const where = document.createElement("span");
  where.className = "where";
  const title = document.createElement("b");
  title.textContent = visibleText(session.title);
  const entry = /^e(\d+)/.exec(matches.address ?? "")?.[1];
  const place = entry === undefined ? "" : `, entry ${entry}`;
  where.append(title, ` ${visibleText(session.endpoint)}, ${day(session.opened)}, ${KIND[row[1]]}${place}`);
  const snippet = document.createElement("span");
  snippet.className = "snippet";
  snippet.append(...marked(excerpt(matches.line, words), words));
  link.append(where, snippet);
  item.append(link);
  return item;
}

function marked(text: string, words: readonly string[]): Node[] {
  const pattern = wordPattern(words);
  if (pattern === undefined) return [new Text(visibleText(text))];
  return text.split(new RegExp(pattern, "giu")).map((part, i) => {
    if (i % 2 === 0) return new Text(visibleText(part));
    const mark = document.createElement("mark");
    mark.textContent = visibleText(part);
    return mark;
  });
}
