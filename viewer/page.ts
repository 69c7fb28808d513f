import type { Entry, EntryKind } from "../record/entry.ts";
import type { Handoff, HandoffSession } from "../record/handoff.ts";
import { START_HERE, sessionPagePath } from "../record/path.ts";
import type { HiddenReason, TextValue } from "../record/text.ts";
import type { Timestamp } from "../record/timestamp.ts";
import type { Report } from "../record/verify.ts";

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

/** Sums over all sessions, for the draft certification. */
export interface Totals {
  live: number;
  imported: number;
  /** Machines on which at least one session ran. */
  machines: number;
  entries: number;
  commands: number;
  /** Questions to the person at the machine. */
  approvals: number;
  hiddenLines: number;
}

/** What the draft certification states of one session beside what the handoff says of it. */
export interface CertifiedSession {
  session: string;
  /** Root of its final checkpoint, 64 hexadecimal digits. */
  root: string;
  /** By the recorder's clock: when its first and its last entry were stored. Of an imported session, the import. */
  stored: { first: string; last: string };
  /** Time of the endpoint's cosignature on the final checkpoint; null when there is no valid one. */
  witnessed: string | null;
}

/** What can be known of a package only when it is finished, and so stands in no page of it. */
export interface CheckedPackage {
  /** Null when an unpacked folder was checked. `size` in bytes, `sha256` in hexadecimal. */
  zip: { name: string; size: number; sha256: string } | null;
  /** SHA-256 of the tag manifest in hexadecimal. */
  tagManifest: string;
  /** Fingerprint of the key that signed, as `ssh-keygen -l` prints it. */
  signer: string;
  verdicts: Report["verdicts"];
  /** Findings that a reader must know although nothing failed, by code. */
  notes: { code: string; count: number; means: string }[];
  /** Checked time stamps; null where there is none. */
  times: { group: Timestamp | null; package: Timestamp | null };
  /** When it was checked, by the clock of the computer that did it, and the version of the program. */
  checked: { at: string; version: string };
}

/** The draft certification: of the package as far as it is known while it is made, or of a finished one that was checked. */
export interface CertificatePage {
  page: "certificate";
  handoff: Handoff;
  counts: Counts;
  totals: Totals;
  /** In the order of the handoff. */
  sessions: readonly CertifiedSession[];
  /** Head of the client's log: its root, and whether the package has a time stamp over it. */
  log: { root: string; stamped: boolean };
  /** Given with a finished package: the certification is then a document of its own, with this stylesheet in it, and no page of the package. */
  finished?: CheckedPackage & { style: string };
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
  | { page: "help"; handoff: Handoff }
  | CertificatePage;

/** A file of the package: its path from the package's root, and its bytes. */
export interface Asset {
  path: string;
  bytes: Uint8Array;
}

/** Builds the files under `data/search/` while the generator goes through the sessions. */
export interface SearchIndex {
  /** Takes in what is shown of one session; gives the files that are complete by now. */
  addSession(session: HandoffSession, entries: Iterable<SessionEntry>): Asset[];
  /**
   * Between two sessions: puts all that it holds away, and gives what another one goes on from, as JSON can carry it. The files come
   * out the same, and it can go on itself too. Without it, the other one is given the earlier sessions again.
   */
  suspend?(): Promise<unknown>;
  /** Gives the remaining files. */
  finish(): Asset[];
}

/** Bytes out of memory, appended once and read back in order. */
export interface SearchSpool {
  /** How many bytes it was given. */
  readonly length: number;
  append(bytes: Uint8Array): Promise<void>;
  read(): AsyncIterable<Uint8Array>;
  /** Frees what it holds; the spool can't be used any more. */
  close(): Promise<void>;
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
