import type { Entry, EntryKind } from "../record/entry.ts";
import type { Handoff, HandoffSession } from "../record/handoff.ts";
import { START_HERE, sessionPagePath } from "../record/path.ts";
import { type HiddenReason, type TextValue, textNames } from "../record/text.ts";
import type { Timestamp } from "../record/timestamp.ts";
import type { Report } from "../record/verify.ts";
import type { LedgerPage } from "./survey/ledger.ts";
import type { ApprovalRow, ChangeRow, Excerpt, HiddenRow, LossRow, Machine, PersonRow, Recurrence, Some } from "./survey/rows.ts";
import { splitSession } from "./timeline/split.ts";

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

/** One page of a session; a long one has several. */
export interface SessionPage {
  page: "session";
  handoff: Handoff;
  session: HandoffSession;
  entries: readonly SessionEntry[];
  /** SHA-256 of each committed line, 64 hexadecimal digits. */
  digests: readonly string[];
  /** Time of the endpoint's cosignature on the final checkpoint; null when there is no valid one. */
  witnessed: string | null;
  /** From 0. */
  part: number;
}

/** What stands around title, running head and content of every session's page of a handoff. */
export type SessionFrame = readonly [before: string, between: string, behind: string, after: string];

/** Long lists over all sessions, a page for so many rows. */
export interface LedgerPages {
  approvals: ApprovalRow;
  changes: ChangeRow;
  redactions: HiddenRow;
}
type AnyLedgerPage = {
  [Name in keyof LedgerPages]: { page: Name; handoff: Handoff } & LedgerPage<LedgerPages[Name]>;
}[keyof LedgerPages];

/** Why sessions ended as they did, in the technician's words, by session. */
export type Closings = Readonly<Record<string, Excerpt>>;

/** What a page of the package is rendered from. */
export type Page =
  | { page: "start"; handoff: Handoff }
  | { page: "overview"; handoff: Handoff; counts: Counts; recurring: readonly Recurrence[] }
  /** All sessions, when they are too many for the overview. */
  | { page: "sessions"; handoff: Handoff; part: number }
  | SessionPage
  | AnyLedgerPage
  | { page: "machines"; handoff: Handoff; machines: readonly Machine[] }
  | { page: "machine"; handoff: Handoff; machine: Machine; closings: Closings; recurring: readonly Recurrence[] }
  | { page: "recurring"; handoff: Handoff; recurring: readonly Recurrence[]; closings: Closings; dropped: boolean }
  | { page: "people"; handoff: Handoff; people: readonly PersonRow[] }
  | { page: "left-out"; handoff: Handoff; counts: Counts; gaps: Some<LossRow>; cuts: Some<LossRow> }
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
  addSession(session: HandoffSession, entries: readonly SessionEntry[]): Promise<Asset[]>;
  /**
   * Between two sessions: puts all that it holds away, and gives what another one goes on from, as JSON can carry it. The files come
   * out the same. Without it, the other one is given the earlier sessions again.
   */
  suspend?(): Promise<unknown>;
  /** Gives the remaining files. Who stops before the end may suspend nothing more, but can begin with the last ones again. */
  finish(): AsyncIterable<Asset>;
  /** Frees what it put out of memory: nobody goes on from it. */
  close?(): Promise<void>;
}

/** Bytes out of memory, appended once and read back in order. */
export interface SearchSpool {
  /** How many bytes it was given. */
  readonly length: number;
  append(bytes: Uint8Array): Promise<void>;
  /** @param brief whether a piece need be good until the next is asked for only: then its memory may be used again. */
  read(brief?: boolean): AsyncIterable<Uint8Array>;
  /** Frees what it holds; the spool can't be used any more. */
  close(): Promise<void>;
}

/** Gathers what the pages about all sessions show, while the generator goes through the sessions. */
export interface Survey {
  /** Takes in what is shown of one session; gives the pages that are complete by now. */
  addSession(session: HandoffSession, entries: readonly SessionEntry[]): Page[];
  /** What comes up in more than one session, of those taken in so far. */
  recurring(): Recurrence[];
  /** Gives the remaining pages. */
  finish(counts: Counts): Page[];
  /** Between two sessions, or before {@link Survey.finish}: what another one goes on from, as JSON can carry it. */
  state(): unknown;
}

/** Where a page stands in the package. */
export function pagePath(page: Page): string {
  switch (page.page) {
    case "start":
      return START_HERE;
    case "overview":
      return "data/index.html";
    case "session":
      return sessionPagePath(page.session.session).replace(/[^/]*$/, sessionPageName(page.session.session, page.part));
    case "machine":
      return `data/${machinePage(page.machine.endpoint)}`;
    case "sessions":
    case "approvals":
    case "changes":
    case "redactions":
      return `data/${partPage(page.page, page.part)}`;
    default:
      return `data/${page.page}.html`;
  }
}

/** File name of one page of a session, counted from 0: `ses_….html`, `ses_…-2.html`. */
export function sessionPageName(session: string, part: number): string {
  return `${session}${part === 0 ? "" : `-${part + 1}`}.html`;
}

/** File name of one page of a list, counted from 0: `changes.html`, `changes-2.html`. */
export function partPage(page: string, part: number): string {
  return `${page}${part === 0 ? "" : `-${part + 1}`}.html`;
}

/** A machine's page, relative to `data/`. */
export function machinePage(endpoint: string): string {
  return `machines/${endpoint}.html`;
}

/** All pages of one session. */
export function sessionPages(page: Omit<SessionPage, "page" | "part">): SessionPage[] {
  return splitSession(page.entries).map((_, part) => ({ ...page, page: "session", part }));
}

/** The pages that list all sessions; none when the overview does. */
export function allSessionsPages(handoff: Handoff): Page[] {
  if (handoff.sessions.length <= SESSIONS_ON_OVERVIEW) return [];
  const parts = Math.ceil(handoff.sessions.length / SESSIONS_ON_PAGE);
  return Array.from({ length: parts }, (_, part) => ({ page: "sessions", handoff, part }));
}

/** More sessions than this have pages of their own; the overview lists the latest of them. */
export const SESSIONS_ON_OVERVIEW = 100;
export const SESSIONS_ON_PAGE = 250;

const NONE: readonly HiddenLine[] = [];

/** Whether nothing is hidden in any text: so it is nearly always. */
export function isOpen(text: SessionEntry["text"]): boolean {
  for (const field in text) if (!("seed" in (text[field] as TextValue))) return false;
  return true;
}

/** Every hidden line of one entry, in order. */
export function hiddenLines(session: string, { entry, text }: SessionEntry): readonly HiddenLine[] {
  if (isOpen(text)) return NONE;
  const found: HiddenLine[] = [];
  for (const field of textNames(text)) {
    const value = text[field] as TextValue;
    if ("seed" in value) continue;
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
