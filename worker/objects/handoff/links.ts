import type { ZipRow } from "../../../generator/zip.ts";
import { now } from "../../clock.ts";
import { pageOf, parseCursor } from "../../cursor.ts";
import { newId } from "../../id.ts";
import type { AccessView, LinkView, Page } from "../../schema.ts";

/** A file of the package, as it is served out of the ZIP. */
export type ServedFile = Omit<ZipRow, "offset">;

/** How many accesses are kept; the oldest go. */
const KEPT = 20_000;

/** The links to one package, its files, and who opened what. */
export class Links {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** @param hash SHA-256 of the secret. @param expires milliseconds since 1970. */
  add(name: string, hash: Uint8Array, expires: number): string {
    const id = newId("lnk");
    this.#sql.exec("INSERT INTO links VALUES (?, ?, ?, ?, ?)", id, hash, name, now(), expires);
    return id;
  }

  list(): LinkView[] {
    return this.#sql
      .exec<{ id: string; name: string; created: string; expires: number; opens: number; last: string | null }>(
        `SELECT id, name, created, expires, (SELECT count(*) FROM opens WHERE link = links.id) AS opens,
         (SELECT max(at) FROM opens WHERE link = links.id) AS last FROM links ORDER BY created, id`,
      )
      .toArray()
      .map(({ id, name, created, expires, opens, last }) => ({
        link: id,
        name,
        created,
        expires: new Date(expires).toISOString(),
        opens,
        lastOpened: last,
      }));
  }

  find(hash: Uint8Array): { link: string; expires: number } | undefined {
    return this.#sql
      .exec<{ link: string; expires: number }>("SELECT id AS link, expires FROM links WHERE hash = ?", hash)
      .toArray()[0];
  }

  replaceFiles(rows: readonly ZipRow[]): void {
    this.#sql.exec("DELETE FROM files");
    for (const { path, type, start, packed, size, method, crc32, sha256 } of rows) {
      this.#sql.exec("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", path, type, start, packed, size, method, crc32, sha256);
    }
  }

  /** The file of exactly this path, or the index page of the folder. */
  file(path: string): ServedFile | undefined {
    for (const candidate of path === "" || path.endsWith("/") ? [`${path}index.html`] : [path]) {
      const row = this.#sql
        .exec<ServedFile & Record<string, SqlStorageValue>>("SELECT * FROM files WHERE path = ?", candidate)
        .toArray()[0];
      if (row !== undefined) return row;
    }
    return undefined;
  }

  log(link: string, path: string, status: number, bytes: number, ip: string | undefined): void {
    const { number } = this.#sql
      .exec<{ number: number }>(
        "INSERT INTO opens (at, link, path, status, bytes, ip) VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
        now(),
        link,
        path,
        status,
        bytes,
        ip ?? null,
      )
      .one();
    this.#sql.exec("DELETE FROM opens WHERE number <= ?", number - KEPT);
  }

  /** The newest first. */
  accesses(cursor: string | undefined, limit: number): Page<AccessView> {
    const [before] = parseCursor(cursor, 1) ?? [];
    const rows = this.#sql
      .exec<{ number: number; at: string; link: string; path: string; status: number; bytes: number; ip: string | null }>(
        "SELECT * FROM opens WHERE number < ? ORDER BY number DESC LIMIT ?",
        before === undefined ? Number.MAX_SAFE_INTEGER : Number(before),
        limit + 1,
      )
      .toArray();
    return pageOf(
      rows,
      limit,
      ({ at, link, path, status, bytes, ip }) => ({ at, link, path, status, bytes, from: ip }),
      (row) => [String(row.number)],
    );
  }
}
