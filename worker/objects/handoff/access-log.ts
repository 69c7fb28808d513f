import { now } from "../../clock.ts";
import { pageOf, parseCursor } from "../../cursor.ts";
import type { AccessView } from "../../link-schema.ts";
import type { Page } from "../../schema.ts";

/** How many accesses are kept; the oldest go. Whoever has a link could fill the database otherwise. */
const KEPT = 100_000;

/** From where somebody came, as far as it is kept: see worker/visitor.ts. */
export interface Visitor {
  network: string | null;
  country: string | null;
}

export interface Access {
  link: string;
  /** Path in the package, or `passcode`, `receipt`: what was sent by a form. */
  path: string;
  /** HTTP status of the answer. */
  status: number;
  bytes: number;
}

/** Who opened what, when, through which link. */
export class AccessLog {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** @returns the access's number, by which its bytes can be set right. */
  add({ link, path, status, bytes }: Access, { network, country }: Visitor): number {
    const { number } = this.#sql
      .exec<{ number: number }>(
        "INSERT INTO opens (at, link, path, status, bytes, ip, country) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING number",
        now(),
        link,
        path,
        status,
        bytes,
        network,
        country,
      )
      .one();
    this.#sql.exec("DELETE FROM opens WHERE number <= ?", number - KEPT);
    return number;
  }

  /** A transfer ended before its end. */
  cutShort(number: number, bytes: number): void {
    this.#sql.exec("UPDATE opens SET bytes = ? WHERE number = ? AND bytes > ?", bytes, number, bytes);
  }

  /** The newest first. */
  list(cursor: string | undefined, limit: number): Page<AccessView> {
    type Row = {
      number: number;
      at: string;
      link: string;
      path: string;
      status: number;
      bytes: number;
      ip: string | null;
      country: string | null;
    };
    const [before] = parseCursor(cursor, 1) ?? [];
    const rows = this.#sql
      .exec<Row>(
        "SELECT * FROM opens WHERE number < ? ORDER BY number DESC LIMIT ?",
        before === undefined ? Number.MAX_SAFE_INTEGER : Number(before),
        limit + 1,
      )
      .toArray();
    return pageOf(
      rows,
      limit,
      ({ at, link, path, status, bytes, ip, country }) => ({ at, link, path, status, bytes, from: ip, country }),
      (row) => [String(row.number)],
    );
  }
}
