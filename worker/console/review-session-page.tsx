import type { FindingView } from "../scan-schema.ts";
import type { HandoffView, RedactionView, SelectedSession } from "../schema.ts";
import { draftWords } from "./draft.ts";
import { EntryFindings } from "./findings.tsx";
import { HandoffFrame, isOpen } from "./handoff-frame.tsx";
import type { PageProps } from "./page.tsx";
import { namesIn, type ShownEntry, TranscriptItems } from "./transcript.tsx";
import { counted, REASON } from "./words.ts";

export interface ReviewSessionPageProps {
  user: PageProps["user"] & {};
  handoff: HandoffView;
  session: SelectedSession;
  /** The whole session as it would be handed over now. */
  entries: readonly ShownEntry[];
  findings: readonly FindingView[];
  /** When the session was looked through; null when it was not. */
  scanned: string | null;
}

/** One session under review: hide lines, say what a reader should know, mark it as reviewed. */
export function ReviewSessionPage({ user, handoff, session, entries, findings, scanned }: ReviewSessionPageProps) {
  const at = `/handoffs/${handoff.handoff}`;
  const open = isOpen(handoff);
  // What the reviewer wrote; before that a draft.
  const words = session.title === "" ? draftWords(entries) : session;
  const byEntry = Map.groupBy(findings, ({ seq }) => seq);
  const redactions = handoff.redactions.filter((one) => one.session === session.session);
  return (
    <HandoffFrame user={user} handoff={handoff} step="review" title={`Review: ${words.title}`} scripts={open ? ["review"] : []}>
      <h2>{words.title}</h2>
      {open ? (
        <p class="soft">
          Pick a line by its mark to hide it. What is hidden never leaves; the package shows that a line was here, and why it is
          not.
        </p>
      ) : null}
      <Found findings={findings} scanned={scanned} at={at} open={open} />
      <ol class={open ? "transcript picking" : "transcript"}>
        <TranscriptItems
          entries={entries}
          names={namesIn(entries)}
          pick={open}
          after={(shown) => <EntryFindings at={at} shown={shown} findings={byEntry.get(shown.entry.seq) ?? []} open={open} />}
        />
      </ol>
      {open ? <HideForm at={at} session={session.session} /> : null}
      {redactions.length === 0 ? null : <Hidden at={at} redactions={redactions} open={open} />}
      <form method="post" action={`${at}/sessions/${session.session}/review`} class="stack" id="review">
        <h3>For the reader</h3>
        <label>
          Title
          <input name="title" required maxlength={200} value={words.title} disabled={!open} />
        </label>
        <label>
          What happened, in a few sentences
          <textarea name="note" rows={5} disabled={!open}>
            {words.note}
          </textarea>
        </label>
        <label>
          Still to do, one thing a line
          <textarea name="todo" rows={3} disabled={!open}>
            {words.todo.join("\n")}
          </textarea>
        </label>
        {open ? (
          <p class="buttons">
            <button type="submit" name="reviewed" value="yes">
              Mark as reviewed
            </button>
            <button type="submit" name="reviewed" value="no" class="second">
              Save for now
            </button>
          </p>
        ) : null}
      </form>
    </HandoffFrame>
  );
}

/** How much the scanner found here, and where the next thing is that nobody has decided about. */
function Found({
  findings,
  scanned,
  at,
  open,
}: {
  findings: readonly FindingView[];
  scanned: string | null;
  at: string;
  open: boolean;
}) {
  const undecided = findings.filter(({ decision }) => decision === null);
  const [first] = undecided;
  if (!open) return null;
  return (
    <p role="status">
      {scanned === null ? (
        <>
          This session was not looked through for passwords and personal data yet. <a href={`${at}/scan`}>Scan it</a>
        </>
      ) : first === undefined ? (
        `${counted(findings.length, "finding")}, all decided.`
      ) : (
        <>
          <a href={`#${first.finding}`} id="next-finding">
            {counted(undecided.length, "finding")} to be decided
          </a>{" "}
          <span class="soft">
            Keys: <kbd>n</kbd> next, <kbd>m</kbd> mask, <kbd>h</kbd> hide the line, <kbd>k</kbd> keep
          </span>
        </>
      )}
    </p>
  );
}

/** Filled in by picking a line. Its fields stay reachable, so that it also works without the client module. */
function HideForm({ at, session }: { at: string; session: string }) {
  return (
    <form method="post" action={`${at}/redactions`} class="hide-form" id="hide-form">
      <input type="hidden" name="session" value={session} />
      <fieldset>
        <legend>Hide a line</legend>
        <label>
          Entry
          <input name="seq" inputmode="numeric" pattern="[0-9]+" required size={4} />
        </label>
        <label>
          Text
          <input name="field" required size={8} value="output" />
        </label>
        <label>
          Line
          <input name="line" inputmode="numeric" pattern="[0-9]+" required size={4} />
        </label>
        <label>
          Why
          <select name="reason">
            {Object.entries(REASON)
              .filter(([reason]) => reason !== "erased")
              .map(([reason, text]) => (
                <option value={reason}>{text}</option>
              ))}
          </select>
        </label>
        <label class="grow">
          Show instead (asserted, not proven)
          <input name="shown" autocomplete="off" maxlength={2000} placeholder="nothing" />
        </label>
        <button type="submit" class="danger">
          Hide
        </button>
      </fieldset>
    </form>
  );
}

function Hidden({ at, redactions, open }: { at: string; redactions: readonly RedactionView[]; open: boolean }) {
  return (
    <section aria-labelledby="hidden">
      <h3 id="hidden">Hidden in this session</h3>
      <ul class="plain-list">
        {redactions.map((one) => (
          <li>
            <a href={`#e${one.seq}`}>
              #{one.seq}, {one.field}, line {one.line + 1}
            </a>{" "}
            <span class="chip hid">{REASON[one.reason]}</span> <span class="soft">by {one.by}</span>
            {open ? (
              <form method="post" action={`${at}/redactions/${one.redaction}/undo`}>
                <input type="hidden" name="session" value={one.session} />
                <button type="submit" class="plain">
                  Show again
                </button>
              </form>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
