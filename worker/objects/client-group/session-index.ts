import { pageOf, parseCursor } from "../../cursor.ts";
import { notFound } from "../../error.ts";
import type { Page, SessionRow } from "../../schema.ts";
import { fold } from "../../search/query.ts";
import type { SessionsQuery } from "../../search/schema.ts";
import type { Erasure } from "../session/erase.ts";
import { conditionsOf } from "./session-filter.ts";

type Row = Record<"id" | "endpoint" | "endpoint_name" | "subject" | "technician" | "opened", string> & {
  mode: "live" | "imported";
  closed: string | null;
  state: SessionRow["state"];
  outcome: SessionRow["outcome"];
  entries: number;
  commands: number;
  approvals: number;
  leaf: number | null;
  witnessed: string | null;
  tags: string | null;
};

const COLUMNS = `s.id, s.endpoint, s.subject, s.technician, s.mode, s.opened, s.closed, s.state, s.outcome, s.entries, s.commands,
  s.approvals, s.leaf, s.witnessed`;
const SELECT = `SELECT ${COLUMNS}, e.name AS endpoint_name, (SELECT group_concat(tag, char(10)) FROM tags WHERE session = s.id) AS tags
  FROM sessions s JOIN endpoints e ON e.id = s.endpoint`;

/** What changes in a session's row once it is closed. */
export interface ClosedFacts {
  closed: string;
  outcome: NonNullable<SessionRow["outcome"]>;
  entries: number;
  commands: number;
  approvals: number;
}

/** The sessions of one client group: what lists show of them. */
export class SessionIndex {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(row: Pick<SessionRow, "session" | "endpoint" | "subject" | "technician" | "mode" | "opened">): void {
    this.#sql.exec(
      `INSERT INTO sessions (id, endpoint, subject, technician, mode, opened, state, entries, commands, approvals, number)
       VALUES (?, ?, ?, ?, ?, ?, 'open', 0, 0, 0, (SELECT coalesce(max(number), 0) + 1 FROM sessions))`,
      row.session,
      row.endpoint,
      row.subject,
      row.technician,
      row.mode,
      row.opened,
    );
    this.addTechnician(row.session, "p0", row.technician);
  }

  /** Somebody of the provider who takes part. */
  addTechnician(session: string, participant: string, name: string): void {
    this.#sql.exec(
      "INSERT INTO technicians VALUES (?, ?, ?, ?) ON CONFLICT (session, participant) DO NOTHING",
      ...[session, participant, name, fold(name)],
    );
  }

  /** How many entries the search index has, and the session's own number there. @throws WorkerError `not-found`. */
  indexed(session: string): { number: number; indexed: number } {
    const row = this.#sql
      .exec<{ number: number; indexed: number }>("SELECT number, indexed FROM sessions WHERE id = ?", session)
      .toArray()[0];
    if (row === undefined) throw notFound();
    return row;
  }

  /** Takes note of what a session has so far. What a closed one has is known already. */
  setIndexed(session: string, indexed: number, counts: Pick<SessionRow, "entries" | "commands" | "approvals">): void {
    this.#sql.exec("UPDATE sessions SET indexed = ? WHERE id = ?", indexed, session);
    this.#sql.exec(
      "UPDATE sessions SET entries = ?, commands = ?, approvals = ? WHERE id = ? AND state <> 'closed'",
      ...[counts.entries, counts.commands, counts.approvals, session],
    );
  }

  /** Closed sessions that have entries which the search index has not. */
  behind(limit: number): { session: string }[] {
    return this.#sql
      .exec<{ session: string }>("SELECT id AS session FROM sessions WHERE state = 'closed' AND indexed < entries LIMIT ?", limit)
      .toArray();
  }

  /** @throws WorkerError `not-found`. */
  byNumber(number: number): SessionRow {
    const row = this.#sql.exec<Row>(`${SELECT} WHERE s.number = ?`, number).toArray()[0];
    if (row === undefined) throw notFound();
    return view(row);
  }

  close(session: string, facts: ClosedFacts, leaf: number, witnessed: string | null): void {
    this.#sql.exec(
      `UPDATE sessions SET state = 'closed', closed = ?, outcome = ?, entries = ?, commands = ?, approvals = ?, leaf = ?,
       witnessed = ? WHERE id = ?`,
      facts.closed,
      facts.outcome,
      facts.entries,
      facts.commands,
      facts.approvals,
      leaf,
      witnessed,
      session,
    );
  }

  setWitnessed(session: string, witnessed: string): void {
    this.#sql.exec("UPDATE sessions SET witnessed = ? WHERE id = ?", witnessed, session);
  }

  /** Takes copies of what was erased out of the lists. */
  erase(session: string, { subject, technician, participant }: Omit<Erasure, "erased">, instead: string): void {
    if (participant !== undefined) {
      const update = "UPDATE technicians SET name = ?, folded = ? WHERE session = ? AND participant = ?";
      this.#sql.exec(update, instead, instead, session, participant);
    }
    if (subject) this.#sql.exec("UPDATE sessions SET subject = ? WHERE id = ?", instead, session);
    if (technician) this.#sql.exec("UPDATE sessions SET technician = ? WHERE id = ?", instead, session);
  }

  /** @throws WorkerError `not-found`. */
  get(session: string): SessionRow {
    const row = this.#sql.exec<Row>(`${SELECT} WHERE s.id = ?`, session).toArray()[0];
    if (row === undefined) throw notFound();
    return view(row);
  }

  setTags(session: string, tags: readonly string[]): SessionRow {
    this.get(session);
    this.#sql.exec("DELETE FROM tags WHERE session = ?", session);
    for (const tag of new Set(tags)) this.#sql.exec("INSERT INTO tags (session, tag) VALUES (?, ?)", session, tag);
    return this.get(session);
  }

  /** The newest first. A page goes on where the one before ended, also when sessions are added meanwhile. */
  list(query: SessionsQuery): Page<SessionRow> {
    const { all, bindings } = conditionsOf(query);
    const after = parseCursor(query.cursor, 2);
    if (after !== undefined) {
      all.push("(s.opened, s.id) < (?, ?)");
      bindings.push(...after);
    }
    const condition = all.length > 0 ? `WHERE ${all.join(" AND ")}` : "";
    const rows = this.#sql
      .exec<Row>(`${SELECT} ${condition} ORDER BY s.opened DESC, s.id DESC LIMIT ?`, ...bindings, query.limit + 1)
      .toArray();
    return pageOf(rows, query.limit, view, (row) => [row.opened, row.id]);
  }

  /** Names of all who took part in sessions, with how many each. */
  technicians(): { technician: string; sessions: number }[] {
    return this.#sql
      .exec<{ technician: string; sessions: number }>(
        "SELECT min(name) AS technician, count(DISTINCT session) AS sessions FROM technicians GROUP BY folded ORDER BY folded",
      )
      .toArray();
  }

  /** All tags in use, with how many sessions have each. */
  tags(): { tag: string; sessions: number }[] {
    return this.#sql
      .exec<{ tag: string; sessions: number }>("SELECT tag, count(*) AS sessions FROM tags GROUP BY tag ORDER BY tag")
      .toArray();
  }
}

function view({ id, endpoint_name, tags, ...rest }: Row): SessionRow {
  return { session: id, endpointName: endpoint_name, ...rest, tags: tags === null ? [] : tags.split("\n").sort() };
}
