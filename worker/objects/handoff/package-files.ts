import type { ZipRow } from "../../../generator/zip.ts";

/** A file of the package, as it is served out of the ZIP. */
export type ServedFile = Omit<ZipRow, "offset">;

/** Where in the ZIP each file of the package lies. */
export class PackageFiles {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  replace(rows: readonly ZipRow[]): void {
    this.#sql.exec("DELETE FROM files");
    for (const { path, type, start, packed, size, method, crc32, sha256 } of rows) {
      this.#sql.exec("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", path, type, start, packed, size, method, crc32, sha256);
    }
  }

  /** The file of exactly this path: nothing is decoded or resolved. */
  find(path: string): ServedFile | undefined {
    return this.#sql.exec<ServedFile & Record<string, SqlStorageValue>>("SELECT * FROM files WHERE path = ?", path).toArray()[0];
  }

  count(): number {
    return this.#sql.exec<{ count: number }>("SELECT count(*) AS count FROM files").one().count;
  }
}
