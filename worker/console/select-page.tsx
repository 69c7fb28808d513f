import type { HandoffView, SessionRow } from "../schema.ts";
import { HandoffFrame, isOpen } from "./handoff-frame.tsx";
import type { PageProps } from "./page.tsx";
import { State } from "./sessions-table.tsx";
import { Day, dateOf } from "./time.tsx";
import { counted, OMITTED } from "./words.ts";

export interface SelectPageProps {
  user: PageProps["user"] & {};
  handoff: HandoffView;
  /** Closed sessions of the period; none before there is one. */
  sessions: readonly SessionRow[];
}

/** First step: which sessions go. */
export function SelectPage({ user, handoff, sessions }: SelectPageProps) {
  const at = `/handoffs/${handoff.handoff}`;
  const chosen = new Set(handoff.sessions.map(({ session }) => session));
  const open = isOpen(handoff);
  return (
    <HandoffFrame user={user} handoff={handoff} step="select" title="Select sessions">
      <form method="post" action={`${at}/period`} class="inline-form">
        <label>
          First day
          <input
            type="date"
            name="from"
            required
            value={handoff.period === null ? "" : dateOf(handoff.period.from)}
            disabled={!open}
          />
        </label>
        <label>
          Last day
          <input type="date" name="to" required value={handoff.period === null ? "" : dateOf(handoff.period.to)} disabled={!open} />
        </label>
        {open ? (
          <button type="submit" class="second">
            {handoff.period === null ? "Show sessions" : "Change period"}
          </button>
        ) : null}
      </form>
      {handoff.period === null ? (
        <p class="empty">Choose the period that is handed over. The package says which one it is.</p>
      ) : (
        <form method="post" action={`${at}/sessions`}>
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Session</th>
                <th scope="col">Outcome</th>
                <th scope="col">In the package</th>
              </tr>
            </thead>
            <tbody>
              {sessions.map((session) => (
                <tr>
                  <td>
                    <Day at={session.opened} />
                  </td>
                  <td>
                    <a href={`/sessions/${session.session}`}>{session.subject}</a> <span class="soft">{session.endpointName}</span>
                  </td>
                  <td>
                    <State session={session} />
                  </td>
                  <td>
                    <select name={session.session} aria-label={`${session.subject}: in the package?`} disabled={!open}>
                      <option value="include">Include</option>
                      <option value="not-selected" selected={chosen.size > 0 && !chosen.has(session.session)}>
                        Leave out
                      </option>
                      <option value="privileged">Leave out: privileged</option>
                    </select>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {sessions.length === 0 ? <p class="empty">No closed session lies in this period.</p> : null}
          <p class="soft">
            {Object.entries(handoff.omitted)
              .filter(([, count]) => count > 0)
              .map(([reason, count]) => `${counted(count, "session")} ${OMITTED[reason] ?? reason}`)
              .join(", ")}
            {chosen.size > 0
              ? ". The package lists the digest of every session that is left out, with this reason, and nothing else of it."
              : ""}
          </p>
          {open && sessions.length > 0 ? <button type="submit">Save and go on to the review</button> : null}
        </form>
      )}
    </HandoffFrame>
  );
}
