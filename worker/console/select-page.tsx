import { outcome } from "../../record/entry.ts";
import type { HandoffView, SessionRow } from "../schema.ts";
import { Choice } from "./find.tsx";
import { HandoffFrame, isOpen } from "./handoff-frame.tsx";
import type { PageUser } from "./page.tsx";
import type { Narrowing } from "./select-routes.tsx";
import { State, Tags } from "./sessions-table.tsx";
import { Day, dateOf } from "./time.tsx";
import { CHOICE, counted, OMITTED, OUTCOME } from "./words.ts";

export interface SelectPageProps {
  user: PageUser;
  handoff: HandoffView;
  /** Closed sessions of the period that fit what the list is narrowed to; none before there is a period. */
  sessions: readonly SessionRow[];
  /** How many there are in the period. */
  total: number;
  narrowing: Narrowing;
  choices: Choices;
}

/** What the list can be narrowed to. */
export interface Choices {
  machines: readonly (readonly [endpoint: string, name: string])[];
  tags: readonly string[];
  technicians: readonly string[];
}

/** First step: which sessions go. */
export function SelectPage({ user, handoff, sessions, total, narrowing, choices }: SelectPageProps) {
  const at = `/handoffs/${handoff.handoff}`;
  const chosen = new Set(handoff.sessions.map(({ session }) => session));
  const reasons = new Map(handoff.omissions.map(({ session, reason }) => [session, reason]));
  // Before anybody has chosen, all are offered.
  const isChosen = chosen.size > 0 || reasons.size > 0;
  const choiceOf = (session: string): keyof typeof CHOICE =>
    chosen.has(session) ? "include" : isChosen ? (reasons.get(session) ?? "not-selected") : "include";
  const open = isOpen(handoff);
  const isNarrow = Object.keys(narrowing).length > 0;
  return (
    <HandoffFrame user={user} handoff={handoff} step="select" title="Select sessions" scripts={open ? ["select"] : []}>
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
          <>
            <button type="submit" class="second">
              {handoff.period === null ? "Show sessions" : "Change period"}
            </button>
            <button type="submit" class="second" name="last" value="year" formnovalidate>
              Last 12 months
            </button>
          </>
        ) : null}
      </form>
      {handoff.period === null ? (
        <p class="empty">Choose the period that is handed over. The package says which one it is.</p>
      ) : (
        <>
          <Narrow at={at} narrowing={narrowing} choices={choices} />
          <p role="status">
            {isNarrow
              ? `${counted(sessions.length, "session")} of ${total} in the period shown. The others stay as they are.`
              : counted(total, "closed session")}
            {isNarrow ? (
              <>
                {" "}
                <a href={`${at}/select`}>Show all</a>
              </>
            ) : null}
          </p>
          <form method="post" action={`${at}/sessions`}>
            <input type="hidden" name="narrowing" value={new URLSearchParams(narrowing).toString()} />
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
                      <a href={`/sessions/${session.session}`}>{session.subject}</a>{" "}
                      <span class="soft machine">{session.endpointName}</span> <Tags tags={session.tags} />
                    </td>
                    <td>
                      <State session={session} />
                    </td>
                    <td>
                      <select name={session.session} aria-label={`${session.subject}: in the package?`} disabled={!open}>
                        {Object.entries(CHOICE).map(([choice, text]) => (
                          <option value={choice} selected={choice === choiceOf(session.session)}>
                            {text}
                          </option>
                        ))}
                      </select>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {sessions.length === 0 ? (
              <p class="empty">{isNarrow ? "No session fits." : "No closed session lies in this period."}</p>
            ) : null}
            {isChosen ? <Omitted handoff={handoff} /> : null}
            {open && sessions.length > 0 ? (
              <div class="buttons stick">
                <button type="submit">Save and go on</button>
                <button type="submit" name="all" value="include" class="second">
                  Include all shown
                </button>
                <button type="submit" name="all" value="not-selected" class="second">
                  Leave out all shown
                </button>
                <p role="status" id="chosen"></p>
              </div>
            ) : null}
          </form>
        </>
      )}
    </HandoffFrame>
  );
}

/** How many sessions are left out, and why, as it was saved last. */
function Omitted({ handoff }: { handoff: HandoffView }) {
  const left = Object.entries(handoff.omitted).filter(([, count]) => count > 0);
  return (
    <p class="soft">
      Saved: {counted(handoff.sessions.length, "session")} in the package
      {left.map(([reason, count]) => `, ${counted(count, "session")} ${OMITTED[reason] ?? reason}`).join("")}. The package lists the
      digest of every session that is left out, with this reason, and nothing else of it.
    </p>
  );
}

/** Narrows the list; all of it stands in the address afterwards. */
function Narrow({ at, narrowing, choices }: { at: string; narrowing: Narrowing; choices: Choices }) {
  const same = (values: readonly string[]) => values.map((one): [string, string] => [one, one]);
  return (
    <form method="get" action={`${at}/select`} class="inline-form" aria-label="Narrow the list">
      <label>
        Words
        <input type="search" name="q" value={narrowing.q ?? ""} maxlength={200} autocomplete="off" />
      </label>
      <Choice label="Machine" name="endpoint" value={narrowing.endpoint} options={choices.machines} />
      <Choice label="Tag" name="tag" value={narrowing.tag} options={same(choices.tags)} />
      <Choice label="Technician" name="technician" value={narrowing.technician} options={same(choices.technicians)} />
      <Choice
        label="Outcome"
        name="outcome"
        value={narrowing.outcome}
        options={outcome.options.map((one) => [one, OUTCOME[one]])}
      />
      <button type="submit" class="second">
        Narrow
      </button>
    </form>
  );
}
