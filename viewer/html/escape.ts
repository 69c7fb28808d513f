import { describe, mark, replaceInvisible } from "./visible.ts";

const MARKUP = /[&<>"'`]/;
const EACH = /[&<>"'`]/g;
const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Any string as HTML text or as the value of a quoted attribute. The one way by which a string becomes HTML here. */
export function escapeHtml(text: string): string {
  return MARKUP.test(text) ? text.replace(EACH, (char) => ENTITIES[char] as string) : text;
}

/**
 * Recorded or typed text as HTML text: escaped, and what can't be seen is marked. For one line or a phrase; line feeds are
 * marked too.
 */
export function textHtml(text: string): string {
  // The marks are put in after escaping: no invisible character is one that escaping touches.
  return replaceInvisible(
    escapeHtml(text),
    (char) => `<span class="ctl" title="${describe(char)}">${mark(char)}</span>`,
    (char) => `<span class="sp" title="${describe(char)}">${char}</span>`,
  );
}

/** Typed text of several paragraphs as HTML: blank lines part paragraphs, single line breaks stay. */
export function paragraphsHtml(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .split(/\n[ \t]*\n+/)
    .filter((paragraph) => paragraph.trim() !== "")
    .map((paragraph) => `<p>${paragraph.trim().split("\n").map(textHtml).join("<br>")}</p>`)
    .join("");
}
