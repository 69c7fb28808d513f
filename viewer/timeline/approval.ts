import type { EntryOf } from "../../record/entry.ts";
import type { TextValue } from "../../record/text.ts";
import { elapsed, span } from "../html/format.ts";
import { linesHtml, phraseHtml } from "../html/lines.ts";
import { ANSWER } from "../words.ts";
import type { Scene } from "./scene.ts";

type Texts = Record<string, TextValue>;

/** The question that the person at the machine saw: who asks, the exact command, and why. */
export function askedHtml(entry: EntryOf<"approval.asked">, text: Texts, scene: Scene): string {
  const { kind, seq } = entry;
  const command =
    text.command &&
    linesHtml({ kind, seq, field: "command" }, text.command, "prompt", { extent: scene.extent(seq), shell: scene.shell(seq) });
  const reason = text.reason && scene.extent(seq).from === 0 && phraseHtml({ kind, seq, field: "reason" }, text.reason);
  return (
    `<h4>Approval asked by ${scene.person(entry.by)}</h4>${command ?? ""}` +
    (!reason ? "" : `<p class="reason"><span class="label">Reason given</span> ${reason}</p>`)
  );
}

/** The answer, by whom, and how long it took. */
export function answeredHtml(entry: EntryOf<"approval.answered">, text: Texts, scene: Scene, follows: boolean): string {
  const { kind, seq } = entry;
  const asked = scene.entry(entry.asked);
  const allowed = entry.answer === "approved" || entry.answer === "standing";
  const by = entry.by === undefined ? "" : ` by ${scene.person(entry.by)}`;
  const source = entry.answer === "standing" ? " in the machine's policy" : by;
  const delay = asked === undefined ? "" : `${span(elapsed(scene.time(asked), scene.time(entry)))} after the question`;
  const question = follows ? "" : ` <a href="${scene.href(entry.asked)}">entry ${entry.asked}</a>`;
  const word = text.word && `<p><q>${phraseHtml({ kind, seq, field: "word" }, text.word)}</q></p>`;
  const policy = entry.policy && `<p class="aside">Policy file, SHA-256 <code class="hash">${entry.policy}</code></p>`;
  const command = allowed ? scene.allowed(seq) : undefined;
  const ran = command === undefined ? "" : `, started as <a href="${scene.href(command)}">entry ${command}</a>`;
  return (
    `<p class="answer ${allowed ? "yes" : "no"}"><b>${ANSWER[entry.answer]}</b>${source} ` +
    `<span class="aside">${delay}${question}${ran}</span></p>${word ?? ""}${policy ?? ""}`
  );
}
