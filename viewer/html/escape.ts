import { describe, mark, replaceInvisible } from "./visible.ts";

const MARKUP = /[&<>"'`]/;
/** By character code; nothing for those that are no markup. */
const ENTITIES: (string | undefined)[] = new Array(97).fill(undefined);
for (const [char, entity] of Object.entries({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;" }))
  ENTITIES[char.charCodeAt(0)] = entity;
/** Markup, or what may be invisible. Most lines have neither. */
const SPECIAL = /[^\t !#-%(-;=?-_a-~]/;

/** Any string as HTML text or as the value of a quoted attribute. The one way by which a string becomes HTML here. */
export function escapeHtml(text: string): string {
  let at = text.search(MARKUP);
  if (at < 0) return text;
  let html = "";
  let from = 0;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const entity = code < 97 ? ENTITIES[code] : undefined;
    if (entity === undefined) continue;
    html += text.slice(from, at) + entity;
    from = at + 1;
  }
  return html + text.slice(from);
}

/**
 * Recorded or typed text as HTML text: escaped, and what can't be seen is marked. For one line or a phrase; line feeds are
 * marked too.
 */
export function textHtml(text: string): string {
  if (!SPECIAL.test(text)) return text;
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
