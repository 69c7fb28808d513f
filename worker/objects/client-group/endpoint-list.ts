import { pageOf, parseCursor } from "../../cursor.ts";
import { notFound } from "../../error.ts";
import type { EndpointView, Page } from "../../schema.ts";

/** An endpoint as its client group knows it; whether it is connected, only its own object knows. */
export type EndpointRow = Omit<EndpointView, "connected" | "lastSeen">;

type Row = { id: string; name: string; platform: string; key: string; enrolled: string; removed: string | null };

/** The endpoints of one client group, those whose enrolment has ended too. */
export class EndpointList {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add({ endpoint, name, platform, key, enrolled }: Omit<EndpointRow, "removed">): void {
    this.#sql.exec(
      "INSERT INTO endpoints (id, name, platform, key, enrolled) VALUES (?, ?, ?, ?, ?)",
      ...[endpoint, name, platform, key, enrolled],
    );
  }

  list(cursor: string | undefined, limit: number): Page<EndpointRow> {
    const [name, id] = parseCursor(cursor, 2) ?? ["", ""];
    const rows = this.#sql
      .exec<Row>("SELECT * FROM endpoints WHERE (name, id) > (?, ?) ORDER BY name, id LIMIT ?", name, id, limit + 1)
      .toArray();
    return pageOf(rows, limit, view, (row) => [row.name, row.id]);
  }

  /** @throws WorkerError `not-found`. */
  get(endpoint: string): EndpointRow {
    const row = this.#sql.exec<Row>("SELECT * FROM endpoints WHERE id = ?", endpoint).toArray()[0];
    if (row === undefined) throw notFound();
    return view(row);
  }

  /** The first time counts. */
  setRemoved(endpoint: string, removed: string): void {
    this.#sql.exec("UPDATE endpoints SET removed = coalesce(removed, ?) WHERE id = ?", removed, endpoint);
  }
}

function view({ id, name, platform, key, enrolled, removed }: Row): EndpointRow {
  return { endpoint: id, name, platform, key, enrolled, removed };
}
