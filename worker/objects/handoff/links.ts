import { now } from "../../clock.ts";
import { notFound } from "../../error.ts";
import { newId } from "../../id.ts";
import type { LinkView } from "../../link-schema.ts";
import type { SlowHash } from "./passcode.ts";

/** A link as it is stored. Times are in milliseconds since 1970. */
export interface LinkRow {
  id: string;
  name: string;
  created: string;
  expires: number;
  revoked: string | null;
  passcode: SlowHash | null;
  /** How often it may be opened; null for any number. */
  limit: number | null;
  opens: number;
  lastOpened: string | null;
  /** Wrong passcodes in a row. */
  wrong: number;
  /** Until when no passcode is looked at. */
  wait: number;
}

/** What of a link its maker chooses. */
export interface LinkTerms {
  expires: number;
  passcode: SlowHash | null;
  limit: number | null;
}

type Row = {
  id: string;
  name: string;
  created: string;
  expires: number;
  revoked: string | null;
  salt: ArrayBuffer | null;
  passcode: ArrayBuffer | null;
  max_opens: number | null;
  opens: number;
  last: string | null;
  wrong: number;
  wait: number;
};

/** The links to one package. Of a secret only the hash is stored. */
export class Links {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** @param hash SHA-256 of the secret. */
  add(name: string, hash: Uint8Array, { expires, passcode, limit }: LinkTerms): string {
    const id = newId("lnk");
    this.#sql.exec(
      "INSERT INTO links (id, hash, name, created, expires, salt, passcode, max_opens) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      ...[id, hash, name, now(), expires],
      ...[passcode?.salt ?? null, passcode?.hash ?? null, limit],
    );
    return id;
  }

  find(hash: Uint8Array): LinkRow | undefined {
    return this.#sql.exec<Row>("SELECT * FROM links WHERE hash = ?", hash).toArray().map(rowOf)[0];
  }

  /** @throws WorkerError `not-found`. */
  get(link: string): LinkRow {
    const row = this.#sql.exec<Row>("SELECT * FROM links WHERE id = ?", link).toArray().map(rowOf)[0];
    if (row === undefined) throw notFound();
    return row;
  }

  list(): LinkView[] {
    return this.#sql.exec<Row>("SELECT * FROM links ORDER BY created, id").toArray().map(rowOf).map(viewOf);
  }

  view(link: string): LinkView {
    return viewOf(this.get(link));
  }

  /** New terms; those not given stay. A passcode that was set counts its attempts from 0, and what the old one let in is out. */
  change(link: string, terms: Partial<LinkTerms>): void {
    const before = this.get(link);
    const { expires, passcode, limit } = { ...before, ...terms };
    this.#sql.exec(
      "UPDATE links SET expires = ?, salt = ?, passcode = ?, max_opens = ? WHERE id = ?",
      ...[expires, passcode?.salt ?? null, passcode?.hash ?? null, limit, link],
    );
    if (terms.passcode === undefined) return;
    this.setAttempts(link, 0, 0);
    this.#sql.exec("DELETE FROM grants WHERE link = ?", link);
  }

  revoke(link: string): void {
    this.#sql.exec("UPDATE links SET revoked = ? WHERE id = ? AND revoked IS NULL", now(), link);
    this.#sql.exec("DELETE FROM grants WHERE link = ?", link);
  }

  /** Counts one opening. */
  opened(link: string, at = now()): void {
    this.#sql.exec("UPDATE links SET opens = opens + 1, last = ? WHERE id = ?", at, link);
  }

  setAttempts(link: string, wrong: number, wait: number): void {
    this.#sql.exec("UPDATE links SET wrong = ?, wait = ? WHERE id = ?", wrong, wait, link);
  }

  /** Lets in whoever shows what has this hash, through this link, for some time. */
  grant(link: string, hash: Uint8Array, expires: number): void {
    this.#sql.exec("DELETE FROM grants WHERE expires <= ?", Date.now());
    this.#sql.exec("INSERT INTO grants VALUES (?, ?, ?)", hash, link, expires);
  }

  isGranted(link: string, hash: Uint8Array): boolean {
    const query = "SELECT 1 FROM grants WHERE hash = ? AND link = ? AND expires > ?";
    return this.#sql.exec(query, hash, link, Date.now()).toArray().length > 0;
  }
}

function rowOf({ salt, passcode, max_opens, last, ...row }: Row): LinkRow {
  const slow = salt === null || passcode === null ? null : { salt: new Uint8Array(salt), hash: new Uint8Array(passcode) };
  return { ...row, passcode: slow, limit: max_opens, lastOpened: last };
}

function viewOf({ id, name, created, expires, revoked, passcode, limit, opens, lastOpened, wrong }: LinkRow): LinkView {
  return {
    link: id,
    name,
    created,
    expires: new Date(expires).toISOString(),
    revoked,
    passcode: passcode !== null,
    wrongPasscodes: wrong,
    limit,
    opens,
    lastOpened,
  };
}
