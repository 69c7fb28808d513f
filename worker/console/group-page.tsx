import type { EndpointView, GroupView, HandoffRow, SessionRow } from "../schema.ts";
import { MachinesTable } from "./machines-table.tsx";
import { Page, type PageProps } from "./page.tsx";
import { SessionsTable } from "./sessions-table.tsx";
import { Day, Moment } from "./time.tsx";
import { HANDOFF } from "./words.ts";

/** What the list of sessions is narrowed to, as it stands in the address. */
export interface SessionFilter {
  from?: string;
  to?: string;
  endpoint?: string;
  tag?: string;
}

export interface GroupPageProps {
  user: PageProps["user"] & {};
  group: GroupView;
  endpoints: EndpointView[];
  sessions: SessionRow[];
  tags: string[];
  filter: SessionFilter;
  /** Address of the next page of sessions. */
  next: string | undefined;
  handoffs: HandoffRow[];
  may: { record: boolean; enrol: boolean; prepare: boolean };
}

/** One client group: its machines, its sessions, its handoffs. */
export function GroupPage(props: GroupPageProps) {
  const { user, group, endpoints, sessions, handoffs, may, next } = props;
  return (
    <Page title={group.name} user={user} crumbs={[{ href: "/", text: "Clients" }]}>
      <h1>{group.name}</h1>
      <nav class="jump" aria-label="On this page">
        <a href="#sessions">Sessions</a> <a href="#handoffs">Handoffs</a> <a href="#machines">Machines</a>
      </nav>

      <section aria-labelledby="sessions">
        <h2 id="sessions">Sessions</h2>
        <Filter {...props} />
        {sessions.length === 0 ? <p class="empty">No session fits.</p> : <SessionsTable sessions={sessions} />}
        {next === undefined ? null : (
          <p>
            <a href={next}>Earlier sessions</a>
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
        {may.enrol ? (
          <form method="post" action={`/groups/${group.group}/enrolment-codes`} class="inline-form">
            <label>
              Name of the machine, if it is not to be its host name
              <input name="endpoint" maxlength={200} autocomplete="off" />
            </label>
            <button type="submit">Enrol a machine</button>
          </form>
        ) : null}
      </section>
    </Page>
  );
}

function Filter({ endpoints, tags, filter }: GroupPageProps) {
  return (
    <form method="get" class="inline-form filter">
      <label>
        From
        <input type="date" name="from" value={filter.from ?? ""} />
      </label>
      <label>
        To
        <input type="date" name="to" value={filter.to ?? ""} />
      </label>
      <label>
        Machine
        <select name="endpoint">
          <option value="">All</option>
          {endpoints.map(({ endpoint, name }) => (
            <option value={endpoint} selected={endpoint === filter.endpoint}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Tag
        <select name="tag">
          <option value="">All</option>
          {tags.map((tag) => (
            <option value={tag} selected={tag === filter.tag}>
              {tag}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="second">
        Show
      </button>
    </form>
  );
}
