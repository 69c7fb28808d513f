import { outcome } from "../../record/entry.ts";
import type { EndpointView } from "../schema.ts";
import type { FoundLine, SearchHit, SearchPage } from "../search/schema.ts";
import { State } from "./sessions-table.tsx";
import { Clock, Day, lastTwelveMonths } from "./time.tsx";
import { visible } from "./visible.ts";
import { counted, KIND, OUTCOME } from "./words.ts";

/** What the list of sessions is narrowed to, as it stands in the address. Days as date inputs have them. */
export interface SessionFilter {
  q?: string;
  from?: string;
  to?: string;
  endpoint?: string;
  tag?: string;
  technician?: string;
  outcome?: string;
}

export interface FindFormProps {
  endpoints: readonly EndpointView[];
  tags: readonly string[];
  technicians: readonly string[];
  filter: SessionFilter;
}

/** Words, and what to narrow to. All of it stands in the address afterwards, so that it can be kept and passed on. */
export function FindForm({ endpoints, tags, technicians, filter }: FindFormProps) {
  const machines = endpoints.map(({ endpoint, name }): [string, string] => [endpoint, name]);
  return (
    <form method="get" class="inline-form filter" id="find">
      <label class="wide-field">
        Words in commands, output, chat, approvals and notes
        <input type="search" name="q" value={filter.q ?? ""} maxlength={200} autocomplete="off" aria-keyshortcuts="/" />
      </label>
      <label>
        From
        <input type="date" name="from" value={filter.from ?? ""} />
      </label>
      <label>
        To
        <input type="date" name="to" value={filter.to ?? ""} />
      </label>
      <Choice label="Machine" name="endpoint" value={filter.endpoint} options={machines} />
      <Choice label="Tag" name="tag" value={filter.tag} options={tags.map((tag) => [tag, tag])} />
      <Choice label="Technician" name="technician" value={filter.technician} options={technicians.map((one) => [one, one])} />
      <Choice label="Outcome" name="outcome" value={filter.outcome} options={outcome.options.map((one) => [one, OUTCOME[one]])} />
      <button type="submit" class="second">
        Show
      </button>
      <a href={`?${new URLSearchParams({ ...filter, ...lastTwelveMonths() })}#sessions`}>Last 12 months</a>
    </form>
  );
}

interface ChoiceProps {
  label: string;
  name: string;
  value: string | undefined;
  options: readonly (readonly [value: string, text: string])[];
}

export function Choice({ label, name, value, options }: ChoiceProps) {
  return (
    <label>
      {label}
      <select name={name}>
        <option value="">All</option>
        {options.map(([one, text]) => (
          <option value={one} selected={one === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Places that have the words, the newest session first; each leads to its entry. */
export function Hits({ found }: { found: SearchPage }) {
  return (
    <>
      {found.behind === 0 ? null : (
        <p class="soft">{counted(found.behind, "session is", "sessions are")} still being taken into the index.</p>
      )}
      {found.items.length === 0 ? <p class="empty">Nothing found{found.cursor === undefined ? "" : " so far"}.</p> : null}
      <ol class="hits plain-list">
        {bySession(found.items).map((hits) => (
          <SessionHits hits={hits} />
        ))}
      </ol>
    </>
  );
}

/** Places of one session stand one after the other. */
function bySession(hits: readonly SearchHit[]): (readonly [SearchHit, ...SearchHit[]])[] {
  const groups: [SearchHit, ...SearchHit[]][] = [];
  for (const hit of hits) {
    const last = groups.at(-1);
    if (last !== undefined && last[0].session.session === hit.session.session) last.push(hit);
    else groups.push([hit]);
  }
  return groups;
}

function SessionHits({ hits }: { hits: readonly [SearchHit, ...SearchHit[]] }) {
  const { session } = hits[0];
  return (
    <li>
      <p>
        <a href={`/sessions/${session.session}`}>{session.subject}</a>{" "}
        <span class="soft">
          <Day at={session.opened} />, {session.endpointName}, {session.technician}
        </span>{" "}
        <State session={session} />
      </p>
      <ol class="places plain-list">
        {hits.map((hit) => (
          <Place hit={hit} />
        ))}
      </ol>
    </li>
  );
}

function Place({ hit: { session, seq, kind, at, lines } }: { hit: SearchHit }) {
  return (
    <li>
      <p>
        <a href={`/sessions/${session.session}#e${seq}`}>
          {KIND[kind]} <span class="sr">at entry</span> #{seq}
        </a>
        {/* Of an imported session that would be when it was brought in. */}
        {session.mode === "live" ? (
          <span class="soft">
            {" "}
            <Clock at={at} /> UTC
          </span>
        ) : null}
      </p>
      <div class="lines output" translate="no">
        {lines.map((line) => (
          <div class="line">
            <bdi>
              <Marked line={line} />
            </bdi>
          </div>
        ))}
      </div>
    </li>
  );
}

function Marked({ line }: { line: FoundLine }) {
  const { text, marks, before, after } = line;
  const ends = [0, ...marks.map(({ to }) => to)];
  return (
    <>
      {before ? "…" : ""}
      {marks.map(({ from, to }, index) => (
        <>
          {visible(text.slice(ends[index], from))}
          <mark>{visible(text.slice(from, to))}</mark>
        </>
      ))}
      {visible(text.slice(ends.at(-1)))}
      {after ? "…" : ""}
    </>
  );
}
