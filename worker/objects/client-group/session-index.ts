import { pageOf, parseCursor } from "../../cursor.ts";
import { notFound } from "../../error.ts";
import type { Page, SessionRow, SessionsQuery } from "../../schema.ts";

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

const SELECT = `SELECT s.*, e.name AS endpoint_name, (SELECT group_concat(tag, char(10)) FROM tags WHERE session = s.id) AS tags
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
      `INSERT INTO sessions (id, endpoint, subject, technician, mode, opened, state, entries, commands, approvals)
       VALUES (?, ?, ?, ?, ?, ?, 'open', 0, 0, 0)`,
      row.session,
      row.endpoint,
      row.subject,
      row.technician,
      row.mode,
      row.opened,
    );
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
  erase(session: string, { subject, technician }: { subject: boolean; technician: boolean }, instead: string): void {
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
    const where: string[] = [];
    const bindings: (string | number)[] = [];
    const add = (condition: string, ...values: string[]) => {
      where.push(condition);
      bindings.push(...values);
    };
    if (query.from !== undefined) add("s.opened >= ?", query.from);
    if (query.to !== undefined) add("s.opened <= ?", query.to);
    if (query.endpoint !== undefined) add("s.endpoint = ?", query.endpoint);
    if (query.tag !== undefined) add("s.id IN (SELECT session FROM tags WHERE tag = ?)", query.tag);
    const after = parseCursor(query.cursor, 2);
    if (after !== undefined) add("(s.opened, s.id) < (?, ?)", ...after);
    const condition = where.length > 0 ? `WHERE ${where.join(" AND ")}` : "";
    const rows = this.#sql
      .exec<Row>(`${SELECT} ${condition} ORDER BY s.opened DESC, s.id DESC LIMIT ?`, ...bindings, query.limit + 1)
      .toArray();
    return pageOf(rows, query.limit, view, (row) => [row.opened, row.id]);
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
