import type { EntryKind, EntryOf } from "../../record/entry.ts";
import { type TextValue, type VisibleLine, visibleLines } from "../../record/text.ts";
import { lineAddress, lineAddressStart } from "../address.ts";
import { HIDDEN } from "../words.ts";
import { textHtml } from "./escape.ts";
import { counted } from "./format.ts";
import { type Token, tokensOf } from "./highlight.ts";
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

/** The lines of a text that a page shows, from 0, `to` not among them. */
export interface Extent {
  from: number;
  to: number;
}

export const WHOLE: Extent = { from: 0, to: Number.POSITIVE_INFINITY };

/** A text as numbered lines, each with its address; long ones folded. `name` is put on the block as its class. */
export function linesHtml(
  place: TextPlace,
  value: TextValue,
  name: string,
  { extent = WHOLE, shell }: { extent?: Extent; shell?: EntryOf<"command">["shell"] | undefined } = {},
): string {
  // An open text has nothing hidden; an object a line would be for nothing.
  const visible = "seed" in value ? undefined : visibleLines(value);
  const lines = "seed" in value ? value.lines : (visible ?? []).map((line) => (line.hidden === undefined ? line.text : ""));
  const tokens = shell && tokensOf(lines.map(withoutCr), shell);
  const colours = new SgrText();
  const later = extent.from > 0;
  const start = lineAddressStart(place.kind, place.seq, place.field);
  const html: string[] = [];
  for (let i = 0; i < lines.length && i < extent.to; i++) {
    const line = lines[i] as string;
    // Earlier pages show it; what it says of colours holds on.
    if (i < extent.from) {
      colours.skip(line);
      continue;
    }
    const number = later ? ` data-n="${i + 1}"` : "";
    const masked = visible?.[i];
    const shown = masked?.hidden === undefined ? `">${lineHtml(line, colours, tokens?.[i])}` : ` hid">${hiddenHtml(masked)}`;
    html.push(`<span id="${start}${i + 1}"${number} class="l${shown}\n</span>`);
  }
  const only = lines.length === 1 ? " one" : "";
  const block = `<div class="lines ${name}${only}${later ? " later" : ""}">`;
  if (html.length <= FOLD_FROM) return `${block}<pre>${html.join("")}</pre></div>`;
  const rest = html.length - FOLD_KEEP;
  return (
    `${block}<pre>${html.slice(0, FOLD_KEEP).join("")}</pre>` +
    `<details><summary>${counted(rest, "more line")}</summary><pre>${html.slice(FOLD_KEEP).join("")}</pre></details></div>`
  );
}

/** Windows ends its lines with a carriage return: shown, since it was recorded, but not as loudly as a stray one. */
function lineHtml(line: string, colours: SgrText, tokens: readonly Token[] | undefined): string {
  const shown = withoutCr(line);
  const html =
    tokens === undefined
      ? colours.line(shown)
      : tokens.map(({ text, name }) => (name === "" ? textHtml(text) : `<span class="${name}">${textHtml(text)}</span>`)).join("");
  return shown === line ? html : `${html}<span class="cr" title="Carriage return, U+000D">CR</span>`;
}

function withoutCr(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
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
