import type { SessionFilter } from "./find.tsx";
import { counted } from "./words.ts";

/** Machines that have a shade of their own; the others share the last. */
const SHADES = 5;

/** How many sessions were opened in a month, by machine. */
export interface MonthCount {
  /** `2026-11` */
  month: string;
  /** Names of machines with their numbers, the most first. */
  machines: readonly (readonly [name: string, sessions: number])[];
  sessions: number;
}

/** Sessions by month as bars, a piece for each machine. Each leads to its month; with a pointer, dragging over several selects their span. */
export function MonthChart({ months, filter }: { months: readonly MonthCount[]; filter: SessionFilter }) {
  if (months.length < 2) return null;
  const most = Math.max(...months.map(({ sessions }) => sessions));
  const own = busiest(months);
  const hasOthers = months.some(({ machines }) => machines.some(([name]) => !own.includes(name)));
  return (
    <figure class="chart">
      <ol class="months" id="months" aria-label="Sessions by month">
        {months.map(({ month, machines, sessions }, index) => {
          const { from, to } = daysOf(month);
          const kept = Object.entries({ ...filter, from, to }).filter(([, value]) => value !== undefined);
          const words = `${month}: ${counted(sessions, "session")}${machines.length > 0 ? ` (${machines.map(([name, count]) => `${name} ${count}`).join(", ")})` : ""}`;
          const isIn = (filter.from === undefined || filter.from <= to) && (filter.to === undefined || from <= filter.to);
          return (
            <li class={isIn ? "" : "out"}>
              <a href={`?${new URLSearchParams(kept)}#sessions`} title={words} data-from={from} data-to={to} draggable={false}>
                <svg viewBox="0 0 10 40" preserveAspectRatio="none" aria-hidden="true">
                  {piecesOf(machines, own).map(({ shade, from, to }) => (
                    <rect
                      class={`shade-${shade}`}
                      x="0"
                      width="10"
                      y={40 - (38 * to) / most}
                      height={(38 * (to - from)) / most}
                    ></rect>
                  ))}
                </svg>
                <span class="sr">{words}</span>
                <span aria-hidden="true">
                  {month.slice(5)}
                  <span class="year">{index === 0 || month.endsWith("-01") ? month.slice(0, 4) : "\u00a0"}</span>
                </span>
              </a>
            </li>
          );
        })}
      </ol>
      <figcaption aria-hidden="true">
        {own.map((name, shade) => (
          <span class={`key shade-${shade}`}>{name}</span>
        ))}
        {hasOthers ? <span class={`key shade-${SHADES}`}>other machines</span> : null}
      </figcaption>
      <p class="soft hint">Choose a month, or drag over several.</p>
    </figure>
  );
}

function daysOf(month: string): { from: string; to: string } {
  const last = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${last}` };
}

/** Names of the machines with the most sessions over all months, the most first. */
function busiest(months: readonly MonthCount[]): string[] {
  const totals = new Map<string, number>();
  for (const { machines } of months) for (const [name, count] of machines) totals.set(name, (totals.get(name) ?? 0) + count);
  return [...totals]
    .sort(([a, most], [b, less]) => less - most || (a < b ? -1 : 1))
    .slice(0, SHADES)
    .map(([name]) => name);
}

/** A month's sessions from the ground up: numbers of sessions from which and to which each shade reaches. */
function piecesOf(machines: MonthCount["machines"], own: readonly string[]): { shade: number; from: number; to: number }[] {
  const counts = Array.from({ length: SHADES + 1 }, () => 0);
  for (const [name, count] of machines) {
    const shade = own.includes(name) ? own.indexOf(name) : SHADES;
    counts[shade] = (counts[shade] ?? 0) + count;
  }
  const pieces: { shade: number; from: number; to: number }[] = [];
  for (const [shade, count] of counts.entries()) {
    const from = pieces.at(-1)?.to ?? 0;
    if (count > 0) pieces.push({ shade, from, to: from + count });
  }
  return pieces;
}
