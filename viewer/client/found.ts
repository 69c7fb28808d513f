import { wordPattern } from "../search/matches.ts";
import { tokenize } from "../search/tokenize.ts";

/** Marks the words of the search that led here, in the line that it led to. Nothing of the page is changed: the browser paints over it. */
export function markFound(target: Element): void {
  if (typeof Highlight === "undefined") return;
  CSS.highlights.delete("found");
  const query = new URLSearchParams(location.search).get("q") ?? "";
  const words = query.split(/\s+/).filter((word) => tokenize(word, true).length > 0);
  const nodes: { node: Node; from: number }[] = [];
  let text = "";
  const walker = document.createTreeWalker(target, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    nodes.push({ node, from: text.length });
    text += node.nodeValue ?? "";
  }
  const pattern = wordPattern(words, text);
  if (pattern === undefined) return;
  const ranges: Range[] = [];
  for (const { index, 0: word } of text.matchAll(pattern)) {
    const range = new Range();
    const start = nodes.findLast(({ from }) => from <= index);
    const end = nodes.findLast(({ from }) => from < index + word.length);
    if (start === undefined || end === undefined) continue;
    range.setStart(start.node, index - start.from);
    range.setEnd(end.node, index + word.length - end.from);
    ranges.push(range);
    if (ranges.length === 500) break;
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}
