import type { EntryKind } from "../record/entry.ts";
import type { Handoff } from "../record/handoff.ts";
import { lineAddress } from "./address.ts";

/** Longest beginning of a citation number. */
const LETTERS = 8;
const DIGITS = 6;

interface Numbering {
  prefix: string;
  /** How many entries of the package come before a session's. */
  before: ReadonlyMap<string, number>;
}

const known = new WeakMap<Handoff, Numbering>();

/**
 * `ACME-000123`: number of an entry, counted through all sessions in the order of the handoff. It is the same in every package with
 * the same sessions.
 */
export function citation(handoff: Handoff, session: string, seq: number): string {
  const { prefix, before } = numbering(handoff);
  return `${prefix}-${String((before.get(session) ?? 0) + seq + 1).padStart(DIGITS, "0")}`;
}

/** `ACME-000123.4`: one line of an entry, as {@link lineAddress} counts it. */
export function lineCitation(handoff: Handoff, session: string, kind: EntryKind, seq: number, field: string, line: number): string {
  return citation(handoff, session, seq) + lineAddress(kind, seq, field, line).slice(`e${seq}`.length);
}

function numbering(handoff: Handoff): Numbering {
  const found = known.get(handoff);
  if (found !== undefined) return found;
  const before = new Map<string, number>();
  let entries = 0;
  for (const session of handoff.sessions) {
    before.set(session.session, entries);
    entries += session.entries;
  }
  const made = { prefix: prefixOf(handoff.client.name), before };
  known.set(handoff, made);
  return made;
}

/** The first word of the client's name that is one in the letters of ASCII. */
function prefixOf(client: string): string {
  const plain = client.normalize("NFD").replace(/\p{M}/gu, "");
  return (/[a-z][a-z0-9]*/i.exec(plain)?.[0] ?? "RECORD").slice(0, LETTERS).toUpperCase();
}
