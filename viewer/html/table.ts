import { type TextValue, visibleLines } from "../../record/text.ts";
import { lineAddress } from "../address.ts";
import { textHtml } from "./escape.ts";
import { type Extent, hiddenHtml, type TextPlace, WHOLE } from "./lines.ts";

/** Columns whose values are figures, to be set flush right. */
const FIGURES = new Set(["pid", "size", "free", "used", "total", "cpu", "memory", "bytes", "percent"]);

/** Tab-separated rows as a table. A row with other than the expected number of cells keeps all its text: the last cell takes the rest. */
export function tableHtml(place: TextPlace, columns: readonly string[], value: TextValue, extent: Extent = WHOLE): string {
  const width = Math.max(1, columns.length);
  const rows = visibleLines(value).map((line, i) => {
    if (i < extent.from || i >= extent.to) return "";
    const id = lineAddress(place.kind, place.seq, place.field, i);
    if (line.hidden !== undefined) return `<tr class="hid" id="${id}"><td colspan="${width}">${hiddenHtml(line)}</td></tr>`;
    const cells = line.text.split("\t");
    const last = cells.slice(width - 1).join("\t");
    const shown = [...cells.slice(0, width - 1), ...(cells.length >= width ? [last] : [])];
    while (shown.length < width) shown.push("");
    return `<tr id="${id}">${shown.map((cell, column) => `<td${alignment(columns[column])}>${textHtml(cell)}</td>`).join("")}</tr>`;
  });
  const head =
    columns.length === 0
      ? ""
      : `<thead><tr>${columns.map((column) => `<th scope="col"${alignment(column)}>${textHtml(column)}</th>`).join("")}</tr></thead>`;
  return `<div class="scroll" tabindex="0" role="region" aria-label="Table"><table class="data">${head}<tbody>${rows.join("")}</tbody></table></div>`;
}

function alignment(column: string | undefined): string {
  return column?.split(" ").some((word) => FIGURES.has(word)) ? ' class="fig"' : "";
}
