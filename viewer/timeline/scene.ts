import type { Entry, EntryOf } from "../../record/entry.ts";
import type { HandoffSession } from "../../record/handoff.ts";
import { shownTime } from "../../record/session-facts.ts";
import { textHtml } from "../html/escape.ts";
import { plainText } from "../html/lines.ts";
import type { SessionEntry } from "../page.ts";
import { ROLE } from "../words.ts";

/** What entries of a session need to know of each other to be shown. */
export interface Scene {
  /** HTML of a participant's name. */
  person(id: string | undefined): string;
  role(id: string | undefined): EntryOf<"joined">["role"] | undefined;
  entry(seq: number): Entry | undefined;
  /** First shown line of a command, as plain text. */
  commandText(seq: number): string;
  /** The time to show of an entry: the recorder's for live sessions, the claimed one for imported ones. */
  time(entry: Entry): string;
}

export function sceneOf(session: HandoffSession, entries: readonly SessionEntry[]): Scene {
  const people = new Map<string, { name: string; role: EntryOf<"joined">["role"] }>();
  const bySeq = new Map<number, SessionEntry>();
  for (const item of entries) {
    bySeq.set(item.entry.seq, item);
    if (item.entry.kind === "joined") {
      const name = plainText(item.text.name);
      people.set(item.entry.participant, { name: name === "" ? ROLE[item.entry.role] : name, role: item.entry.role });
    }
  }
  return {
    person: (id) => {
      if (id === undefined) return "nobody";
      const known = people.get(id);
      return `<span class="who">${textHtml(known === undefined ? `participant ${id}` : known.name)}</span>`;
    },
    role: (id) => (id === undefined ? undefined : people.get(id)?.role),
    entry: (seq) => bySeq.get(seq)?.entry,
    commandText: (seq) => plainText(bySeq.get(seq)?.text.command),
    time: (entry) => shownTime(entry, session.mode),
  };
}
