import { concat } from "../../../record/bytes.ts";
import { groupLeaf } from "../../../record/group.ts";
import { Tree } from "../../../record/tree.ts";

/** The log of one client group: a leaf for each closed session, its data the session's final checkpoint body. */
export class GroupLog {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** For a group that is being created. */
  start(): void {
    this.#sql.exec("INSERT INTO log VALUES (0, ?, 0, NULL)", new Uint8Array());
  }

  /** Place of the session's leaf, appended unless it is there. Call it in a transaction. */
  append(session: string, body: string): number {
    const there = this.#sql.exec<{ number: number }>("SELECT number FROM leaves WHERE session = ?", session).toArray()[0];
    if (there !== undefined) return there.number;
    const tree = this.tree();
    const number = tree.size;
    const hash = groupLeaf(body);
    tree.appendHash(hash);
    this.#sql.exec("INSERT INTO leaves VALUES (?, ?, ?)", number, session, hash);
    this.#sql.exec("UPDATE log SET size = ?, subtrees = ?", tree.size, concat(...tree.state()));
    return number;
  }

  tree(): Tree {
    const { size, subtrees } = this.#sql.exec<{ size: number; subtrees: ArrayBuffer }>("SELECT size, subtrees FROM log").one();
    return Tree.restore(size, split(new Uint8Array(subtrees)));
  }

  /** The newest signed head, and how many leaves it covers. */
  signed(): { size: number; checkpoint: string } | undefined {
    const row = this.#sql.exec<{ signed_size: number; checkpoint: string | null }>("SELECT signed_size, checkpoint FROM log").one();
    return row.checkpoint === null ? undefined : { size: row.signed_size, checkpoint: row.checkpoint };
  }

  /** Keeps a signed head, unless there is one of a larger tree. */
  keepSigned(size: number, checkpoint: string): void {
    this.#sql.exec(
      "UPDATE log SET signed_size = ?, checkpoint = ? WHERE checkpoint IS NULL OR signed_size < ?",
      size,
      checkpoint,
      size,
    );
  }

  /** The first `size` leaf hashes, in order, which session each is of, and when that was opened. */
  leaves(size: number): { session: string; opened: string; hash: Uint8Array }[] {
    return this.#sql
      .exec<{ session: string; opened: string; hash: ArrayBuffer }>(
        "SELECT l.session, s.opened, l.hash FROM leaves l JOIN sessions s ON s.id = l.session WHERE l.number < ? ORDER BY l.number",
        size,
      )
      .toArray()
      .map(({ session, opened, hash }) => ({ session, opened, hash: new Uint8Array(hash) }));
  }
}

function split(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.slice(32 * i, 32 * (i + 1)));
}
