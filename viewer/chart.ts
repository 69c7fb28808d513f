import type { Outcome } from "../record/entry.ts";
import type { Handoff } from "../record/handoff.ts";
import { escapeHtml } from "./html/escape.ts";
import { counted, day } from "./html/format.ts";
import { visibleText } from "./html/visible.ts";
import { endpointName } from "./overview.ts";
import { OUTCOME } from "./words.ts";

const LEFT = 132;
const WIDTH = 880;
const ROW = 26;
const TOP = 6;
/** More machines than this share one last row. */
const ROWS = 14;

/** The sessions over time, a row a machine, as SVG. Shapes differ by outcome, so that it can be read without colours. */
export function chartSvg(handoff: Handoff): string {
  const from = Date.parse(handoff.period.from);
  const to = Math.max(Date.parse(handoff.period.to), from + 1);
  const x = (instant: number) => LEFT + 10 + ((Math.min(Math.max(instant, from), to) - from) / (to - from)) * (WIDTH - LEFT - 24);

  const counts = new Map<string, number>();
  for (const { endpoint } of handoff.sessions) counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
  const names = [...counts.keys()].map((endpoint) => ({ endpoint, name: endpointName(handoff, endpoint) }));
  names.sort((a, b) => (counts.get(b.endpoint) ?? 0) - (counts.get(a.endpoint) ?? 0) || (a.name < b.name ? -1 : 1));
  const own = names.length > ROWS ? names.slice(0, ROWS - 1) : names;
  const labels = own.map(({ name }) => name);
  if (own.length < names.length) labels.push(counted(names.length - own.length, "other machine"));
  const row = (endpoint: string) => {
    const at = own.findIndex((one) => one.endpoint === endpoint);
    return at < 0 ? labels.length - 1 : at;
  };
  const y = (index: number) => TOP + ROW * index + ROW / 2;
  const bottom = TOP + ROW * labels.length;

  const lines = labels.map(
    (label, i) =>
      `<text class="name" x="${LEFT - 10}" y="${y(i) + 4}">${escapeHtml(shorten(visibleText(label)))}</text>` +
      `<line class="row" x1="${LEFT}" x2="${WIDTH}" y1="${y(i)}" y2="${y(i)}"/>`,
  );
  const grid = monthStarts(from, to).map(
    ({ at, label }) =>
      `<line class="month" x1="${round(x(at))}" x2="${round(x(at))}" y1="${TOP}" y2="${bottom}"/>` +
      `<text class="tick" x="${round(x(at)) + 3}" y="${bottom + 13}">${label}</text>`,
  );
  const marks = handoff.sessions.map((session) => {
    const title = `${session.title}: ${OUTCOME[session.outcome]}, ${day(session.opened)}`;
    return `<g class="m ${session.outcome}"><title>${escapeHtml(visibleText(title))}</title>${shape(session.outcome, round(x(Date.parse(session.opened))), y(row(session.endpoint)))}</g>`;
  });
  const summary = `${counted(handoff.sessions.length, "session")} on ${counted(names.length, "machine")}, ${day(handoff.period.from)} to ${day(handoff.period.to)}`;
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${bottom + 20}" role="img" aria-label="${escapeHtml(summary)}">${grid.join("")}${lines.join("")}${marks.join("")}</svg>`;
}

function shape(outcome: Outcome, x: number, y: number): string {
  switch (outcome) {
    case "resolved":
      return `<circle cx="${x}" cy="${y}" r="6"/>`;
    case "workaround":
      return `<path d="M${x} ${y - 7.5}l7.5 7.5l-7.5 7.5l-7.5 -7.5z"/>`;
    case "unresolved":
      return `<circle cx="${x}" cy="${y}" r="5.5"/>`;
    case "informational":
      return `<rect x="${x - 4.5}" y="${y - 4.5}" width="9" height="9"/>`;
  }
}

/** First of each month in the span; of every third or sixth when there are many. */
function monthStarts(from: number, to: number): { at: number; label: string }[] {
  const first = new Date(from);
  const starts: { at: number; label: string; month: number }[] = [];
  for (let i = 0; ; i++) {
    const at = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + i, 1);
    if (at > to || i > 1200) break;
    if (at < from) continue;
    const iso = new Date(at).toISOString();
    starts.push({
      at,
      label: day(iso).slice(2, 5) + (iso.slice(5, 7) === "01" ? ` ${iso.slice(0, 4)}` : ""),
      month: Number(iso.slice(5, 7)) - 1,
    });
  }
  const every = starts.length > 48 ? 12 : starts.length > 30 ? 6 : starts.length > 14 ? 3 : 1;
  return starts.filter(({ month }) => month % every === 0);
}

function shorten(label: string): string {
  const chars = [...label];
  return chars.length > 17 ? `${chars.slice(0, 16).join("")}\u2026` : label;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
