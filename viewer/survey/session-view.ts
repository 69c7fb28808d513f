import type { EntryKind, EntryOf } from "../../record/entry.ts";
import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import { shownTime } from "../../record/session-facts.ts";
import type { HiddenReason } from "../../record/text.ts";
import { visibleLines } from "../../record/text.ts";
import { entryAddress, lineAddress, MAIN_TEXT } from "../address.ts";
import { citation, lineCitation } from "../citation.ts";
import { type SessionEntry, sessionPageName } from "../page.ts";
import { partOf, splitSession } from "../timeline/split.ts";
import { ROLE } from "../words.ts";
import { shortened } from "./excerpt.ts";
import type { EntryLink } from "./rows.ts";

export interface Participant {
  name: string;
  role: EntryOf<"joined">["role"];
  masked: HiddenReason | null;
}

/** One session while a survey goes through it. */
export interface SessionView {
  session: HandoffSession;
  entries: readonly SessionEntry[];
  people: ReadonlyMap<string, Participant>;
  time(entry: SessionEntry["entry"]): string;
  nameOf(participant: string): string;
  entryLink(seq: number): EntryLink;
  lineLink(kind: EntryKind, seq: number, field: string, line: number): EntryLink;
}

export function viewSession(handoff: Handoff, session: HandoffSession, entries: readonly SessionEntry[]): SessionView {
  const starts = splitSession(entries);
  const page = (seq: number, line: number) => `sessions/${sessionPageName(session.session, partOf(starts, seq, line))}`;
  const people = new Map<string, Participant>();
  for (const { entry, text } of entries) {
    if (entry.kind !== "joined") continue;
    const lines = text.name === undefined ? [] : visibleLines(text.name);
    const name = shortened(lines.map((line) => line.text).join(" "), 120);
    const masked = lines.find(({ hidden }) => hidden !== undefined)?.hidden ?? null;
    people.set(entry.participant, { name: name.trim() === "" ? ROLE[entry.role] : name, role: entry.role, masked });
  }
  return {
    session,
    entries,
    people,
    time: (entry) => shownTime(entry, session.mode),
    nameOf: (participant) => people.get(participant)?.name ?? `participant ${participant}`,
    entryLink: (seq) => ({ cite: citation(handoff, session.session, seq), href: `${page(seq, 0)}#${entryAddress(seq)}` }),
    lineLink: (kind, seq, field, line) => ({
      cite: lineCitation(handoff, session.session, kind, seq, field, line),
      href: `${page(seq, field === MAIN_TEXT[kind] ? line : 0)}#${lineAddress(kind, seq, field, line)}`,
    }),
  };
}
