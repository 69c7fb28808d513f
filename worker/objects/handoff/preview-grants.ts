import type { Actor } from "../organization.ts";

/** Who looks at a preview. Pages of an opaque origin send no cookies, so it stands in their address, see worker/link-secret.ts. */
export class PreviewGrants {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** @param hash of what stands in the address. @param expires in milliseconds since 1970. */
  add(hash: Uint8Array, { id, name }: Actor, expires: number): void {
    this.#sql.exec("DELETE FROM previews WHERE expires <= ?", Date.now());
    this.#sql.exec("INSERT INTO previews VALUES (?, ?, ?, ?)", hash, id, name, expires);
  }

  find(hash: Uint8Array): Actor | undefined {
    const select = "SELECT by_id AS id, by_name AS name FROM previews WHERE hash = ? AND expires > ?";
    return this.#sql.exec<{ id: string; name: string }>(select, hash, Date.now()).toArray()[0];
  }
}
