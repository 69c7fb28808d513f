import type { Excerpt } from "../survey/rows.ts";
import { textHtml } from "./escape.ts";
import { counted } from "./format.ts";
import { hiddenHtml } from "./lines.ts";
import { SgrText } from "./sgr.ts";

/** The beginning of a command or another text as a block; it says when it goes on. */
export function excerptHtml(excerpt: Excerpt): string {
  const colours = new SgrText();
  const lines = excerpt.lines.map((line) =>
    line.hidden === undefined ? colours.line(line.text.replace(/\r$/, "")) : hiddenHtml({ text: line.text, hidden: line.hidden }),
  );
  const more = excerpt.more === 0 ? "" : `\n<span class="aside">${counted(excerpt.more, "more line")}</span>`;
  return `<pre class="brief">${lines.join("\n")}${more}</pre>`;
}

/** The beginning of a text within a sentence. */
export function phraseExcerptHtml(excerpt: Excerpt): string {
  const lines = excerpt.lines.map((line) =>
    line.hidden === undefined ? textHtml(line.text.replace(/\r$/, "")) : hiddenHtml({ text: line.text, hidden: line.hidden }),
  );
  return `${lines.join(" ")}${excerpt.more === 0 ? "" : " \u2026"}`;
}
