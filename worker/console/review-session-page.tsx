import { addressOfLine } from "../../generator/line-address.ts";
import type { FindingView } from "../scan-schema.ts";
import type { HandoffView, RedactionView, SelectedSession } from "../schema.ts";
import { Completeness } from "./completeness.tsx";
import { draftWords } from "./draft.ts";
import { FindingItem } from "./findings.tsx";
import { HandoffFrame } from "./handoff-frame.tsx";
import type { PageUser } from "./page.tsx";
import { ReasonOptions } from "./reason-options.tsx";
import { Moment } from "./time.tsx";
import type { ShownEntry } from "./transcript.tsx";
import { counted, REASON } from "./words.ts";

export interface ReviewSessionPageProps {
  user: PageUser;
  handoff: HandoffView;
  session: SelectedSession;
  /** The whole session as it would be handed over now. */
  entries: readonly ShownEntry[];
  findings: readonly FindingView[];
  /** When the session was looked through; null when it was not. */
  scanned: string | null;
  /** Address of its page as it will be; undefined once the handoff can't be changed any more. */
  frame: string | undefined;
}

/** One session under review: its page as it will be handed over, and beside it what is found, hidden and said. */
export function ReviewSessionPage({ user, handoff, session, entries, findings, scanned, frame }: ReviewSessionPageProps) {
  const at = `/handoffs/${handoff.handoff}`;
  const open = frame !== undefined;
  // What the reviewer wrote; before that a draft.
  const words = session.title === "" ? draftWords(entries) : session;
  const byEntry = new Map(entries.map((shown) => [shown.entry.seq, shown]));
  const address = ({ seq, field, line }: { seq: number; field: string; line: number }) =>
    addressOfLine(byEntry.get(seq)?.entry.kind ?? "output", seq, field, line);
  const redactions = handoff.redactions.filter((one) => one.session === session.session);
  return (
    <HandoffFrame user={user} handoff={handoff} step="review" title={`Review: ${words.title}`} scripts={open ? ["review"] : []}>
      <h2>{words.title}</h2>
      <div class={open ? "review" : "review alone"}>
        {frame === undefined ? null : (
          <div class="seen">
            <iframe
              class="framed"
              id="page"
              sandbox="allow-scripts allow-forms"
              src={frame}
              title="The session's page as it will be handed over"
            ></iframe>
          </div>
        )}
        <section class="panel" aria-label="Decisions">
          <Found findings={findings} scanned={scanned} at={at} open={open} />
          <ol class="findings">
            {findings.map((one) => (
              <FindingItem at={at} address={address(one)} shown={byEntry.get(one.seq)} finding={one} open={open} />
            ))}
          </ol>
          {open ? <HideForm at={at} session={session.session} /> : null}
          {redactions.length === 0 ? null : <Hidden at={at} redactions={redactions} address={address} open={open} />}
          <Completeness session={session} entries={entries} />
          <Words at={at} session={session} words={words} open={open} />
          <Reviewers at={at} handoff={handoff} session={session} user={user.name} open={open} />
        </section>
      </div>
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
    <>
      <p role="status">
        {scanned === null ? (
          <>
            This session was not looked through for passwords and personal data yet. <a href={`${at}/scan`}>Scan it</a>
          </>
        ) : first === undefined ? (
          `${counted(findings.length, "finding")}, all decided.`
        ) : (
          <a href={`#${first.finding}`} id="next-finding">
            {counted(undecided.length, "finding")} to be decided
          </a>
        )}
      </p>
      <p class="soft keys">
        Keys: <kbd>n</kbd> next, <kbd>m</kbd> mask, <kbd>h</kbd> hide the line, <kbd>k</kbd> keep. In the page: <kbd>↑</kbd>{" "}
        <kbd>↓</kbd> to a line, <kbd>Enter</kbd> to pick it, with <kbd>Shift</kbd> several.
      </p>
    </>
  );
}

/** Filled in by picking lines in the page. It also works by itself: the page's numbers say what a line is called. */
function HideForm({ at, session }: { at: string; session: string }) {
  return (
    <form method="post" action={`${at}/redactions`} class="hide-form" id="hide-form">
      <input type="hidden" name="session" value={session} />
      <fieldset>
        <legend>Hide a line</legend>
        <p class="soft">
          Pick it in the page. What is hidden never leaves; the package shows that a line was here, and why it is not.
        </p>
        <label>
          Line
          <input name="at" required pattern="e[0-9]+([.][a-zA-Z]+)?[.][0-9]+" placeholder="e12.3" size={9} autocomplete="off" />
        </label>
        <label>
          To line
          <input name="last" pattern="e[0-9]+([.][a-zA-Z]+)?[.][0-9]+" placeholder="the same" size={9} autocomplete="off" />
        </label>
        <label>
          Why
          <select name="reason">
            <ReasonOptions />
          </select>
        </label>
        <label class="grow">
          Only these words in it
          <input name="words" autocomplete="off" maxlength={2000} placeholder="the whole line" />
        </label>
        <label class="grow">
          Show instead (asserted, not proven)
          <input name="shown" autocomplete="off" maxlength={2000} placeholder="nothing" />
        </label>
        <label class="check">
          <input type="checkbox" name="everywhere" /> The same words everywhere in this handoff
        </label>
        <button type="submit" class="danger">
          Hide
        </button>
      </fieldset>
    </form>
  );
}

interface HiddenProps {
  at: string;
  redactions: readonly RedactionView[];
  address: (place: RedactionView) => string;
  open: boolean;
}

function Hidden({ at, redactions, address, open }: HiddenProps) {
  return (
    <section aria-labelledby="hidden">
      <h3 id="hidden">Hidden in this session</h3>
      <ul class="plain-list">
        {redactions.map((one) => (
          <li>
            <a href={`#${address(one)}`} data-at={address(one)} data-state="hidden">
              {address(one)}
            </a>{" "}
            <span class="chip hid">{REASON[one.reason]}</span> <span class="soft">by {one.by}</span>{" "}
            {open ? (
              <form method="post" action={`${at}/redactions/${one.redaction}/undo`}>
                <input type="hidden" name="session" value={one.session} />
                <input type="hidden" name="at" value={address(one)} />
                <button type="submit" class="plain">
                  Show again<span class="sr"> line {address(one)}</span>
                </button>
              </form>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is said of the session in the package. */
function Words({
  at,
  session,
  words,
  open,
}: {
  at: string;
  session: SelectedSession;
  words: ReturnType<typeof draftWords>;
  open: boolean;
}) {
  return (
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
  );
}

interface ReviewersProps {
  at: string;
  handoff: HandoffView;
  session: SelectedSession;
  user: string;
  open: boolean;
}

/** Who has reviewed it, and whether somebody else still has to. */
function Reviewers({ at, handoff, session, user, open }: ReviewersProps) {
  const { reviewed, second } = session;
  if (reviewed === null) return null;
  return (
    <section aria-labelledby="reviewers">
      <h3 id="reviewers">Reviewed</h3>
      <p>
        By {reviewed.by}, <Moment at={reviewed.at} />
        {second === null ? null : (
          <>
            ; by {second.by}, <Moment at={second.at} />
          </>
        )}
        . Any change opens it again.
      </p>
      {second !== null || !open ? null : reviewed.by === user ? (
        handoff.secondReview ? (
          <p class="caution">Somebody else has to review it as well.</p>
        ) : null
      ) : (
        <form method="post" action={`${at}/sessions/${session.session}/second-review`}>
          <button type="submit" class="second">
            I have reviewed it as well
          </button>
        </form>
      )}
    </section>
  );
}
