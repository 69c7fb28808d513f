import type { AuditView } from "../schema.ts";
import { ACTS } from "./acts.ts";
import { Page, type PageProps } from "./page.tsx";
import { Clock, Day } from "./time.tsx";
import { visible } from "./visible.ts";

/** What the trail is narrowed to, as it stands in the address. Days as date inputs have them. */
export interface AuditFilter {
  act?: string;
  by?: string;
  about?: string;
  from?: string;
  to?: string;
}

export interface AuditPageProps {
  user: PageProps["user"] & {};
  acts: AuditView[];
  filter: AuditFilter;
  /** Address of the next page. */
  next: string | undefined;
}

/** The audit trail, the newest first. Nothing in it can be changed. */
export function AuditPage({ user, acts, filter, next }: AuditPageProps) {
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <Page title="Audit trail" user={user}>
      <h1>Audit trail</h1>
      <p class="soft">Who looked at, searched, changed, handed over and erased what. Rows are added, never changed.</p>
      <FilterForm filter={filter} />
      {isNarrowed ? (
        <p>
          <a href="/audit">Show all</a>
        </p>
      ) : null}
      {acts.length === 0 ? (
        <p class="empty">Nothing fits.</p>
      ) : (
        <table class="rows audit">
          <thead>
            <tr>
              <th scope="col">When (UTC)</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">About</th>
            </tr>
          </thead>
          <tbody>
            {acts.map((act) => (
              <Row act={act} filter={filter} />
            ))}
          </tbody>
        </table>
      )}
      {next === undefined ? null : (
        <p>
          <a href={next}>Earlier</a>
        </p>
      )}
    </Page>
  );
}

function FilterForm({ filter }: { filter: AuditFilter }) {
  return (
    <form method="get" action="/audit" class="inline-form filter">
      <label>
        What
        <select name="act">
          <option value="">All</option>
          {Object.entries(ACTS).map(([act, text]) => (
            <option value={act} selected={act === filter.act}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label>
        Id of a person or machine
        <input name="by" value={filter.by ?? ""} maxlength={100} autocomplete="off" spellcheck={false} />
      </label>
      <label>
        About (an id)
        <input name="about" value={filter.about ?? ""} maxlength={300} autocomplete="off" spellcheck={false} />
      </label>
      <label>
        From
        <input type="date" name="from" value={filter.from ?? ""} />
      </label>
      <label>
        To
        <input type="date" name="to" value={filter.to ?? ""} />
      </label>
      <button type="submit" class="second">
        Show
      </button>
    </form>
  );
}

function Row({ act, filter }: { act: AuditView; filter: AuditFilter }) {
  const only = (narrowed: AuditFilter) => `/audit?${new URLSearchParams({ ...filter, ...narrowed } as Record<string, string>)}`;
  const place = placeOf(act.about);
  return (
    <tr>
      <td>
        <Day at={act.at} /> <Clock at={act.at} />
      </td>
      <td>
        <a href={only({ by: act.by })} title={act.by}>
          {visible(act.byName)}
        </a>
      </td>
      <td>{nameOf(act.act)}</td>
      <td class="about">
        {place === undefined ? <span class="mono">{visible(act.about)}</span> : <a href={place}>{visible(act.about)}</a>}{" "}
        <a href={only({ about: act.about })} class="soft">
          all about it
        </a>
        {act.reason === null ? null : <p>Reason: {visible(act.reason)}</p>}
        {act.detail === null ? null : <p class="soft">{visible(act.detail)}</p>}
      </td>
    </tr>
  );
}

/** In words, but for what an earlier version called otherwise. */
function nameOf(act: string): string {
  return (ACTS as Record<string, string>)[act] ?? act;
}

/** The page of what an act was about, where its id alone says which that is. */
function placeOf(about: string): string | undefined {
  const [, handoff, session] = /^(hnd_[0-9a-z]{16}) (ses_[0-9a-z]{16})$/.exec(about) ?? [];
  if (handoff !== undefined) return `/handoffs/${handoff}/review/${session}`;
  const [, kind, rest] = /^(ses|grp|hnd)(_[0-9a-z]{16})$/.exec(about) ?? [];
  if (kind === undefined || rest === undefined) return undefined;
  return `/${{ ses: "sessions", grp: "groups", hnd: "handoffs" }[kind]}/${kind}${rest}`;
}
