import type { Handoff, HandoffSession } from "../record/handoff.ts";
import { latestFirst } from "./overview.ts";
import type { Machine, MachinePart, Recurrence } from "./survey/rows.ts";

/** Sessions of one machine, the latest first. */
export function sessionsOn(handoff: Handoff, endpoint: string): HandoffSession[] {
  return latestFirst(handoff.sessions).filter((session) => session.endpoint === endpoint);
}

/** What recurs in at least two of these sessions: the first `most` of it, since to count each of thousands takes long. */
export function recurringIn(all: readonly Recurrence[], sessions: readonly HandoffSession[], most: number): Recurrence[] {
  const own = new Set(sessions.map(({ session }) => session));
  const found: Recurrence[] = [];
  for (const one of all) {
    if (found.length === most) break;
    if (one.countIn(own) >= 2) found.push(one);
  }
  return found;
}

/** A property of a part whose rows are names and values; undefined when it isn't there. */
export function propertyOf(part: MachinePart | undefined, ...names: string[]): string | undefined {
  for (const name of names) {
    const row = part?.rows.find(([key]) => key?.toLowerCase() === name);
    if (row?.[1] !== undefined && row[1] !== "") return row[1];
  }
  return undefined;
}

/** What the machine is, in a line. */
export function systemOf(machine: Machine): string | undefined {
  const os = machine.parts.find(({ part }) => part === "os");
  const name = propertyOf(os, "name", "distro", "system", "os", "platform");
  const version = propertyOf(os, "version", "release", "build", "kernel");
  if (name === undefined || version === undefined || name.includes(version)) return name ?? version;
  return `${name}, ${version}`;
}

/** Services that start by themselves and did not run when last looked at. */
export function stoppedServices(machine: Machine): string[] {
  const services = machine.parts.find(({ part }) => part === "services");
  const [state, start] = ["state", "start"].map((name) => services?.columns.indexOf(name) ?? -1) as [number, number];
  if (services === undefined || state < 0 || start < 0) return [];
  return services.rows
    .filter((row) => /^(stopped|dead|failed|inactive)$/i.test(row[state] ?? "") && /^auto/i.test(row[start] ?? ""))
    .map(([name = ""]) => name);
}
