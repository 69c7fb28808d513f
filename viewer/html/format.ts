import { escapeHtml } from "./escape.ts";

// Written out here rather than left to Intl: the same page must come out on every platform and ICU version.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `22 Nov 2026` of an instant, in UTC. */
export function day(instant: string): string {
  const month = MONTHS[Number(instant.slice(5, 7)) - 1] ?? "";
  return `${Number(instant.slice(8, 10))} ${month} ${instant.slice(0, 4)}`;
}

/** `09:30:12` of an instant, in UTC. */
export function clock(instant: string): string {
  return instant.slice(11, 19);
}

/** `22 Nov 2026, 09:30 UTC`. */
export function moment(instant: string): string {
  return `${day(instant)}, ${instant.slice(11, 16)} UTC`;
}

/** `22 Nov 2026, 09:30:12 UTC`. */
export function second(instant: string): string {
  return `${day(instant)}, ${clock(instant)} UTC`;
}

/** A `<time>` element around one of the above. */
export function timeHtml(instant: string, shown: string): string {
  return `<time datetime="${escapeHtml(instant)}">${escapeHtml(shown)}</time>`;
}

/** `3 Mar 2026 to 22 Nov 2026`; one day when both are the same. */
export function dayRange(from: string, to: string): string {
  return day(from) === day(to) ? day(from) : `${day(from)} to ${day(to)}`;
}

/** `1,234`. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 session`, `3 sessions`; `plural` where an `s` won't do. */
export function counted(value: number, one: string, plural = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : plural}`;
}

/** `512 bytes`, `4.2 kB`, `1.3 MB`; decimal units. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return counted(bytes, "byte");
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 days`. */
export function span(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(Math.max(0, milliseconds) / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** Milliseconds from one instant to a later one. */
export function elapsed(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}
