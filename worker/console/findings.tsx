import { visibleLines } from "../../record/text.ts";
import { isSecret } from "../scan/finding.ts";
import type { FindingView } from "../scan-schema.ts";
import type { ShownEntry } from "./transcript.tsx";
import { visible } from "./visible.ts";
import { counted, FOUND, SURE } from "./words.ts";

const DECIDED = { redact: "line hidden", mask: "masked", keep: "kept", hidden: "line hidden" } as const;

export interface EntryFindingsProps {
  /** Address of the handoff. */
  at: string;
  shown: ShownEntry;
  findings: readonly FindingView[];
  /** Whether decisions can still be made. */
  open: boolean;
}

/** What the scanner found in one entry, with what is or can be decided about it. */
export function EntryFindings({ at, shown, findings, open }: EntryFindingsProps) {
  if (findings.length === 0) return null;
  return (
    <ul class="findings" aria-label={`Found in entry ${shown.entry.seq}`}>
      {findings.map((one) => (
        <li id={one.finding} class={one.decision === null ? "finding undecided" : "finding"} tabindex={-1}>
          <p>
            <span class={`chip ${isSecret(one.kind) ? "bad" : "hid"}`}>{FOUND[one.kind]}</span> <Part finding={one} shown={shown} />{" "}
            <span class="soft">
              line {one.line + 1}, {SURE[one.sure]}
              {one.equal > 1 ? `, ${counted(one.equal - 1, "more like it", "more like it")}` : ""}
            </span>
          </p>
          {one.decision === null ? (
            open ? (
              <Decide at={at} finding={one} />
            ) : null
          ) : (
            <p class="soft">
              {DECIDED[one.decision]}
              {one.by === null ? "" : ` by ${one.by}`}
              {one.because === null ? "" : `: ${one.because}`}
              {open && one.decision !== "hidden" ? <Undo at={at} finding={one} /> : null}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The part itself, as long as its line is shown as it was recorded. */
function Part({ finding, shown }: { finding: FindingView; shown: ShownEntry }) {
  const value = shown.text[finding.field];
  const line = value === undefined ? undefined : visibleLines(value)[finding.line];
  if (line === undefined || line.hidden !== undefined) return null;
  const text = line.text.slice(finding.start, finding.end);
  return (
    <mark translate="no">
      <bdi>{visible(text.length > 80 ? `${text.slice(0, 80)}…` : text)}</bdi>
    </mark>
  );
}

function Decide({ at, finding }: { at: string; finding: FindingView }) {
  return (
    <form method="post" action={`${at}/decisions`} class="decide">
      <input type="hidden" name="finding" value={finding.finding} />
      <input type="hidden" name="back" value={`review/${finding.session}`} />
      {finding.equal > 1 ? (
        <label class="check">
          <input type="checkbox" name="scope" value="equal" checked /> all {finding.equal} alike
        </label>
      ) : null}
      <button type="submit" name="decision" value="mask" class="second" aria-keyshortcuts="m">
        Mask
      </button>
      <button type="submit" name="decision" value="redact" class="danger" aria-keyshortcuts="h">
        Hide line
      </button>
      <label>
        <span class="sr">Why it is kept</span>
        <input name="because" maxlength={500} autocomplete="off" placeholder="Why it can stay" />
      </label>
      <button type="submit" name="decision" value="keep" class="second" aria-keyshortcuts="k">
        Keep
      </button>
    </form>
  );
}

function Undo({ at, finding }: { at: string; finding: FindingView }) {
  return (
    <form method="post" action={`${at}/decisions`} class="undo">
      <input type="hidden" name="finding" value={finding.finding} />
      <input type="hidden" name="back" value={`review/${finding.session}`} />
      <button type="submit" name="decision" value="undo" class="plain">
        Take back
      </button>
    </form>
  );
}
