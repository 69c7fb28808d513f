import type { EntryOf } from "../../record/entry.ts";
import { RecordError } from "../../record/error.ts";
import { parseRawLine, RAW_LINE, type RawStream } from "../../record/raw-output.ts";
import { type TextValue, type VisibleLine, visibleLines } from "../../record/text.ts";
import { lineAddress } from "../address.ts";
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
  const command =
    text.command === undefined
      ? ""
      : linesHtml({ kind, seq, field: "command" }, text.command, "cmd", { extent: scene.extent(seq), shell: entry.shell });
  const directory =
    text.directory === undefined ? "" : ` in <code>${phraseHtml({ kind, seq, field: "directory" }, text.directory)}</code>`;
  const right =
    entry.consent === "read-only"
      ? `<span class="right">read-only</span>`
      : `<span class="right asked">changes allowed${entry.answered === undefined ? "" : ` by <a href="${scene.href(entry.answered)}">entry ${entry.answered}</a>`}</span>`;
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
      : linesHtml({ kind, seq, field: "output" }, text.output, entry.stream === "stderr" ? "out err" : "out", {
          extent: scene.extent(seq),
        });
  return `${origin}${from}${lines}${open}${replaced}`;
}

/** How a command ended: exit code, time, size; what was cut, with the hashes of everything it printed. What is hidden says so. */
export function finishedHtml(entry: EntryOf<"finished">, text: Texts, scene: Scene, follows: boolean): string {
  const origin = follows ? "" : originHtml(entry.command, scene);
  const exit = entry.exit === null ? "no exit code" : `exit code ${entry.exit}`;
  const fine = entry.end === "exited" && entry.exit === 0;
  const raw = text.raw === undefined ? [] : rawStreams(text.raw);
  const size = raw.every(({ raw }) => raw !== undefined) ? raw.reduce((sum, { raw }) => sum + (raw?.bytes ?? 0), 0) : undefined;
  const cut = entry.cut.stdout + entry.cut.stderr;
  const ended = entry.end === "exited" ? "" : `<b>${END[entry.end]}</b>, `;
  const missing =
    cut === 0
      ? ""
      : `<p class="warn">${byteSize(cut)} at the end of the output are not in the record. Its hash is over all of it.</p>`;
  const hashes =
    size === 0 ? "" : `<details class="hashes"><summary>SHA-256 of the raw output</summary>${hashesHtml(entry, raw)}</details>`;
  const length = size === undefined ? "length of the output not shown" : size === 0 ? "no output" : byteSize(size);
  return (
    `${origin}<p class="end ${fine ? "fine" : "odd"}">${ended}${exit}, ${span(entry.duration)}` +
    `, ${length}</p>${missing}${hashes}`
  );
}

/** Which command this belongs to. */
function originHtml(command: number, scene: Scene): string {
  const first = scene.commandText(command).slice(0, 80);
  return `<p class="origin">of <a href="${scene.href(command)}">entry ${command}</a> <code>${textHtml(first)}</code></p>`;
}

interface ShownStream {
  /** Undefined for a line that the format has no place for. */
  stream: keyof typeof RAW_LINE | undefined;
  line: VisibleLine;
  /** Undefined when it is hidden, or not as it should be. */
  raw: RawStream | undefined;
}

function rawStreams(value: TextValue): ShownStream[] {
  return visibleLines(value).map((line, i) => ({
    stream: i === RAW_LINE.stdout ? "stdout" : i === RAW_LINE.stderr ? "stderr" : undefined,
    line,
    raw: line.hidden === undefined ? rawStream(line.text) : undefined,
  }));
}

/** Whatever stands in its place is shown as it is: a page must not fail on what a verification has to report. */
function rawStream(line: string): RawStream | undefined {
  try {
    return parseRawLine(line);
  } catch (error) {
    if (error instanceof RecordError) return undefined;
    throw error;
  }
}

/** The hash of each stream that printed something; a hash hidden along with lines of its output says so. */
function hashesHtml(entry: EntryOf<"finished">, streams: readonly ShownStream[]): string {
  const rows = streams.map(({ stream = "other", line, raw }, i) => {
    if (raw?.bytes === 0) return "";
    const name = raw === undefined ? stream : `${stream}, ${byteSize(raw.bytes)}`;
    const shown = line.hidden === undefined ? textHtml(line.text) : hiddenHtml(line);
    const hash = raw === undefined ? shown : `<code class="hash">${textHtml(raw.sha256)}</code>`;
    return `<dt>${name}</dt><dd id="${lineAddress("finished", entry.seq, "raw", i)}">${hash}</dd>`;
  });
  return `<dl>${rows.join("")}</dl>`;
}
