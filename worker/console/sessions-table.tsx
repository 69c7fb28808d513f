import type { SessionRow } from "../schema.ts";
import { Day } from "./time.tsx";
import { counted, OUTCOME } from "./words.ts";

/** Sessions as a list: when, about what, where, how it ended. */
export function SessionsTable({ sessions }: { sessions: readonly SessionRow[] }) {
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Session</th>
          <th scope="col">Machine</th>
          <th scope="col">Outcome</th>
          <th scope="col">Record</th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr>
            <td>
              <Day at={session.opened} />
            </td>
            <td>
              <a href={`/sessions/${session.session}`}>{session.subject}</a>
              <span class="soft"> {session.technician}</span> <Tags tags={session.tags} />
            </td>
            <td class="machine">{session.endpointName}</td>
            <td>
              <State session={session} />
            </td>
            <td class="soft">
              {counted(session.commands, "command")} {session.mode === "imported" ? <span class="chip">imported</span> : null}
              {session.state === "closed" && session.witnessed === null ? <span class="chip bad">not witnessed</span> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Outcome of a closed session, or that it is open. */
export function State({ session }: { session: Pick<SessionRow, "state" | "outcome"> }) {
  if (session.state !== "closed") return <span class="chip live">{session.state === "open" ? "Open now" : "Being closed"}</span>;
  return session.outcome === null ? null : <span class={`chip ${session.outcome}`}>{OUTCOME[session.outcome]}</span>;
}

export function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <>
      {tags.map((tag) => (
        <span class="chip tag">{tag}</span>
      ))}
    </>
  );
}
