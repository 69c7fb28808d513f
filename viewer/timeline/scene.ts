import type { Entry, EntryOf } from "../../record/entry.ts";
import type { HandoffSession } from "../../record/handoff.ts";
import { shownTime } from "../../record/session-facts.ts";
import { entryAddress } from "../address.ts";
import { textHtml } from "../html/escape.ts";
import { type Extent, plainText } from "../html/lines.ts";
import { type SessionEntry, sessionPageName } from "../page.ts";
import { ROLE } from "../words.ts";
import { partOf, splitSession } from "./split.ts";

/** What entries of a session need to know of each other to be shown. */
export interface Scene {
  /** HTML of a participant's name. */
  person(id: string | undefined): string;
  role(id: string | undefined): EntryOf<"joined">["role"] | undefined;
  entry(seq: number): Entry | undefined;
  /** Link to an entry, on this page or on another one of the session. */
  href(seq: number): string;
  /** Which lines of an entry's main text this page shows. */
  extent(seq: number): Extent;
  /** First shown line of a command, as plain text. */
  commandText(seq: number): string;
  /** Shell in which a question's command is to run: the one that the session uses next. */
  shell(seq: number): EntryOf<"command">["shell"] | undefined;
  /** The entry of the command that an answer allowed. */
  allowed(answered: number): number | undefined;
  /** The time to show of an entry: the recorder's for live sessions, the claimed one for imported ones. */
  time(entry: Entry): string;
}

/** @param part which page of the session is shown, from 0. */
export function sceneOf(session: HandoffSession, entries: readonly SessionEntry[], part: number): Scene {
  const starts = splitSession(entries);
  const people = new Map<string, { name: string; role: EntryOf<"joined">["role"] }>();
  const allowed = new Map<number, number>();
  const commands: EntryOf<"command">[] = [];
  for (const { entry, text } of entries) {
    if (entry.kind === "joined") {
      const name = plainText(text.name);
      people.set(entry.participant, { name: name === "" ? ROLE[entry.role] : name, role: entry.role });
    }
    if (entry.kind !== "command") continue;
    commands.push(entry);
    if (entry.answered !== undefined) allowed.set(entry.answered, entry.seq);
  }
  return {
    person: (id) => {
      if (id === undefined) return "nobody";
      const known = people.get(id);
      return `<span class="who">${textHtml(known === undefined ? `participant ${id}` : known.name)}</span>`;
    },
    role: (id) => (id === undefined ? undefined : people.get(id)?.role),
    entry: (seq) => entries[seq]?.entry,
    href: (seq) => {
      const there = partOf(starts, seq);
      return `${there === part ? "" : sessionPageName(session.session, there)}#${entryAddress(seq)}`;
    },
    extent: (seq) => {
      const start = starts[part];
      const next = starts[part + 1];
      return {
        from: start?.seq === seq ? start.line : 0,
        to: next?.seq === seq ? next.line : Number.POSITIVE_INFINITY,
      };
    },
    commandText: (seq) => plainText(entries[seq]?.text.command),
    shell: (seq) => (commands.find((command) => command.seq > seq) ?? commands.at(-1))?.shell,
    allowed: (answered) => allowed.get(answered),
    time: (entry) => shownTime(entry, session.mode),
  };
}
