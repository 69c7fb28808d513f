import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import { incidents } from "../incidents.ts";
import type { Place } from "../timeline/split.ts";
import type { SessionRow } from "./files.ts";

/** What of a session is known only when it is taken in. */
export interface SessionPlace {
  /** How many documents it has. */
  documents: number;
  /** Where each page of it begins but the first. */
  pages: readonly Place[];
}

/** Every session as hits and filters name it, and the names of the incidents that they belong to. */
export function sessionRows(handoff: Handoff, places: readonly SessionPlace[]): { sessions: SessionRow[]; incidents: string[] } {
  const endpoints = new Map(handoff.endpoints.map(({ endpoint }, place) => [endpoint, place]));
  const incidentOf = new Map<string, number>();
  const names = incidents(handoff).map(({ tags, sessions: [first, ...rest] }, number) => {
    for (const session of [first, ...rest]) if (session !== undefined) incidentOf.set(session.session, number);
    return tags.length > 0 ? tags.join(", ") : (first?.title ?? "");
  });
  const row = (session: HandoffSession, i: number): SessionRow => {
    const incident = incidentOf.get(session.session);
    const { documents, pages } = places[i] ?? { documents: 0, pages: [] };
    return {
      id: session.session,
      title: session.title,
      endpoint: endpoints.get(session.endpoint) ?? 0,
      opened: session.opened,
      outcome: session.outcome,
      ...(incident === undefined ? {} : { incident }),
      documents,
      ...(pages.length === 0 ? {} : { pages }),
    };
  };
  return { sessions: handoff.sessions.map(row), incidents: names };
}
