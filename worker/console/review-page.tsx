import type { HandoffView } from "../schema.ts";
import { HandoffFrame } from "./handoff-frame.tsx";
import type { PageProps } from "./page.tsx";
import { Day, Moment } from "./time.tsx";
import { counted } from "./words.ts";

export interface ReviewPageProps {
  user: PageProps["user"] & {};
  handoff: HandoffView;
}

/** Second step: every selected session is looked through by somebody. */
export function ReviewPage({ user, handoff }: ReviewPageProps) {
  const open = handoff.sessions.filter(({ reviewed }) => reviewed === null);
  const next = open[0];
  return (
    <HandoffFrame user={user} handoff={handoff} step="review" title="Review">
      <p>
        {handoff.sessions.length === 0
          ? "Select sessions first."
          : open.length === 0
            ? "Every session is reviewed."
            : `${counted(open.length, "session")} of ${handoff.sessions.length} still to be reviewed. Nothing is published before that.`}
      </p>
      {next === undefined ? null : (
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
                <span class="soft">{session.endpointName}</span>
              </td>
              <td>{session.redactions === 0 ? <span class="soft">nothing</span> : counted(session.redactions, "line")}</td>
              <td>
                {session.reviewed === null ? (
                  <span class="chip bad">Not yet</span>
                ) : (
                  <span class="soft">
                    {session.reviewed.by}, <Moment at={session.reviewed.at} />
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </HandoffFrame>
  );
}
