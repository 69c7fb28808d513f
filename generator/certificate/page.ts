import { toHex, utf8 } from "../../record/bytes.ts";
import { parseCheckpoint } from "../../record/checkpoint.ts";
import type { Handoff } from "../../record/handoff.ts";
import { type Note, parseNote } from "../../record/note.ts";
import type { CertificatePage, CertifiedSession, Totals } from "../../viewer/page.ts";
import type { SessionRecords } from "../session-records.ts";
import type { PackageSource } from "../source.ts";
import type { Tally } from "../tally.ts";

/**
 * The draft certification of a package, as far as it can be filled in from its records.
 * @throws RecordError when the group log's checkpoint can't be read.
 */
export function certificatePage(source: PackageSource, handoff: Handoff, tally: Tally): CertificatePage {
  return {
    page: "certificate",
    handoff,
    counts: tally.counts,
    totals: totalsOf(handoff),
    sessions: tally.certified,
    log: { root: rootOf(source.groupCheckpoint), stamped: source.groupTimestamp !== undefined },
  };
}

/**
 * What the certification states of one session beside what the handoff says; `checkpoint` is its final one.
 * @throws RecordError when that can't be read.
 */
export function certifiedSession(records: SessionRecords, checkpoint: Note, witnessed: string | null): CertifiedSession {
  const [first, last] = [records.entries[0], records.entries.at(-1)];
  if (first === undefined || last === undefined) throw new TypeError("expected a session with entries");
  return {
    session: records.session.session,
    root: toHex(parseCheckpoint(checkpoint.text).root),
    stored: { first: first.entry.at, last: last.entry.at },
    witnessed,
  };
}

function totalsOf({ sessions }: Handoff): Totals {
  const sum = (of: "entries" | "commands" | "approvals" | "redactedLines") =>
    sessions.reduce((total, session) => total + session[of], 0);
  const imported = sessions.filter(({ mode }) => mode === "imported").length;
  return {
    live: sessions.length - imported,
    imported,
    machines: new Set(sessions.map(({ endpoint }) => endpoint)).size,
    entries: sum("entries"),
    commands: sum("commands"),
    approvals: sum("approvals"),
    hiddenLines: sum("redactedLines"),
  };
}

function rootOf(checkpoint: string): string {
  return toHex(parseCheckpoint(parseNote(utf8(checkpoint)).text).root);
}
