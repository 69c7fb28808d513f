import type { EntryOf } from "../../record/entry.ts";
import { type TextValue, visibleLines } from "../../record/text.ts";
import { lineAddress } from "../address.ts";
import { textHtml } from "../html/escape.ts";
import { elapsed, second, span, timeHtml } from "../html/format.ts";
import { hiddenHtml, linesHtml, phraseHtml } from "../html/lines.ts";
import { GAP, OUTCOME, ROLE } from "../words.ts";
import type { Scene } from "./scene.ts";

type Texts = Record<string, TextValue>;

export function chatHtml(entry: EntryOf<"chat">, text: Texts, scene: Scene): string {
  const { kind, seq } = entry;
  const role = scene.role(entry.by);
  const message =
    text.message === undefined
      ? ""
      : linesHtml({ kind, seq, field: "message" }, text.message, "say", { extent: scene.extent(seq) });
  return `<div class="bubble ${role ?? "technician"}"><p class="by">${scene.person(entry.by)}${role === undefined ? "" : ` <span class="aside">${ROLE[role]}</span>`}</p>${message}</div>`;
}

export function noteHtml(entry: EntryOf<"note">, text: Texts, scene: Scene): string {
  const { kind, seq } = entry;
  const about = entry.about === undefined ? "" : ` on <a href="${scene.href(entry.about)}">entry ${entry.about}</a>`;
  const note =
    text.note === undefined ? "" : linesHtml({ kind, seq, field: "note" }, text.note, "say", { extent: scene.extent(seq) });
  return `<h4>Note by ${scene.person(entry.by)}${about}</h4>${note}`;
}

/** Where the recorder lost sight: said as loudly as what was recorded. */
export function gapHtml(entry: EntryOf<"gap">, text: Texts): string {
  const { kind, seq } = entry;
  const detail = text.detail && `<p>${phraseHtml({ kind, seq, field: "detail" }, text.detail)}</p>`;
  return (
    `<h4>Nothing recorded for ${span(elapsed(entry.from, entry.to))}</h4>` +
    `<p>From ${timeHtml(entry.from, second(entry.from))} to ${timeHtml(entry.to, second(entry.to))}: ${GAP[entry.cause]}.</p>${detail ?? ""}`
  );
}

export function closedHtml(entry: EntryOf<"closed">, text: Texts, scene: Scene): string {
  const { kind, seq } = entry;
  const by = entry.by === undefined ? "" : ` by ${scene.person(entry.by)}`;
  const summary = text.summary && linesHtml({ kind, seq, field: "summary" }, text.summary, "say", { extent: scene.extent(seq) });
  const todo =
    text.todo &&
    scene.extent(seq).from === 0 &&
    `<p class="label">Still to do</p><ul class="todo">${visibleLines(text.todo)
      .map(
        (line, i) =>
          `<li id="${lineAddress(kind, seq, "todo", i)}">${line.hidden === undefined ? textHtml(line.text) : hiddenHtml(line)}</li>`,
      )
      .join("")}</ul>`;
  return `<h4>Session closed${by}: ${OUTCOME[entry.outcome].toLowerCase()}</h4>${summary ?? ""}${todo || ""}`;
}
