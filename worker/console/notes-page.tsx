import type { HandoffView, SelectedSession } from "../schema.ts";
import { draftLetter } from "./draft.ts";
import { HandoffFrame, isOpen } from "./handoff-frame.tsx";
import type { PageUser } from "./page.tsx";
import { Day } from "./time.tsx";

/** Fourth step: what the incoming MSP reads first. */
export function NotesPage({ user, handoff }: { user: PageUser; handoff: HandoffView }) {
  const open = isOpen(handoff);
  const isDraft = open && handoff.letter.trim() === "" && handoff.sessions.length > 0;
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
            {isDraft ? draftLetter(handoff, user) : handoff.letter}
          </textarea>
        </label>
        {isDraft ? <p class="soft">A draft to begin with. Nothing of it is in the package until you save it.</p> : null}
        {open ? <button type="submit">Save and go on</button> : null}
      </form>
      <h2>What is said of each session</h2>
      <p class="soft">Its summary, and what is still to do, are written where it is reviewed, beside its page.</p>
      {handoff.sessions.length === 0 ? <p class="empty">No session is selected.</p> : null}
      <ul class="plain-list said">
        {handoff.sessions.map((session) => (
          <Said at={`/handoffs/${handoff.handoff}/review/${session.session}#review`} session={session} />
        ))}
      </ul>
    </HandoffFrame>
  );
}

function Said({ at, session }: { at: string; session: SelectedSession }) {
  const { title, subject, note, todo } = session;
  return (
    <li>
      <p>
        <a href={at}>{title || subject}</a>{" "}
        <span class="soft">
          <Day at={session.opened} />
        </span>
        {title === "" && note === "" && todo.length === 0 ? <span class="chip hid">not written yet</span> : null}
      </p>
      {note === "" ? null : <p class="kept-lines">{note}</p>}
      {todo.length === 0 ? null : (
        <>
          <p>Still to do:</p>
          <ul>
            {todo.map((item) => (
              <li>{item}</li>
            ))}
          </ul>
        </>
      )}
    </li>
  );
}
