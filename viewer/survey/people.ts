import type { PersonRow } from "./rows.ts";
import type { SessionView } from "./session-view.ts";

/** Somebody by role and name, who may have taken part in many sessions. */
export type PeopleState = Record<string, PersonRow>;

/** So many are told apart; more than any client has. */
const MOST = 2_000;
const REFUSED: ReadonlySet<string> = new Set(["denied", "stopped"]);

export function addPeople(state: PeopleState, view: SessionView): void {
  const rows = new Map<string, PersonRow>();
  const seen = new Set<PersonRow>();
  for (const [participant, { name, role, masked }] of view.people) {
    const key = `${role} ${name}`;
    if (state[key] === undefined && Object.keys(state).length >= MOST) continue;
    const { opened } = view.session;
    state[key] ??= {
      ...{ name, role, masked, sessions: 0, first: opened, last: opened },
      ...{ commands: 0, messages: 0, asked: 0, approved: 0, refused: 0 },
    };
    const row = state[key];
    rows.set(participant, row);
    if (seen.has(row)) continue;
    seen.add(row);
    row.sessions++;
    if (opened < row.first) row.first = opened;
    if (opened > row.last) row.last = opened;
  }
  for (const { entry } of view.entries) {
    const row = "by" in entry && entry.by !== undefined ? rows.get(entry.by) : undefined;
    if (row === undefined) continue;
    if (entry.kind === "command") row.commands++;
    else if (entry.kind === "chat") row.messages++;
    else if (entry.kind === "approval.asked") row.asked++;
    else if (entry.kind === "approval.answered") {
      if (entry.answer === "approved") row.approved++;
      else if (REFUSED.has(entry.answer)) row.refused++;
    }
  }
}

/** Those who took part most, first. */
export function peopleRows(state: PeopleState): PersonRow[] {
  return Object.values(state).sort((a, b) => b.sessions - a.sessions || (a.name < b.name ? -1 : 1));
}
