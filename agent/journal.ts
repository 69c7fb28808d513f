import { chmodSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Event } from "../record/wire.ts";
import type { SessionInfo } from "./approval.ts";
import { AgentError } from "./error.ts";
import type { GroupLogHead } from "./group-log.ts";
import { prepareTables } from "./journal-schema.ts";

export interface JournalledSession extends SessionInfo {
  ref: string;
  /** Number of the next event. */
  next: number;
  /** `seen` of the last event. */
  lastSeen: string | undefined;
  /** Who stopped the session at the endpoint. */
  stoppedBy: string | undefined;
  isOver: boolean;
}

export interface JournalledLine {
  seq: number;
  /** Our event behind it. */
  n: number | undefined;
  line: string;
}

/** The steps of one request, each as the number of the event that reported it. */
export interface RequestSteps {
  asked?: number | undefined;
  answered?: number | undefined;
  command?: number | undefined;
  finished?: number | undefined;
}
export type RequestStep = keyof RequestSteps;

/** What a technician asked the endpoint to run. */
export interface RunRequest {
  request: string;
  /** Participant: `p0`, … */
  by: string;
  command: string;
  reason: string;
}

export interface JournalledRequest extends RunRequest {
  steps: RequestSteps;
}

export interface Participant {
  id: string;
  role: "technician" | "person" | "agent";
  name: string;
}

/**
 * What the endpoint has seen and the server has not acknowledged, on disk: an event is here before it is sent, and stays until its
 * committed line is. Committed lines stay for as long as the session is open, since the tree is made of them. Each method is one
 * transaction that is on the disk when it returns.
 */
export class Journal {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** @throws AgentError `state/in-use` while another agent has it, `journal/unusable` when it is damaged or of another version. */
  static open(folder: string): Journal {
    const file = join(folder, "journal.sqlite");
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(file);
      if (process.platform !== "win32") chmodSync(file, 0o600);
      db.exec("PRAGMA busy_timeout = 500; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
      db.exec("BEGIN EXCLUSIVE");
      prepareTables(db);
      db.exec("COMMIT");
      return new Journal(db);
    } catch (error) {
      db?.close();
      if (error instanceof AgentError) throw error;
      if (isBusy(error)) throw new AgentError("state/in-use", `expected no other agent to use ${folder}, one does`);
      throw new AgentError("journal/unusable", `expected a journal in ${folder}, its file can't be used`, { cause: error });
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  openSession(info: SessionInfo, ref: string): JournalledSession {
    this.#run(
      "INSERT INTO session (id, ref, subject, mode) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      info.session,
      ref,
      info.subject,
      info.mode,
    );
    return this.session(info.session) as JournalledSession;
  }

  session(id: string): JournalledSession | undefined {
    return this.#sessions("WHERE id = ?", id)[0];
  }

  /** Sessions that are not over. */
  openSessions(): JournalledSession[] {
    return this.#sessions("WHERE is_over = 0 ORDER BY rowid");
  }

  /** Ends a session: texts that were waiting are gone, its lines stay until {@link forget}. */
  endSession(id: string): void {
    this.#transaction(() => {
      this.#run("UPDATE session SET is_over = 1 WHERE id = ?", id);
      this.#run("DELETE FROM event WHERE session = ?", id);
      this.#run("DELETE FROM output WHERE session = ?", id);
      this.#run("DELETE FROM request WHERE session = ?", id);
    });
  }

  /** Removes all but the newest sessions that are over. */
  forget(keep: number): void {
    this.#transaction(() => {
      const old = this.#all("SELECT id FROM session WHERE is_over = 1 ORDER BY rowid DESC LIMIT -1 OFFSET ?", keep);
      for (const { id } of old as { id: string }[]) {
        this.#run("DELETE FROM session WHERE id = ?", id);
        for (const table of ["event", "output", "line", "request", "participant"])
          this.#run(`DELETE FROM ${table} WHERE session = ?`, id);
      }
    });
  }

  /** How many sessions are open, and how many of their events are not acknowledged. */
  counts(): { sessions: number; waiting: number } {
    const [row] = this.#all(
      "SELECT (SELECT count(*) FROM session WHERE is_over = 0) AS sessions, (SELECT count(*) FROM event) AS waiting",
    );
    return { sessions: row?.sessions as number, waiting: row?.waiting as number };
  }

  stopSession(id: string, by: string): void {
    this.#run("UPDATE session SET stopped_by = ? WHERE id = ?", by, id);
  }

  /** Journals an event under its number, which must be the session's next, together with the step of the request that it is. */
  append(session: string, event: Event, step?: { request: RunRequest; step: RequestStep }): void {
    this.#transaction(() => {
      const taken = this.#run(
        "UPDATE session SET next = next + 1, last_seen = ? WHERE id = ? AND next = ?",
        event.seen,
        session,
        event.n,
      );
      if (taken !== 1) throw new AgentError("journal/unusable", `expected event ${event.n} to be the next one of the session`);
      const json = JSON.stringify(event);
      this.#run("INSERT INTO event (session, n, kind, json) VALUES (?, ?, ?, ?)", session, event.n, event.kind, json);
      if (event.kind === "joined") this.#addParticipant(session, participantOf(event));
      if (step !== undefined) {
        const { request } = step.request;
        const asked = JSON.stringify(step.request);
        this.#run("INSERT INTO request (session, id, json) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", session, request, asked);
        this.#run(`UPDATE request SET ${step.step} = ? WHERE session = ? AND id = ?`, event.n, session, request);
      }
    });
  }

  /** Puts another event in the place of one that the server refused. */
  replace(session: string, event: Event): void {
    const json = JSON.stringify(event);
    this.#run("UPDATE event SET kind = ?, json = ? WHERE session = ? AND n = ?", event.kind, json, session, event.n);
  }

  /** Numbers events from `next` on: the server has stored more of them than this journal knows. */
  skipTo(session: string, next: number): void {
    this.#run("UPDATE session SET next = max(next, ?) WHERE id = ?", next, session);
  }

  event(session: string, n: number): Event | undefined {
    const row = this.#all("SELECT json FROM event WHERE session = ? AND n = ?", session, n)[0];
    return row && (JSON.parse(row.json as string) as Event);
  }

  /**
   * Events from number `from` on, as JSON, in order. Each is read when it is asked for: they are large, and seldom are all of them
   * wanted at once. Nothing else is to be done with the journal meanwhile.
   */
  *eventsFrom(session: string, from: number): Generator<{ n: number; json: string }> {
    const rows = this.#prepared("SELECT n, json FROM event WHERE session = ? AND n >= ? ORDER BY n").iterate(session, from);
    for (const { n, json } of rows) yield { n: n as number, json: json as string };
  }

  /**
   * Stores committed lines; the events behind them are acknowledged thereby, and their texts gone from here. Only the output of the
   * command that runs is kept until its end: should the agent be killed, its end is to be told from that.
   */
  commit(session: string, lines: readonly JournalledLine[]): void {
    this.#transaction(() => {
      for (const { seq, n, line } of lines) {
        this.#run("INSERT INTO line (session, seq, n, line) VALUES (?, ?, ?, ?)", session, seq, n ?? null, line);
        if (n === undefined) continue;
        this.#run(
          "INSERT INTO output SELECT session, n, json FROM event WHERE session = ? AND n = ? AND kind = 'output'",
          session,
          n,
        );
        const [row] = this.#all("SELECT kind FROM event WHERE session = ? AND n = ?", session, n);
        if (row?.kind === "finished") this.#run("DELETE FROM output WHERE session = ?", session);
        this.#run("DELETE FROM event WHERE session = ? AND n = ?", session, n);
      }
    });
  }

  lines(session: string): JournalledLine[] {
    return this.#all("SELECT seq, n, line FROM line WHERE session = ? ORDER BY seq", session).map((row) => ({
      seq: row.seq as number,
      n: (row.n as number | null) ?? undefined,
      line: row.line as string,
    }));
  }

  line(session: string, seq: number): JournalledLine | undefined {
    const row = this.#all("SELECT n, line FROM line WHERE session = ? AND seq = ?", session, seq)[0];
    return row && { seq, n: (row.n as number | null) ?? undefined, line: row.line as string };
  }

  /** What was reported of the output of a command whose end is not acknowledged. */
  outputs(session: string, command: number): Event[] {
    const events =
      "SELECT n, json FROM output WHERE session = ?1 UNION SELECT n, json FROM event WHERE session = ?1 AND kind = 'output'";
    return this.#all(`SELECT json FROM (${events}) ORDER BY n`, session)
      .map(({ json }) => JSON.parse(json as string) as Event)
      .filter(({ fields }) => fields.command === command);
  }

  /** Place in the record of an event of ours; undefined while it isn't committed. */
  seqOf(session: string, n: number): number | undefined {
    return this.#all("SELECT seq FROM line WHERE session = ? AND n = ?", session, n)[0]?.seq as number | undefined;
  }

  request(session: string, id: string): JournalledRequest | undefined {
    return this.#requests("AND id = ?", session, id)[0];
  }

  requests(session: string): JournalledRequest[] {
    return this.#requests("", session);
  }

  /** Remembers the longest log of the client group that this machine vouched for. */
  vouch({ size, root, at }: GroupLogHead): void {
    this.#transaction(() => {
      if ((this.vouched()?.size ?? -1) >= size) return;
      this.#run("DELETE FROM group_log");
      this.#run("INSERT INTO group_log (size, root, at) VALUES (?, ?, ?)", size, root, at);
    });
  }

  vouched(): GroupLogHead | undefined {
    return this.#all("SELECT size, root, at FROM group_log")[0] as GroupLogHead | undefined;
  }

  /** Those whom the server introduces; the endpoint's own are noted with the event that introduces them. */
  addParticipant(session: string, participant: Participant): void {
    this.#addParticipant(session, participant);
  }

  #addParticipant(session: string, { id, role, name }: Participant): void {
    this.#run(
      "INSERT INTO participant (session, id, role, name) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      session,
      id,
      role,
      name,
    );
  }

  participants(session: string): Participant[] {
    return this.#all("SELECT id, role, name FROM participant WHERE session = ?", session) as unknown as Participant[];
  }

  #sessions(where: string, ...values: string[]): JournalledSession[] {
    return this.#all(`SELECT * FROM session ${where}`, ...values).map((row) => ({
      session: row.id as string,
      ref: row.ref as string,
      subject: row.subject as string,
      mode: row.mode as SessionInfo["mode"],
      next: row.next as number,
      lastSeen: (row.last_seen as string | null) ?? undefined,
      stoppedBy: (row.stopped_by as string | null) ?? undefined,
      isOver: row.is_over === 1,
    }));
  }

  #requests(where: string, ...values: string[]): JournalledRequest[] {
    const steps = ["asked", "answered", "command", "finished"] as const;
    return this.#all(`SELECT * FROM request WHERE session = ? ${where}`, ...values).map((row) => ({
      ...(JSON.parse(row.json as string) as RunRequest),
      steps: Object.fromEntries(steps.map((step) => [step, (row[step] as number | null) ?? undefined])),
    }));
  }

  #transaction(work: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#db.exec("COMMIT");
    } catch (error) {
      // A full disk rolls back by itself, and then there is nothing left to roll back.
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  #run(sql: string, ...values: (string | number | null)[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  #all(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.#prepared(sql).all(...values);
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function participantOf({ fields, text }: Event): Participant {
  const { participant, role } = fields as { participant: string; role: Participant["role"] };
  return { id: participant, role, name: text.name?.lines.join(" ") ?? "" };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (error.errcode === 5 || error.errcode === 261);
}
