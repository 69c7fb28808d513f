import { utf8 } from "../../record/bytes.ts";
import type { EntryOf } from "../../record/entry.ts";
import { RecordError } from "../../record/error.ts";
import type { Handoff } from "../../record/handoff.ts";
import { parseRawLine, RAW_LINE } from "../../record/raw-output.ts";
import { type TextValue, visibleLines } from "../../record/text.ts";
import { citation } from "../../viewer/citation.ts";
import { hiddenLines, type SessionEntry } from "../../viewer/page.ts";
import { contentType } from "../content-type.ts";
import { CSV_START, type CsvCell, encodeCells, encodeCsvRow } from "../csv.ts";
import type { PackageFile } from "../pack.ts";
import type { Platform, Spool } from "../platform.ts";
import type { SessionRecords } from "../session-records.ts";
import { shown, shownLine } from "./shown.ts";

const COLUMNS = {
  sessions: [
    ...["session", "title", "endpoint", "mode", "opened", "closed", "outcome", "entries", "commands", "approvals"],
    ...["hidden lines", "tags", "note", "still to do", "reviewed by", "reviewed at"],
  ],
  commands: [
    ...[
      "citation",
      "session",
      "endpoint",
      "entry",
      "recorded at",
      "seen at",
      "by",
      "shell",
      "directory",
      "command",
      "consent",
      "answer entry",
    ],
    ...["finished entry", "end", "exit code", "duration ms", "stdout bytes", "stderr bytes", "bytes cut"],
  ],
  approvals: [
    ...["citation", "session", "endpoint", "asked entry", "asked at", "asked by", "command", "reason"],
    ...["answered entry", "answered at", "answered by", "answer", "word"],
  ],
  contexts: [
    ...["citation", "session", "endpoint", "entry", "recorded at", "part", "status", "row", "columns"],
    ...["cell 1", "cell 2", "cell 3", "cell 4", "cell 5", "cell 6", "cell 7", "cell 8", "cell 9", "cell 10", "cell 11", "cell 12"],
  ],
  redactions: ["citation", "session", "endpoint", "entry", "kind", "text", "line from 0", "reason", "shown instead", "digest"],
} as const;
type Table = keyof typeof COLUMNS;
/** Order of the files, and so part of the format of a package's bytes. */
const TABLES = ["approvals", "commands", "contexts", "redactions", "sessions"] as const satisfies Table[];

/** How many bytes each table's spool holds. */
export type ExportsState = Record<Table, number>;

/** Tables for spreadsheets, `data/exports/*.csv`, gathered session by session and from what is shown only. */
export class Exports {
  readonly #spools: Readonly<Record<Table, Spool>>;
  readonly #endpoints: ReadonlyMap<string, string>;
  readonly #handoff: Handoff;

  /** @param from what an earlier one was left with. */
  constructor(handoff: Handoff, platform: Platform, from?: ExportsState) {
    const spool = (table: Table) => platform.spool(`exports/${table}`, from?.[table]);
    this.#spools = {
      approvals: spool("approvals"),
      commands: spool("commands"),
      contexts: spool("contexts"),
      redactions: spool("redactions"),
      sessions: spool("sessions"),
    };
    this.#handoff = handoff;
    this.#endpoints = new Map(handoff.endpoints.map(({ endpoint, name }) => [endpoint, name]));
  }

  /** Takes in one session. */
  async add(records: SessionRecords): Promise<void> {
    const endpoint = this.#endpoints.get(records.session.endpoint) ?? records.session.endpoint;
    const cite = (seq: number) => citation(this.#handoff, records.session.session, seq);
    const people = peopleOf(records);
    await this.#write("sessions", [encodeCsvRow(sessionRow(records, endpoint))]);
    await this.#write("commands", commandRows(records, endpoint, cite, people));
    await this.#write("approvals", approvalRows(records, endpoint, cite, people));
    await this.#write("contexts", contextRows(records, endpoint, cite));
    await this.#write("redactions", redactionRows(records, endpoint, cite));
  }

  /** The files, once every session is taken in. */
  files(): PackageFile[] {
    return TABLES.map((table) => {
      const path = `data/exports/${table}.csv`;
      return { path, type: contentType(path), content: () => this.#file(table) };
    });
  }

  state(): ExportsState {
    const { approvals, commands, contexts, redactions, sessions } = this.#spools;
    return {
      approvals: approvals.length,
      commands: commands.length,
      contexts: contexts.length,
      redactions: redactions.length,
      sessions: sessions.length,
    };
  }

  async close(): Promise<void> {
    for (const table of TABLES) await this.#spools[table].close();
  }

  async *#file(table: Table): AsyncGenerator<Uint8Array> {
    yield CSV_START;
    yield utf8(encodeCsvRow(COLUMNS[table]));
    yield* this.#spools[table].read();
  }

  async #write(table: Table, rows: readonly string[]): Promise<void> {
    if (rows.length > 0) await this.#spools[table].append(utf8(rows.join("")));
  }
}

function sessionRow({ session: s }: SessionRecords, endpoint: string): CsvCell[] {
  return [
    ...[s.session, s.title, endpoint, s.mode, s.opened, s.closed, s.outcome, s.entries, s.commands, s.approvals],
    ...[s.redactedLines, s.tags.join("\n"), s.note, s.todo.join("\n"), s.reviewedBy, s.reviewedAt],
  ];
}

type Cite = (seq: number) => string;

type People = ReadonlyMap<string, string>;

function commandRows({ session, entries }: SessionRecords, endpoint: string, cite: Cite, people: People): string[] {
  const finished = new Map<number, SessionEntry & { entry: EntryOf<"finished"> }>();
  for (const { entry, text } of entries) if (entry.kind === "finished") finished.set(entry.command, { entry, text });
  const where = encodeCells([session.session, endpoint]);
  const rows: string[] = [];
  for (const { entry, text } of entries) {
    if (entry.kind !== "command") continue;
    const { entry: end, text: ended } = finished.get(entry.seq) ?? {};
    const raw = ended?.raw;
    const parts = [
      encodeCells([cite(entry.seq)]),
      where,
      encodeCells([entry.seq, entry.at, entry.seen, people.get(entry.by) ?? entry.by, entry.shell]),
      encodeCells([cellOf(text.directory), cellOf(text.command), entry.consent, entry.answered]),
      encodeCells([end?.seq, end?.end, end?.exit ?? undefined, end?.duration]),
      encodeCells([rawBytes(raw, "stdout"), rawBytes(raw, "stderr"), end && end.cut.stdout + end.cut.stderr]),
    ];
    rows.push(`${parts.join(",")}\r\n`);
  }
  return rows;
}

/** How much a command wrote; hidden along with a line of it, it says so. */
function rawBytes(raw: TextValue | undefined, stream: keyof typeof RAW_LINE): CsvCell {
  const line = raw && visibleLines(raw)[RAW_LINE[stream]];
  if (line === undefined) return undefined;
  return line.hidden === undefined ? bytesOf(line.text) : `[hidden: ${line.hidden}]`;
}

function approvalRows({ session, entries }: SessionRecords, endpoint: string, cite: Cite, people: People): string[] {
  const answers = new Map<number, SessionEntry & { entry: EntryOf<"approval.answered"> }>();
  for (const { entry, text } of entries) if (entry.kind === "approval.answered") answers.set(entry.asked, { entry, text });
  const rows: string[] = [];
  for (const { entry, text } of entries) {
    if (entry.kind !== "approval.asked") continue;
    const answered = answers.get(entry.seq);
    const by = answered?.entry.by;
    const cells = [
      ...[cite(entry.seq), session.session, endpoint, entry.seq, entry.at, people.get(entry.by) ?? entry.by],
      ...[cellOf(text.command), cellOf(text.reason), answered?.entry.seq, answered?.entry.at, by && (people.get(by) ?? by)],
      ...[answered?.entry.answer, cellOf(answered?.text.word)],
    ];
    rows.push(encodeCsvRow(cells));
  }
  return rows;
}

/** What the machine was like, a row a row of the record; a part that could not be read has its reason in the first cell. */
function contextRows(records: SessionRecords, endpoint: string, cite: Cite): string[] {
  const rows: string[] = [];
  for (const { entry, text } of records.entries) {
    if (entry.kind !== "context" || text.value === undefined) continue;
    const all = [cite(entry.seq), records.session.session, endpoint, entry.seq, entry.at, entry.part, entry.status];
    const [before, columns] = [encodeCells(all), encodeCells([entry.columns.join(", ")])];
    for (const [row, line] of visibleLines(text.value).entries()) {
      const cells = line.hidden === undefined ? line.text.split("\t") : [shownLine(line)];
      const rest = cells.slice(CELLS - 1).join("\t");
      const shown = cells.length > CELLS ? [...cells.slice(0, CELLS - 1), rest] : cells;
      rows.push(`${before},${row + 1},${columns},${encodeCells(shown)}${",".repeat(CELLS - shown.length)}\r\n`);
    }
  }
  return rows;
}

/** The format allows as many columns. */
const CELLS = 12;

function redactionRows({ session: { session }, entries }: SessionRecords, endpoint: string, cite: Cite): string[] {
  const rows: string[] = [];
  for (const shown of entries) {
    for (const hidden of hiddenLines(session, shown)) {
      const cells = [
        ...[cite(hidden.seq), session, endpoint, hidden.seq, shown.entry.kind, hidden.field, hidden.line],
        ...[hidden.reason, hidden.shown, hidden.digest],
      ];
      rows.push(encodeCsvRow(cells));
    }
  }
  return rows;
}

/** Names of those who took part, by participant. */
function peopleOf({ entries }: SessionRecords): Map<string, string> {
  const people = new Map<string, string>();
  for (const { entry, text } of entries) {
    const name = entry.kind === "joined" ? cellOf(text.name) : undefined;
    if (entry.kind === "joined" && name !== undefined) people.set(entry.participant, name);
  }
  return people;
}

/** Undefined where the line is not as it should be: a table must not fail on what a verification has to report. */
function bytesOf(line: string): number | undefined {
  try {
    return parseRawLine(line).bytes;
  } catch (error) {
    if (error instanceof RecordError) return undefined;
    throw error;
  }
}

/** As {@link shown}; none is no cell, rather than an empty text. */
function cellOf(text: TextValue | undefined): string | undefined {
  return text && shown(text);
}
