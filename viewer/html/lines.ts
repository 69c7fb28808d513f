import type { EntryKind } from "../../record/entry.ts";
import { type TextValue, type VisibleLine, visibleLines } from "../../record/text.ts";
import { lineAddress } from "../address.ts";
import { HIDDEN } from "../words.ts";
import { textHtml } from "./escape.ts";
import { counted } from "./format.ts";
import { SgrText } from "./sgr.ts";

/** A text of more lines than this is folded, */
const FOLD_FROM = 40;
/** leaving so many lines in view. */
const FOLD_KEEP = 16;

/** Where a text stands: gives its lines their addresses. */
export interface TextPlace {
  kind: EntryKind;
  seq: number;
  field: string;
}

/** A text as numbered lines, each with its address; long ones folded. `class` is put on the block. */
export function linesHtml(place: TextPlace, value: TextValue, name: string): string {
  const lines = visibleLines(value);
  const colours = new SgrText();
  const html = lines.map((line, i) => {
    const id = lineAddress(place.kind, place.seq, place.field, i);
    return line.hidden === undefined
      ? `<span class="l" id="${id}">${lineHtml(line.text, colours)}\n</span>`
      : `<span class="l hid" id="${id}">${hiddenHtml(line)}\n</span>`;
  });
  const only = lines.length === 1 ? " one" : "";
  if (html.length <= FOLD_FROM) return `<div class="lines ${name}${only}"><pre>${html.join("")}</pre></div>`;
  const rest = html.length - FOLD_KEEP;
  return (
    `<div class="lines ${name}"><pre>${html.slice(0, FOLD_KEEP).join("")}</pre>` +
    `<details><summary>${counted(rest, "more line")}</summary><pre>${html.slice(FOLD_KEEP).join("")}</pre></details></div>`
  );
}

/** Windows ends its lines with a carriage return: shown, since it was recorded, but not as loudly as a stray one. */
function lineHtml(line: string, colours: SgrText): string {
  if (!line.endsWith("\r")) return colours.line(line);
  return `${colours.line(line.slice(0, -1))}<span class="cr" title="Carriage return, U+000D">CR</span>`;
}

/** A text within a sentence, its lines joined by spaces; each line keeps its address. */
export function phraseHtml(place: TextPlace, value: TextValue): string {
  return visibleLines(value)
    .map((line, i) => {
      const html = line.hidden === undefined ? textHtml(line.text) : hiddenHtml(line);
      return `<span class="t" id="${lineAddress(place.kind, place.seq, place.field, i)}">${html}</span>`;
    })
    .join(" ");
}

/** What stands where a line is hidden: the reason, and the reviewer's rendering, marked as asserted. */
export function hiddenHtml(line: VisibleLine): string {
  const reason = line.hidden === undefined ? "" : HIDDEN[line.hidden];
  const asserted =
    line.text === ""
      ? ""
      : ` <span class="mask" title="As the reviewer rendered it: asserted, not proven">${textHtml(line.text)}</span>`;
  return `<span class="hidden"><b>Hidden</b> ${reason}</span>${asserted}`;
}

/** A text as a plain string for headings and titles; hidden lines as their masks, or as `[hidden: reason]`. */
export function plainText(value: TextValue | undefined): string {
  if (value === undefined) return "";
  return visibleLines(value)
    .map((line) => (line.hidden !== undefined && line.text === "" ? `[hidden: ${HIDDEN[line.hidden]}]` : line.text))
    .join(" ");
}
