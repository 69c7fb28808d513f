import { span } from "./words.ts";

const DAY = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });

/** `22 Nov 2026, 09:30 UTC`; the exact instant on pointing at it. */
export function Moment({ at }: { at: string }) {
  return (
    <time datetime={at} title={at}>
      {day(at)}, {at.slice(11, 16)} UTC
    </time>
  );
}

export function Day({ at }: { at: string }) {
  return (
    <time datetime={at} title={at}>
      {day(at)}
    </time>
  );
}

/** `09:30:12` of an instant, in UTC. */
export function Clock({ at }: { at: string }) {
  return (
    <time datetime={at} title={at}>
      {at.slice(11, 19)}
    </time>
  );
}

/** How long it took from one instant to a later one. */
export function Took({ from, to }: { from: string; to: string }) {
  return <>{span(Math.max(0, Date.parse(to) - Date.parse(from)))}</>;
}

export function day(at: string): string {
  return DAY.format(new Date(at));
}

/** The day part of an instant, as date inputs have it. */
export function dateOf(at: string): string {
  return at.slice(0, 10);
}

/** The last twelve months up to today, as date inputs have them; in UTC, as all of the console. */
export function lastTwelveMonths(now = new Date()): { from: string; to: string } {
  const from = new Date(now);
  from.setUTCFullYear(now.getUTCFullYear() - 1);
  return { from: dateOf(from.toISOString()), to: dateOf(now.toISOString()) };
}

/**
 * First or last instant of a day that was picked; undefined when nothing was, or no day.
 * @param text `2026-11-22`
 */
export function instantOf(text: string | undefined, end: "first" | "last"): string | undefined {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = new Date(`${text}T${end === "first" ? "00:00:00.000" : "23:59:59.999"}Z`);
  return Number.isNaN(at.getTime()) || dateOf(at.toISOString()) !== text ? undefined : at.toISOString();
}
