import type { EndpointView, EnrolmentCodeView, GroupView, HandoffRow, SessionRow } from "../schema.ts";
import type { SearchPage } from "../search/schema.ts";
import { EnrolmentCodes } from "./enrolment-codes.tsx";
import { FindForm, Hits, type SessionFilter } from "./find.tsx";
import { MachinesTable } from "./machines-table.tsx";
import { MonthChart, type MonthCount } from "./month-chart.tsx";
import { Page, type PageProps } from "./page.tsx";
import { SessionsTable } from "./sessions-table.tsx";
import { Day, Moment } from "./time.tsx";
import { HANDOFF } from "./words.ts";

export interface GroupPageProps {
  user: PageProps["user"] & {};
  group: GroupView;
  endpoints: EndpointView[];
  sessions: SessionRow[];
  /** Places that have the words that were searched for; undefined when none were given. */
  found: SearchPage | undefined;
  months: readonly MonthCount[];
  tags: string[];
  technicians: string[];
  filter: SessionFilter;
  /** Address of the next page of sessions. */
  next: string | undefined;
  handoffs: HandoffRow[];
  codes: readonly EnrolmentCodeView[];
  may: { manage: boolean; record: boolean; enrol: boolean; prepare: boolean };
}

/** One client group: its machines, its sessions, its handoffs. */
export function GroupPage(props: GroupPageProps) {
  const { user, group, endpoints, sessions, handoffs, codes, may, next } = props;
  const isArchived = group.archived !== null;
  return (
    <Page title={group.name} user={user} crumbs={[{ href: "/", text: "Clients" }]} scripts={["find"]}>
      <h1>
        {group.name} {isArchived ? <span class="chip">Archived</span> : null}
      </h1>
      {group.archived === null ? null : (
        <p class="soft">
          Archived since <Moment at={group.archived} />. Everything recorded stays and can be handed over; no machine is enrolled
          and no session opened.
        </p>
      )}
      <nav class="jump" aria-label="On this page">
        <a href="#sessions">Sessions</a> <a href="#handoffs">Handoffs</a> <a href="#machines">Machines</a>
      </nav>

      <section aria-labelledby="sessions">
        <h2 id="sessions">Sessions</h2>
        <FindForm {...props} />
        <MonthChart months={props.months} filter={props.filter} />
        {props.found === undefined ? (
          sessions.length === 0 ? (
            <p class="empty">No session fits.</p>
          ) : (
            <SessionsTable sessions={sessions} />
          )
        ) : (
          <Hits found={props.found} />
        )}
        {next === undefined ? null : (
          <p>
            <a href={next}>{props.found === undefined ? "Earlier sessions" : "More"}</a>
          </p>
        )}
      </section>

      <section aria-labelledby="handoffs">
        <h2 id="handoffs">Handoffs</h2>
        {handoffs.length === 0 ? (
          <p class="empty">When this client moves to another MSP, a handoff gives them the record of these sessions.</p>
        ) : (
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Made</th>
                <th scope="col">For</th>
                <th scope="col">State</th>
                <th scope="col">Link ends</th>
              </tr>
            </thead>
            <tbody>
              {handoffs.map((handoff) => (
                <tr>
                  <td>
                    <Day at={handoff.created} />
                  </td>
                  <td>
                    <a href={`/handoffs/${handoff.handoff}`}>{handoff.recipient}</a>
                  </td>
                  <td>
                    <span class={`chip ${handoff.state}`}>{HANDOFF[handoff.state]}</span>
                  </td>
                  <td>{handoff.expires === null ? <span class="soft">no link yet</span> : <Moment at={handoff.expires} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {may.prepare ? (
          <form method="post" action={`/groups/${group.group}/handoffs`} class="inline-form">
            <label>
              Incoming MSP
              <input name="recipient" required maxlength={200} autocomplete="off" />
            </label>
            <button type="submit">Start a handoff</button>
          </form>
        ) : null}
      </section>

      <section aria-labelledby="machines">
        <h2 id="machines">Machines</h2>
        <MachinesTable group={group.group} endpoints={endpoints} may={may} />
        {may.enrol && !isArchived ? (
          <form method="post" action={`/groups/${group.group}/enrolment-codes`} class="inline-form">
            <label>
              Name of the machine, if it is not to be its host name
              <input name="endpoint" maxlength={200} autocomplete="off" />
            </label>
            <button type="submit">Enrol a machine</button>
          </form>
        ) : null}
        {may.enrol ? <EnrolmentCodes group={group.group} codes={codes} mayRotate={!isArchived} /> : null}
      </section>
      {may.manage ? <Archive group={group} /> : null}
    </Page>
  );
}

/** Takes a client out of use, or into it again. */
function Archive({ group }: { group: GroupView }) {
  const at = `/groups/${group.group}`;
  if (group.archived !== null) {
    return (
      <form method="post" action={`${at}/restore`} class="inline-form">
        <button type="submit" class="second">
          Take this client into use again
        </button>
      </form>
    );
  }
  return (
    <details class="act">
      <summary>Archive this client</summary>
      <form method="post" action={`${at}/archive`}>
        <p>
          For clients who have left. Nothing is deleted, and handoffs can still be made. No machine can be enrolled and no session
          opened until you take the client into use again.
        </p>
        <button type="submit" class="danger">
          Archive {group.name}
        </button>
      </form>
    </details>
  );
}
