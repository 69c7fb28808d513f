import type { Spool } from "../../../generator/platform.ts";
import { concat } from "../../../record/bytes.ts";

/** Rows hold up to 2 MB. */
const PIECE = 1 << 20;
/** What is held in memory of each spool before it is written: small rows cost more than their bytes. */
const HELD = 1 << 16;

/** Bytes that a generation keeps out of memory, by name: what waits for its turn in the package, and what it goes on from. */
export class Spools {
  readonly #sql: SqlStorage;
  readonly #open = new Map<string, SqlSpool>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** As `Platform.spool`. It stays when it is closed: another process may have to go on from it. */
  open(name: string, length = 0): Spool {
    const spool = new SqlSpool(this.#sql, name, length);
    this.#open.set(name, spool);
    return spool;
  }

  /** Writes what is held. After it the lengths of spools can be kept. */
  flush(): void {
    for (const spool of this.#open.values()) spool.flush();
  }

  put(name: string, bytes: Uint8Array): void {
    const spool = new SqlSpool(this.#sql, name, 0);
    spool.write(bytes);
  }

  /** Empty when there is nothing of that name. */
  get(name: string): Uint8Array {
    const rows = this.#sql.exec<{ value: ArrayBuffer }>("SELECT value FROM spools WHERE name = ? ORDER BY start", name).toArray();
    return concat(...rows.map(({ value }) => new Uint8Array(value)));
  }

  drop(): void {
    this.#open.clear();
    this.#sql.exec("DELETE FROM spools");
  }
}

class SqlSpool implements Spool {
  readonly #sql: SqlStorage;
  readonly #name: string;
  #written: number;
  #held: Uint8Array[] = [];
  #length: number;

  constructor(sql: SqlStorage, name: string, length: number) {
    this.#sql = sql;
    this.#name = name;
    this.#written = length;
    this.#length = length;
    // What a process wrote that was killed afterwards is made again.
    sql.exec("DELETE FROM spools WHERE name = ? AND start >= ?", name, length);
    const select = "SELECT coalesce(max(start + length(value)), 0) AS there FROM spools WHERE name = ?";
    const { there } = sql.exec<{ there: number }>(select, name).one();
    if (there !== length) throw new Error(`expected ${length} bytes in a spool, found ${there}`);
  }

  get length(): number {
    return this.#length;
  }

  async append(bytes: Uint8Array): Promise<void> {
    // The caller may use its bytes again.
    this.#held.push(bytes.slice());
    this.#length += bytes.length;
    if (this.#length - this.#written >= HELD) this.flush();
  }

  flush(): void {
    const held = this.#held;
    this.#held = [];
    if (held.length > 0) this.write(concat(...held));
    this.#length = this.#written;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.slice(at, at + PIECE);
      this.#sql.exec("INSERT INTO spools (name, start, value) VALUES (?, ?, ?)", this.#name, this.#written, piece);
      this.#written += piece.length;
    }
  }

  async *read(): AsyncGenerator<Uint8Array> {
    this.flush();
    for (let at = 0; at < this.#written; ) {
      // Row by row: a cursor must not stay open while others write.
      const select = "SELECT value FROM spools WHERE name = ? AND start = ?";
      const { value } = this.#sql.exec<{ value: ArrayBuffer }>(select, this.#name, at).one();
      at += value.byteLength;
      yield new Uint8Array(value);
    }
  }

  async close(): Promise<void> {
    this.flush();
  }
}
