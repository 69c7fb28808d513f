import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import { incidents } from "../incidents.ts";
import type { Place } from "../timeline/split.ts";
import type { SessionColumns } from "./columns.ts";
import { OUTCOMES, type SessionRow } from "./files.ts";

/** A session as hits name it. @param pages where each page of it begins but the first. */
export function sessionRow(session: HandoffSession, endpoint: number, pages: readonly Place[]): SessionRow {
  const { session: id, title, opened } = session;
  return { id, title, endpoint, opened, ...(pages.length === 0 ? {} : { pages }) };
}

/** By what sessions can be told apart: names of incidents, months, and the places of each session in them. */
export function sessionColumns(
  handoff: Handoff,
  documents: readonly number[],
): { incidents: string[]; months: string[]; sessions: SessionColumns[] } {
  const endpoints = new Map(handoff.endpoints.map(({ endpoint }, place) => [endpoint, place]));
  const incidentOf = new Map<string, number>();
  const names = incidents(handoff).map(({ tags, sessions: [first, ...rest] }, number) => {
    for (const session of [first, ...rest]) if (session !== undefined) incidentOf.set(session.session, number);
    return tags.length > 0 ? tags.join(", ") : (first?.title ?? "");
  });
  const monthOf = ({ opened }: HandoffSession) => opened.slice(0, 7);
  const months = [...new Set(handoff.sessions.map(monthOf))].sort();
  const places = new Map(months.map((month, place) => [month, place]));
  const sessions = handoff.sessions.map(
    (session, i): SessionColumns => ({
      documents: documents[i] ?? 0,
      machine: endpoints.get(session.endpoint),
      period: places.get(monthOf(session)),
      outcome: OUTCOMES.indexOf(session.outcome),
      incident: incidentOf.get(session.session),
    }),
  );
  return { incidents: names, months, sessions };
}
