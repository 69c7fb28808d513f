import type { HandoffRulesView } from "../scan-schema.ts";
import type { HandoffView, SelectedSession } from "../schema.ts";
import { HandoffFrame, isOpen } from "./handoff-frame.tsx";
import type { PageUser } from "./page.tsx";
import { Day, Moment } from "./time.tsx";
import { counted } from "./words.ts";

export interface ReviewPageProps {
  user: PageUser;
  handoff: HandoffView;
  rules: HandoffRulesView;
  /** Whether they may say that a second reviewer is needed. */
  mayRule: boolean;
}

/** Third step: every selected session is looked through by somebody, where it is required by two. */
export function ReviewPage({ user, handoff, rules, mayRule }: ReviewPageProps) {
  const open = handoff.sessions.filter(({ reviewed }) => reviewed === null);
  const second = handoff.secondReview
    ? handoff.sessions.filter(({ reviewed, second }) => reviewed !== null && second === null)
    : [];
  const mine = second.filter(({ reviewed }) => reviewed?.by !== user.name);
  const next = open[0] ?? mine[0];
  return (
    <HandoffFrame user={user} handoff={handoff} step="review" title="Review">
      <p>
        {handoff.sessions.length === 0
          ? "Select sessions first."
          : open.length > 0
            ? `${counted(open.length, "session")} of ${handoff.sessions.length} still to be reviewed. Nothing is published before that.`
            : second.length > 0
              ? `${counted(second.length, "session")} of ${handoff.sessions.length} still to be reviewed by a second person. Nothing is published before that.`
              : handoff.secondReview
                ? "Every session is reviewed by two people."
                : "Every session is reviewed."}
      </p>
      {next === undefined || !isOpen(handoff) ? null : (
        <p>
          <a class="button" href={`/handoffs/${handoff.handoff}/review/${next.session}`}>
            Review the next one
          </a>
        </p>
      )}
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Session</th>
            <th scope="col">Record</th>
            <th scope="col">Hidden</th>
            <th scope="col">Reviewed</th>
          </tr>
        </thead>
        <tbody>
          {handoff.sessions.map((session) => (
            <tr>
              <td>
                <Day at={session.opened} />
              </td>
              <td>
                <a href={`/handoffs/${handoff.handoff}/review/${session.session}`}>{session.title || session.subject}</a>{" "}
                <span class="soft machine">{session.endpointName}</span>
              </td>
              <td>
                {session.witnessed === null ? <span class="chip bad">not witnessed</span> : <span class="soft">witnessed</span>}
              </td>
              <td>{session.redactions === 0 ? <span class="soft">nothing</span> : counted(session.redactions, "line")}</td>
              <td>
                <Reviewed session={session} needsTwo={handoff.secondReview} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Rules at={`/handoffs/${handoff.handoff}`} group={handoff.groupName} rules={rules} mayRule={mayRule} />
    </HandoffFrame>
  );
}

function Reviewed({ session, needsTwo }: { session: SelectedSession; needsTwo: boolean }) {
  if (session.reviewed === null) return <span class="chip bad">Not yet</span>;
  return (
    <>
      {[session.reviewed, session.second].map((one) =>
        one === null ? null : (
          <span class="soft review-mark">
            {one.by}, <Moment at={one.at} />
          </span>
        ),
      )}
      {needsTwo && session.second === null ? <span class="chip hid">Second reviewer missing</span> : null}
    </>
  );
}

interface RulesProps {
  at: string;
  group: string;
  rules: HandoffRulesView;
  mayRule: boolean;
}

/** Whether one reviewer is enough. */
function Rules({ at, group, rules, mayRule }: RulesProps) {
  const { secondReview, secondReviewEverywhere } = rules;
  const said = secondReviewEverywhere
    ? "Every handoff of your organisation has to be reviewed by two people."
    : secondReview
      ? `Handoffs of ${group} have to be reviewed by two people.`
      : "One reviewer is enough.";
  if (!mayRule) return <p class="soft">{said}</p>;
  return (
    <details class="act">
      <summary>{said} Change</summary>
      <form method="post" action={`${at}/second-review`} class="stack">
        <label class="check">
          <input type="checkbox" name="group" checked={secondReview} /> A second person reviews every session that is handed over
          for {group}
        </label>
        <label class="check">
          <input type="checkbox" name="everywhere" checked={secondReviewEverywhere} /> The same for all clients of your organisation
        </label>
        <button type="submit" class="second">
          Save
        </button>
      </form>
    </details>
  );
}
