import { type TextValue, visibleLines } from "../../record/text.ts";
import { visible } from "./visible.ts";
import { REASON } from "./words.ts";

export interface LinesProps {
  value: TextValue;
  seq: number;
  field: string;
  /** `command`, `output`, `stderr`, `message` or `inline`. */
  style: string;
  pick: boolean;
}

/** A text line by line. Hidden lines say so and why; with `pick`, each other line has a button that picks it. */
export function Lines({ value, seq, field, style, pick }: LinesProps) {
  const lines = visibleLines(value);
  // The newline at the end of a text makes an empty last line, which is nothing to look at, nor to hide.
  const shown = lines.length > 1 && lines.at(-1)?.text === "" && lines.at(-1)?.hidden === undefined ? lines.slice(0, -1) : lines;
  return (
    <div class={`lines ${style}`} translate="no">
      {shown.map(({ text, hidden }, line) => (
        <div class={hidden === undefined ? "line" : "line hidden-line"}>
          {pick && hidden === undefined ? (
            <button type="button" class="pick" data-seq={seq} data-field={field} data-line={line + 1} aria-pressed="false">
              <span class="sr">Hide line {line + 1}</span>
            </button>
          ) : null}
          <bdi>{hidden === undefined || text !== "" ? visible(text) || " " : ""}</bdi>
          {hidden === undefined ? null : <span class="chip hid">hidden: {REASON[hidden].toLowerCase()}</span>}
        </div>
      ))}
    </div>
  );
}
