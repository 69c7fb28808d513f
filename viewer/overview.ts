import type { Handoff, HandoffSession } from "../record/handoff.ts";

/** A session with something left to do. `items` is empty when it is unresolved and says no more. */
export interface OpenMatter {
  session: HandoffSession;
  items: readonly string[];
}

/** What is still open, the latest first: the first thing that the reader wants to see. */
export function openMatters(handoff: Handoff): OpenMatter[] {
  return latestFirst(handoff.sessions)
    .filter((session) => session.todo.length > 0 || session.outcome === "unresolved")
    .map((session) => ({ session, items: session.todo }));
}

const ordered = new WeakMap<readonly HandoffSession[], HandoffSession[]>();

/** A new list. The order is found once: every page of a session asks for it. */
export function latestFirst(sessions: readonly HandoffSession[]): HandoffSession[] {
  let order = ordered.get(sessions);
  if (order === undefined) {
    order = [...sessions].sort((a, b) => compare(b.opened, a.opened) || compare(b.session, a.session));
    ordered.set(sessions, order);
  }
  return [...order];
}

/** How many sessions of the client are left out, by reason, in the order of the reasons' names. */
export function omittedByReason(handoff: Handoff): [Handoff["log"]["omitted"][number]["reason"], number][] {
  const counts = new Map<Handoff["log"]["omitted"][number]["reason"], number>();
  for (const { reason } of handoff.log.omitted) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => compare(a, b));
}

/** Neighbours in the log that are left out for the same reason. */
export interface OmittedRun {
  from: number;
  to: number;
  reason: Handoff["log"]["omitted"][number]["reason"];
}

/** What is left out, in the order of the log. */
export function omittedRuns(handoff: Handoff): OmittedRun[] {
  const runs: OmittedRun[] = [];
  for (const { leaf, reason } of [...handoff.log.omitted].sort((a, b) => a.leaf - b.leaf)) {
    const last = runs.at(-1);
    if (last?.to === leaf - 1 && last.reason === reason) last.to = leaf;
    else runs.push({ from: leaf, to: leaf, reason });
  }
  return runs;
}

interface Known {
  endpoints: ReadonlyMap<string, string>;
  sessions: ReadonlyMap<string, HandoffSession>;
  /** Place of each session by time, the latest first. */
  places: ReadonlyMap<string, number>;
}

const known = new WeakMap<Handoff, Known>();

function knownOf(handoff: Handoff): Known {
  let found = known.get(handoff);
  if (found === undefined) {
    found = {
      endpoints: new Map(handoff.endpoints.map(({ endpoint, name }) => [endpoint, name])),
      sessions: new Map(handoff.sessions.map((session) => [session.session, session])),
      places: new Map(latestFirst(handoff.sessions).map(({ session }, place) => [session, place])),
    };
    known.set(handoff, found);
  }
  return found;
}

export function endpointName(handoff: Handoff, endpoint: string): string {
  return knownOf(handoff).endpoints.get(endpoint) ?? endpoint;
}

/** @throws TypeError when the handoff has no such session. */
export function sessionOf(handoff: Handoff, session: string): HandoffSession {
  const found = knownOf(handoff).sessions.get(session);
  if (found === undefined) throw new TypeError("expected a session of the handoff");
  return found;
}

/** The sessions before and after one, by time. */
export function neighbours(
  handoff: Handoff,
  session: string,
): { before: HandoffSession | undefined; after: HandoffSession | undefined } {
  const place = knownOf(handoff).places.get(session) ?? -1;
  const order = ordered.get(handoff.sessions) ?? [];
  return { before: order[place + 1], after: place < 0 ? undefined : order[place - 1] };
}

/** By UTF-16 code units: the same order on every machine, which `localeCompare` doesn't promise. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
