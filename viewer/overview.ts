import type { Handoff, HandoffSession } from "../record/handoff.ts";
import type { CertificatePage, CertifiedSession } from "./page.ts";

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

export function latestFirst(sessions: readonly HandoffSession[]): HandoffSession[] {
  return [...sessions].sort((a, b) => compare(b.opened, a.opened) || compare(b.session, a.session));
}

/** Tags that several sessions share, with those sessions in order of time. */
export interface Recurrence {
  tags: string[];
  sessions: HandoffSession[];
}

/** What came up more than once, the most frequent first. A tag that every session has says nothing and is left out. */
export function recurrences(handoff: Handoff): Recurrence[] {
  const byTag = new Map<string, HandoffSession[]>();
  for (const session of latestFirst(handoff.sessions).reverse()) {
    for (const tag of new Set(session.tags)) byTag.set(tag, [...(byTag.get(tag) ?? []), session]);
  }
  const bySessions = new Map<string, Recurrence>();
  for (const [tag, sessions] of [...byTag].sort(([a], [b]) => compare(a, b))) {
    if (sessions.length < 2 || sessions.length === handoff.sessions.length) continue;
    const key = sessions.map(({ session }) => session).join(" ");
    const same = bySessions.get(key);
    if (same === undefined) bySessions.set(key, { tags: [tag], sessions });
    else same.tags.push(tag);
  }
  return [...bySessions.values()].sort((a, b) => b.sessions.length - a.sessions.length);
}

/** How many sessions of the client are left out, by reason, in the order of the reasons' names. */
export function omittedByReason(handoff: Handoff): [Handoff["log"]["omitted"][number]["reason"], number][] {
  const counts = new Map<Handoff["log"]["omitted"][number]["reason"], number>();
  for (const { reason } of handoff.log.omitted) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => compare(a, b));
}

/** Sessions of one mode in order of time, each with what the certification states of it. */
export function certified(
  { handoff, sessions }: CertificatePage,
  mode: HandoffSession["mode"],
): { session: HandoffSession; facts: CertifiedSession }[] {
  const known = new Map(sessions.map((facts) => [facts.session, facts]));
  return latestFirst(handoff.sessions)
    .reverse()
    .filter((session) => session.mode === mode)
    .map((session) => {
      const facts = known.get(session.session);
      if (facts === undefined) throw new TypeError("expected what the certification states of every session");
      return { session, facts };
    });
}

export function endpointName(handoff: Handoff, endpoint: string): string {
  return handoff.endpoints.find((one) => one.endpoint === endpoint)?.name ?? endpoint;
}

/** The sessions before and after one, by time. */
export function neighbours(
  handoff: Handoff,
  session: string,
): { before: HandoffSession | undefined; after: HandoffSession | undefined } {
  const order = latestFirst(handoff.sessions).reverse();
  const at = order.findIndex((one) => one.session === session);
  return { before: order[at - 1], after: order[at + 1] };
}

/** By UTF-16 code units: the same order on every machine, which `localeCompare` doesn't promise. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
