import { pageOf, parseCursor } from "../../cursor.ts";
import type { HandoffRow, HandoffState, Page } from "../../schema.ts";

type Row = { id: string; recipient: string; state: HandoffState; created: string; expires: string | null };

/** The handoffs of one client group: what lists show of them. */
export class HandoffList {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(handoff: string, recipient: string, created: string, state: HandoffState = "draft"): HandoffRow {
    this.#sql.exec("INSERT INTO handoffs (id, recipient, state, created) VALUES (?, ?, ?, ?)", handoff, recipient, state, created);
    return { handoff, recipient, state, created, expires: null };
  }

  set(handoff: string, recipient: string, state: HandoffState, expires: string | null): void {
    this.#sql.exec("UPDATE handoffs SET recipient = ?, state = ?, expires = ? WHERE id = ?", recipient, state, expires, handoff);
  }

  /** All ids, in the order in which they were made. */
  ids(): string[] {
    return this.#sql
      .exec<{ id: string }>("SELECT id FROM handoffs ORDER BY created, id")
      .toArray()
      .map(({ id }) => id);
  }

  /** The newest first. */
  list(cursor: string | undefined, limit: number): Page<HandoffRow> {
    const [created, id] = parseCursor(cursor, 2) ?? ["9", ""];
    const rows = this.#sql
      .exec<Row>(
        "SELECT * FROM handoffs WHERE (created, id) < (?, ?) ORDER BY created DESC, id DESC LIMIT ?",
        ...[created, id, limit + 1],
      )
      .toArray();
    return pageOf(
      rows,
      limit,
      (row) => ({ handoff: row.id, recipient: row.recipient, state: row.state, created: row.created, expires: row.expires }),
      (row) => [row.created, row.id],
    );
  }
}
