import { RAW_LINE } from "../../../record/raw-output.ts";
import { redactText } from "../../../record/text.ts";
import type { PlaceView } from "../../schema.ts";
import type { SessionStore } from "./store.ts";

/** What stands in lists where a name or a subject was. */
export const ERASED = "(erased)";

/** What an erasure took away, and of which of it others hold copies. */
export interface Erasure {
  erased: PlaceView[];
  subject: boolean;
  /** The name of whoever opened the session. */
  technician: boolean;
  /** Whose name it was, if it was one. */
  participant: string | undefined;
}

/**
 * Erases lines of a closed session: salt and line go, the digest stays with the reason `erased`, the seed is replaced by single salts.
 * With a line of output go hash and length of its stream, by which it could be guessed. No committed line changes, and no root. Erasing what
 * is erased already changes nothing. Call it in a transaction.
 */
export function eraseLines(sql: SqlStorage, store: SessionStore, place: PlaceView): Erasure {
  const entry = store.entry(place.seq);
  const { seq, field } = place;
  const lines = [...new Set(place.lines)].sort((a, b) => a - b);
  const erased = [{ seq, field, lines }];
  if (entry?.kind === "output" && field === "output") {
    for (const finished of store.answers(entry.command, "finished")) {
      erased.push({ seq: finished, field: "raw", lines: [RAW_LINE[entry.stream]] });
    }
  }
  for (const one of erased) {
    const text = store.text(one.seq, one.field);
    if (text === undefined) continue;
    const hidden = one.lines.map((line) => ({ line, reason: "erased" as const }));
    store.replaceText(one.seq, one.field, redactText(text, hidden));
  }
  const subject = entry?.kind === "opened" && field === "subject";
  const name = entry?.kind === "joined" && field === "name" ? entry.participant : undefined;
  if (subject) store.set({ subject: ERASED });
  if (entry?.kind === "opened" && field === "endpoint") store.set({ endpoint_name: ERASED });
  if (name !== undefined) sql.exec("UPDATE participants SET name = ? WHERE id = ?", ERASED, name);
  // Nothing waits in a closed session any more: what was asked for stands in the record alone.
  if (field === "command" || field === "reason") sql.exec("UPDATE requests SET command = '', reason = ''");
  // The first participant is the technician who opened the session.
  return { erased, subject, technician: name === "p0", participant: name };
}
