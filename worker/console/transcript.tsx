import type { Child } from "hono/jsx";
import { utf8 } from "../../record/bytes.ts";
import { type Entry, parseEntry } from "../../record/entry.ts";
import type { TextValue } from "../../record/text.ts";
import type { Recorded } from "../../record/wire.ts";
import { EntryBody } from "./entry-body.tsx";
import { plainText } from "./text-view.ts";
import { Clock, Day } from "./time.tsx";

/** An entry as it is shown: what its committed line says, and its texts. */
export interface ShownEntry {
  entry: Entry;
  text: Record<string, TextValue>;
}

export function shownEntries(recorded: readonly Recorded[]): ShownEntry[] {
  return recorded.map(({ line, text }) => ({ entry: parseEntry(utf8(line)), text }));
}

/** Names of participants as their `joined` entries have them. */
export function namesIn(entries: readonly ShownEntry[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { entry, text } of entries) {
    if (entry.kind === "joined" && text.name !== undefined) names.set(entry.participant, plainText(text.name));
  }
  return names;
}

export interface TranscriptProps {
  entries: readonly ShownEntry[];
  names: ReadonlyMap<string, string>;
  /** Whether lines can be picked, to be hidden. */
  pick?: boolean;
  /** What follows an entry's body. */
  after?: (shown: ShownEntry) => Child;
}

/** Entries as items of a list; the list itself is the caller's, since a live page adds to it. */
export function TranscriptItems({ entries, names, pick = false, after }: TranscriptProps) {
  const name = (participant: string | undefined) =>
    participant === undefined ? "nobody" : (names.get(participant) ?? participant);
  return (
    <>
      {entries.map(({ entry, text }) => (
        <li id={`e${entry.seq}`} class={`entry ${entry.kind.replace(".", "-")}`}>
          <p class="when">
            <a href={`#e${entry.seq}`} aria-label={`Entry ${entry.seq}`}>
              #{entry.seq}
            </a>
            {entry.kind === "opened" ? <Day at={entry.seen ?? entry.at} /> : null}
            <Clock at={entry.seen ?? entry.at} />
          </p>
          <div class="what">
            <EntryBody entry={entry} text={text} name={name} pick={pick} />
            {after?.({ entry, text })}
          </div>
        </li>
      ))}
    </>
  );
}
