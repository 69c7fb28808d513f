import { visibleLines } from "../../record/text.ts";
import { isSecret } from "../scan/finding.ts";
import type { FindingView } from "../scan-schema.ts";
import { ReasonOptions } from "./reason-options.tsx";
import type { ShownEntry } from "./transcript.tsx";
import { visible } from "./visible.ts";
import { counted, FOUND, SURE } from "./words.ts";

const DECIDED = { redact: "line hidden", mask: "masked", keep: "kept", hidden: "line hidden" } as const;

export interface FindingItemProps {
  /** Address of the handoff. */
  at: string;
  /** Of its line, on the session's page. */
  address: string;
  /** The entry that it is in. */
  shown: ShownEntry | undefined;
  finding: FindingView;
  /** Whether decisions can still be made. */
  open: boolean;
}

/** One thing that the scanner found, with what is or can be decided about it. */
export function FindingItem({ at, address, shown, finding: one, open }: FindingItemProps) {
  const state = one.decision ?? "open";
  return (
    <li
      id={one.finding}
      class={one.decision === null ? "finding undecided" : "finding"}
      tabindex={-1}
      data-at={address}
      data-state={state}
    >
      <p>
        <span class={`chip ${isSecret(one.kind) ? "bad" : "hid"}`}>{FOUND[one.kind]}</span>{" "}
        {shown === undefined ? null : <Part finding={one} shown={shown} />}{" "}
        <span class="soft">
          <a href={`#${address}`} data-at={address}>
            {address}
          </a>
          , {SURE[one.sure]}
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
    <form method="post" action={`${at}/decisions`} class="decide rows-of" data-many={finding.equal}>
      <input type="hidden" name="finding" value={finding.finding} />
      <input type="hidden" name="back" value={`review/${finding.session}`} />
      {finding.equal > 1 ? (
        <label class="check">
          <input type="checkbox" name="scope" value="equal" checked /> all {finding.equal} alike
        </label>
      ) : null}
      <div>
        <button type="submit" name="decision" value="mask" class="second" aria-keyshortcuts="m">
          Mask
        </button>
        <button type="submit" name="decision" value="redact" class="danger" aria-keyshortcuts="h">
          Hide line
        </button>
        <label>
          <span class="sr">Why it is hidden</span>
          <select name="reason">
            <option value="">Reason by kind</option>
            <ReasonOptions />
          </select>
        </label>
      </div>
      <div>
        <label class="grow">
          <span class="sr">Why it is kept</span>
          <input name="because" maxlength={500} autocomplete="off" placeholder="Why it can stay" />
        </label>
        <button type="submit" name="decision" value="keep" class="second" aria-keyshortcuts="k">
          Keep
        </button>
      </div>
    </form>
  );
}

function Undo({ at, finding }: { at: string; finding: FindingView }) {
  return (
    <form method="post" action={`${at}/decisions`} class="undo" data-many={finding.equal}>
      <input type="hidden" name="finding" value={finding.finding} />
      <input type="hidden" name="back" value={`review/${finding.session}`} />
      {finding.equal > 1 ? (
        <label class="check">
          <input type="checkbox" name="scope" value="equal" /> all {finding.equal} alike
        </label>
      ) : null}
      <button type="submit" name="decision" value="undo" class="plain">
        Take back
      </button>
    </form>
  );
}
