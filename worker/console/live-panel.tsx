import type { RequestView, SessionView } from "../schema.ts";
import { visible } from "./visible.ts";
import { OUTCOME } from "./words.ts";

/** What can be done in an open session. Works without the client module, which spares the reloads. */
export function LivePanel({ session, mayRecord }: { session: SessionView; mayRecord: boolean }) {
  const at = `/sessions/${session.session}`;
  return (
    <section class="live" aria-labelledby="live-title">
      <h2 id="live-title">This session is open</h2>
      <div id="live-state">
        <LiveState session={session} mayRecord={mayRecord} />
      </div>
      <div id="live-waiting" role="status"></div>
      <LiveMessages />
      <p id="live-said" class="soft" role="status"></p>
      {mayRecord ? (
        <div class="tools">
          <form method="post" action={`${at}/commands`} class="tool wide" data-live>
            <label>
              Command
              <textarea name="command" required rows={2} class="mono" spellcheck={false} autocapitalize="off"></textarea>
            </label>
            <label>
              Why, for the person at the machine and for the record
              <input name="reason" maxlength={2000} autocomplete="off" />
            </label>
            <button type="submit">Run</button>
            <p class="soft">
              What only reads runs at once. Anything else waits for the person at the machine. <kbd>Ctrl</kbd> <kbd>Enter</kbd>{" "}
              runs.
            </p>
          </form>
          <form
            method="post"
            action={`${at}/context`}
            class="tool wide"
            data-live
            data-said="The machine was asked. What it tells is recorded above."
          >
            <button type="submit" class="second">
              Record the machine's state now
            </button>
            <p class="soft">System, updates, processes, services, disks, memory, network, users.</p>
          </form>
          <form method="post" action={`${at}/chat`} class="tool" data-live>
            <label>
              Message to the person at the machine
              <textarea name="message" required rows={2}></textarea>
            </label>
            <button type="submit" class="second">
              Send
            </button>
          </form>
          <form method="post" action={`${at}/notes`} class="tool" data-live>
            <label>
              Note for the record
              <textarea name="note" required rows={2}></textarea>
            </label>
            <button type="submit" class="second">
              Add note
            </button>
          </form>
          <details class="act wide">
            <summary>Close this session</summary>
            <form method="post" action={`${at}/close`} data-draft>
              <label>
                Outcome
                <select name="outcome" required>
                  {Object.entries(OUTCOME).map(([value, text]) => (
                    <option value={value}>{text}</option>
                  ))}
                </select>
              </label>
              <label>
                What was found and done
                <textarea name="summary" rows={3}></textarea>
              </label>
              <label>
                Still to do, one thing a line
                <textarea name="todo" rows={2}></textarea>
              </label>
              <button type="submit" class="danger">
                Close for good
              </button>
            </form>
          </details>
        </div>
      ) : null}
    </section>
  );
}

/** A closed session whose record is not sealed yet. */
export function ClosingPanel() {
  return (
    <section class="live" aria-labelledby="live-title">
      <h2 id="live-title">This session is being closed</h2>
      <p>Its record is being signed, and the machine has up to a minute to witness it. This page follows by itself.</p>
      <LiveMessages />
    </section>
  );
}

/** Where the client module says what went wrong; it needs both places on every page that follows a session. */
function LiveMessages() {
  return (
    <>
      <p id="live-lost" class="problem" role="alert" hidden></p>
      <p id="live-problem" class="problem" role="alert" hidden></p>
    </>
  );
}

/** Whether the machine is there, and what it is busy with. Asked for again whenever that changes. */
export function LiveState({ session, mayRecord }: { session: SessionView; mayRecord: boolean }) {
  return (
    <>
      <p>
        {session.agentConnected ? (
          <span class="chip live">Machine connected</span>
        ) : (
          <span class="chip bad">Machine not connected</span>
        )}
      </p>
      {session.requests.length === 0 ? null : (
        <ul class="requests">
          {session.requests.map((request) => (
            <li data-request={request.request}>
              <code>{visible(request.command)}</code> <span class="soft">{STATE[request.state]}</span>{" "}
              {mayRecord ? (
                <form method="post" action={`/sessions/${session.session}/cancel`} data-live>
                  <input type="hidden" name="request" value={request.request} />
                  <button type="submit" class="plain">
                    Cancel<span class="sr"> {visible(request.command)}</span>
                  </button>
                </form>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const STATE: Record<RequestView["state"], string> = {
  sent: "on its way to the machine",
  asked: "waiting for the person at the machine",
  running: "running",
  done: "done",
  cancelled: "cancelled",
};
