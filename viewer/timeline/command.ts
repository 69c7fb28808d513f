import type { EntryOf } from "../../record/entry.ts";
import { type TextValue, visibleLines } from "../../record/text.ts";
import { entryAddress, lineAddress } from "../address.ts";
import { textHtml } from "../html/escape.ts";
import { byteSize, counted, span } from "../html/format.ts";
import { hiddenHtml, linesHtml, phraseHtml } from "../html/lines.ts";
import { END } from "../words.ts";
import type { Scene } from "./scene.ts";

type Texts = Record<string, TextValue>;

const SHELL: Record<EntryOf<"command">["shell"], string> = {
  bash: "bash",
  sh: "sh",
  zsh: "zsh",
  powershell: "Windows PowerShell",
  pwsh: "PowerShell",
  cmd: "cmd",
};

/** A command that was started: who, in which shell and folder, and by which right. */
export function commandHtml(entry: EntryOf<"command">, text: Texts, scene: Scene): string {
  const { kind, seq } = entry;
  const command = text.command === undefined ? "" : linesHtml({ kind, seq, field: "command" }, text.command, "cmd");
  const directory =
    text.directory === undefined ? "" : ` in <code>${phraseHtml({ kind, seq, field: "directory" }, text.directory)}</code>`;
  const right =
    entry.consent === "read-only"
      ? `<span class="right">read-only</span>`
      : `<span class="right asked">changes allowed${entry.answered === undefined ? "" : ` by <a href="#${entryAddress(entry.answered)}">entry ${entry.answered}</a>`}</span>`;
  return `${command}<p class="aside">${scene.person(entry.by)}, ${SHELL[entry.shell]}${directory} ${right}</p>`;
}

/** A piece of what a command printed. */
export function outputHtml(entry: EntryOf<"output">, text: Texts, scene: Scene, follows: boolean): string {
  const { kind, seq } = entry;
  const origin = follows ? "" : originHtml(entry.command, scene);
  const from = entry.stream === "stderr" ? `<span class="label err">Error output</span>` : "";
  const replaced =
    entry.replaced === undefined || entry.replaced === 0
      ? ""
      : `<p class="aside warn">${counted(entry.replaced, "character")} shown as \uFFFD: the bytes could not be decoded.</p>`;
  const open = entry.newline ? "" : `<p class="aside">No line break at the end.</p>`;
  const lines =
    text.output === undefined
      ? ""
      : linesHtml({ kind, seq, field: "output" }, text.output, entry.stream === "stderr" ? "out err" : "out");
  return `${origin}${from}${lines}${open}${replaced}`;
}

/** How a command ended: exit code, time, size; what was cut, with the hashes of everything it printed. */
export function finishedHtml(entry: EntryOf<"finished">, text: Texts, scene: Scene, follows: boolean): string {
  const origin = follows ? "" : originHtml(entry.command, scene);
  const exit = entry.exit === null ? "no exit code" : `exit code ${entry.exit}`;
  const fine = entry.end === "exited" && entry.exit === 0;
  const size = entry.bytes.stdout + entry.bytes.stderr;
  const cut = entry.cut.stdout + entry.cut.stderr;
  const ended = entry.end === "exited" ? "" : `<b>${END[entry.end]}</b>, `;
  const missing =
    cut === 0
      ? ""
      : `<p class="warn">${byteSize(cut)} at the end of the output are not in the record. Its hash is over all of it.</p>`;
  const hashes =
    text.hashes === undefined || size === 0
      ? ""
      : `<details class="hashes"><summary>SHA-256 of the raw output</summary>${hashesHtml(entry, text.hashes)}</details>`;
  return (
    `${origin}<p class="end ${fine ? "fine" : "odd"}">${ended}${exit}, ${span(entry.duration)}` +
    `${size === 0 ? ", no output" : `, ${byteSize(size)}`}</p>${missing}${hashes}`
  );
}

/** Which command this belongs to. */
function originHtml(command: number, scene: Scene): string {
  const first = scene.commandText(command).slice(0, 80);
  return `<p class="origin">of <a href="#${entryAddress(command)}">entry ${command}</a> <code>${textHtml(first)}</code></p>`;
}

/** The hash of each stream that printed something; a hash hidden along with lines of its output says so. */
function hashesHtml(entry: EntryOf<"finished">, value: TextValue): string {
  const rows = visibleLines(value).map((line, i) => {
    const stream = i === 0 ? "stdout" : "stderr";
    if (entry.bytes[stream] === 0) return "";
    const hash = line.hidden === undefined ? `<code class="hash">${textHtml(line.text)}</code>` : hiddenHtml(line);
    return `<dt>${stream}, ${byteSize(entry.bytes[stream])}</dt><dd id="${lineAddress("finished", entry.seq, "hashes", i)}">${hash}</dd>`;
  });
  return `<dl>${rows.join("")}</dl>`;
}
