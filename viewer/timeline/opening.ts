import type { EntryOf } from "../../record/entry.ts";
import type { TextValue } from "../../record/text.ts";
import { counted } from "../html/format.ts";
import { linesHtml, phraseHtml } from "../html/lines.ts";
import { tableHtml } from "../html/table.ts";
import { CONTEXT, ROLE } from "../words.ts";
import type { Scene } from "./scene.ts";

type Texts = Record<string, TextValue>;

export function openedHtml(entry: EntryOf<"opened">, text: Texts): string {
  const { kind, seq } = entry;
  const phrase = (field: string) => {
    const value = text[field];
    return value === undefined ? "" : phraseHtml({ kind, seq, field }, value);
  };
  const how =
    entry.mode === "live"
      ? "Recorded while it happened."
      : "Imported: attested from the day of import. Times are as claimed by the source.";
  const source = text.source === undefined ? "" : `<p><span class="label">Source</span> ${phrase("source")}</p>`;
  return (
    `<h4>Session opened: ${phrase("subject")}</h4>` +
    `<p>${phrase("organization")} for ${phrase("client")}, on ${phrase("endpoint")}. ${how}</p>${source}`
  );
}

export function joinedHtml(entry: EntryOf<"joined">, text: Texts): string {
  const { kind, seq } = entry;
  const name = text.name === undefined ? "" : phraseHtml({ kind, seq, field: "name" }, text.name);
  return `<p><span class="who">${name}</span> joined <span class="aside">${ROLE[entry.role]}</span></p>`;
}

/** One part of what the machine was like, as a table; a part that could not be read says why. */
export function contextHtml(entry: EntryOf<"context">, text: Texts, scene: Scene): string {
  const { kind, seq } = entry;
  const place = { kind, seq, field: "value" };
  const extent = scene.extent(seq);
  if (text.value === undefined) return `<p>${CONTEXT[entry.part]}</p>`;
  if (entry.status === "failed") {
    return `<p><b>${CONTEXT[entry.part]}</b> could not be read:</p>${linesHtml(place, text.value, "out", { extent })}`;
  }
  const rows = entry.text.value.lines;
  return `<details class="part"><summary>${CONTEXT[entry.part]} <span class="aside">${counted(rows, "row")}</span></summary>${tableHtml(place, entry.columns, text.value, extent)}</details>`;
}
