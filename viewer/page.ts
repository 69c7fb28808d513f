import type { Entry, EntryKind } from "../record/entry.ts";
import type { Handoff, HandoffSession } from "../record/handoff.ts";
import { START_HERE, sessionPagePath } from "../record/path.ts";
import type { HiddenReason, TextValue } from "../record/text.ts";

/** One entry as it is shown: the committed line's fields, and its texts by name, redacted where a reviewer hid lines. */
export interface SessionEntry {
  entry: Entry;
  text: Record<string, TextValue>;
}

/** Figures for the overview that take a look at every entry. */
export interface Counts {
  /** Hidden lines by reason; a reason that doesn't occur is missing. */
  hidden: Partial<Record<HiddenReason, number>>;
  /** `gap` entries. */
  gaps: number;
  /** Answers `denied`, `expired` and `stopped`. */
  refused: number;
  /** Raw bytes of output that were cut off, both streams. */
  cut: number;
  /** Sessions whose final checkpoint carries a valid cosignature of their endpoint. */
  witnessed: number;
}

/** One hidden line, for the page that lists them all; lines count from 0. */
export interface HiddenLine {
  session: string;
  seq: number;
  kind: EntryKind;
  field: string;
  line: number;
  reason: HiddenReason;
  /** The reviewer's masked rendering: asserted, not proven. */
  shown?: string;
  /** SHA-256 in hexadecimal, which a later disclosure is checked against. */
  digest: string;
}

/** What a page of the package is rendered from. */
export type Page =
  | { page: "start"; handoff: Handoff }
  | { page: "overview"; handoff: Handoff; counts: Counts }
  | {
      page: "session";
      handoff: Handoff;
      session: HandoffSession;
      entries: readonly SessionEntry[];
      /** Time of the endpoint's cosignature on the final checkpoint; null when there is no valid one. */
      witnessed: string | null;
    }
  | { page: "redactions"; handoff: Handoff; hidden: readonly HiddenLine[] }
  | { page: "search"; handoff: Handoff }
  | { page: "verify"; handoff: Handoff }
  | { page: "help"; handoff: Handoff };

/** A file of the package: its path from the package's root, and its bytes. */
export interface Asset {
  path: string;
  bytes: Uint8Array;
}

/** Builds the files under `data/search/` while the generator goes through the sessions. */
export interface SearchIndex {
  /** Takes in what is shown of one session; gives the files that are complete by now. */
  addSession(session: HandoffSession, entries: Iterable<SessionEntry>): Asset[];
  /** Gives the remaining files. */
  finish(): Asset[];
}

/** Where a page stands in the package. */
export function pagePath(page: Pick<Page, "page"> & { session?: { session: string } }): string {
  switch (page.page) {
    case "start":
      return START_HERE;
    case "overview":
      return "data/index.html";
    case "session":
      if (page.session === undefined) throw new TypeError("expected the session of a session page");
      return sessionPagePath(page.session.session);
    default:
      return `data/${page.page}.html`;
  }
}

/** Every hidden line of one session, in order. */
export function hiddenLines(session: string, { entry, text }: SessionEntry): HiddenLine[] {
  const found: HiddenLine[] = [];
  for (const field of Object.keys(text).sort()) {
    const value = text[field];
    if (value === undefined || "seed" in value) continue;
    value.items.forEach((item, line) => {
      if (!("digest" in item)) return;
      const { digest, reason, shown } = item;
      found.push({
        session,
        seq: entry.seq,
        kind: entry.kind,
        field,
        line,
        reason,
        digest,
        ...(shown === undefined ? {} : { shown }),
      });
    });
  }
  return found;
}
