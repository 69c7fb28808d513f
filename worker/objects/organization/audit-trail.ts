import type { Act } from "../../act.ts";
import { now } from "../../clock.ts";
import { pageOf, parseCursor } from "../../cursor.ts";
import type { AuditQuery, AuditView, Page } from "../../schema.ts";
import type { Actor } from "../organization.ts";

type Row = {
  number: number;
  at: string;
  by: string;
  by_name: string;
  act: string;
  about: string;
  reason: string | null;
  detail: string | null;
};

/** Who did what in an organisation. Rows are added and read, never changed. */
export class AuditTrail {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * @param reason why, for acts that need one.
   * @param detail what was searched for, for instance.
   */
  add(by: Actor, act: Act, about: string, reason?: string, detail?: string): void {
    this.#sql.exec(
      "INSERT INTO audit (at, by, by_name, act, about, reason, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[now(), by.id, by.name, act, about, reason ?? null, detail ?? null],
    );
  }

  /** The newest first. */
  list({ cursor, limit, act, by, about, from, to }: AuditQuery): Page<AuditView> {
    const where = ["number < ?"];
    const bindings: (string | number)[] = [Number(parseCursor(cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER)];
    const add = (condition: string, value: string | undefined) => {
      if (value === undefined) return;
      where.push(condition);
      bindings.push(value);
    };
    add("act = ?", act);
    add("by = ?", by);
    add("about = ?", about);
    add("at >= ?", from);
    add("at <= ?", to);
    const rows = this.#sql
      .exec<Row>(`SELECT * FROM audit WHERE ${where.join(" AND ")} ORDER BY number DESC LIMIT ?`, ...bindings, limit + 1)
      .toArray();
    return pageOf(
      rows,
      limit,
      ({ at, by, by_name, act, about, reason, detail }) => ({ at, by, byName: by_name, act, about, reason, detail }),
      (row) => [String(row.number)],
    );
  }
}
