import type { HandoffView } from "../schema.ts";
import { HandoffFrame, isOpen } from "./handoff-frame.tsx";
import type { PageProps } from "./page.tsx";

/** Third step: what the incoming MSP reads first. */
export function NotesPage({ user, handoff }: { user: PageProps["user"] & {}; handoff: HandoffView }) {
  const open = isOpen(handoff);
  const todo = handoff.sessions.flatMap((session) => session.todo.map((item) => ({ session, item })));
  return (
    <HandoffFrame user={user} handoff={handoff} step="notes" title="Notes">
      <form method="post" action={`/handoffs/${handoff.handoff}/letter`} class="stack">
        <label>
          Letter to {handoff.recipient}
          <textarea
            name="letter"
            rows={14}
            disabled={!open}
            placeholder={`What ${handoff.recipient} should know about ${handoff.groupName} before anything else.`}
          >
            {handoff.letter}
          </textarea>
        </label>
        {open ? <button type="submit">Save and go on</button> : null}
      </form>
      <h2>Still to do</h2>
      {todo.length === 0 ? (
        <p class="empty">No session says that something is left.</p>
      ) : (
        <ul>
          {todo.map(({ session, item }) => (
            <li>
              {item} <a href={`/handoffs/${handoff.handoff}/review/${session.session}`}>{session.title || session.subject}</a>
            </li>
          ))}
        </ul>
      )}
    </HandoffFrame>
  );
}
