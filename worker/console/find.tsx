import { outcome } from "../../record/entry.ts";
import type { EndpointView } from "../schema.ts";
import type { FoundLine, SearchHit, SearchPage } from "../search/schema.ts";
import { State } from "./sessions-table.tsx";
import { Clock, Day } from "./time.tsx";
import { visible } from "./visible.ts";
import { counted, OUTCOME } from "./words.ts";

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
        {found.items.map((hit) => (
          <Hit hit={hit} />
        ))}
      </ol>
    </>
  );
}

function Hit({ hit }: { hit: SearchHit }) {
  const { session, seq, kind, at, lines } = hit;
  return (
    <li>
      <p>
        <a href={`/sessions/${session.session}#e${seq}`}>{session.subject}</a>{" "}
        <span class="soft">
          <Day at={at} /> <Clock at={at} />, {session.endpointName}, {kind}
        </span>{" "}
        <State session={session} />
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

/** How many sessions were opened in a month, by machine. */
export interface MonthCount {
  /** `2026-11` */
  month: string;
  /** Names of machines with their numbers, the most first. */
  machines: readonly (readonly [name: string, sessions: number])[];
  sessions: number;
}

/** Sessions by month as bars. Each leads to its month; with a pointer, dragging over several selects their span. */
export function MonthChart({ months, filter }: { months: readonly MonthCount[]; filter: SessionFilter }) {
  if (months.length < 2) return null;
  const most = Math.max(...months.map(({ sessions }) => sessions));
  return (
    <ol class="months" id="months" aria-label="Sessions by month">
      {months.map(({ month, machines, sessions }) => {
        const { from, to } = daysOf(month);
        const kept = Object.entries({ ...filter, from, to }).filter(([, value]) => value !== undefined);
        const words = `${month}: ${counted(sessions, "session")}${machines.length > 0 ? ` (${machines.map(([name, count]) => `${name} ${count}`).join(", ")})` : ""}`;
        const isIn = (filter.from === undefined || filter.from <= to) && (filter.to === undefined || from <= filter.to);
        return (
          <li class={isIn ? "" : "out"}>
            <a href={`?${new URLSearchParams(kept)}#sessions`} title={words} data-from={from} data-to={to} draggable={false}>
              <svg viewBox="0 0 10 40" preserveAspectRatio="none" aria-hidden="true">
                <rect x="0" width="10" y={40 - (38 * sessions) / most} height={(38 * sessions) / most}></rect>
              </svg>
              <span class="sr">{words}</span>
              <span aria-hidden="true">{month.slice(5)}</span>
            </a>
          </li>
        );
      })}
    </ol>
  );
}

function daysOf(month: string): { from: string; to: string } {
  const last = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${last}` };
}
