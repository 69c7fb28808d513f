import { now } from "../../clock.ts";
import { pageOf, parseCursor } from "../../cursor.ts";
import type { AccessView } from "../../link-schema.ts";
import type { Page } from "../../schema.ts";
import type { Links } from "./links.ts";

/** How many accesses are kept; the oldest go. Whoever has a link could fill the database otherwise. */
const KEPT = 100_000;
/** Milliseconds until an access is written down. */
const DELAY = 1000;
const MOST_PENDING = 500;

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

interface Row extends Access, Visitor {
  number: number;
  at: string;
  /** Whether the link was opened by this. */
  opens: boolean;
}

/**
 * Who opened what, when, through which link. Written down a moment later, many at once: an answer waits for whatever its object has
 * still to store, and no reader should wait for the log. Whoever asks for the log gets all of it; a crash may cost its last second.
 */
export class AccessLog {
  readonly #ctx: DurableObjectState;
  readonly #links: Links;
  #pending: Row[] = [];
  #last: number | undefined;

  constructor(ctx: DurableObjectState, links: Links) {
    this.#ctx = ctx;
    this.#links = links;
  }

  /**
   * @param opens whether the link counts as opened by this.
   * @returns the access's number, by which its bytes can be set right.
   */
  add(access: Access, visitor: Visitor, opens = false): number {
    this.#last ??= this.#sql.exec<{ last: number | null }>("SELECT max(number) AS last FROM opens").one().last ?? 0;
    this.#last += 1;
    this.#pending.push({ ...access, ...visitor, opens, number: this.#last, at: now() });
    if (this.#pending.length === 1) this.#ctx.waitUntil(scheduler.wait(DELAY).then(() => this.flush()));
    if (this.#pending.length >= MOST_PENDING) this.flush();
    return this.#last;
  }

  /** A transfer ended before its end. */
  cutShort(number: number, bytes: number): void {
    this.flush();
    this.#sql.exec("UPDATE opens SET bytes = ? WHERE number = ? AND bytes > ?", bytes, number, bytes);
  }

  /** Writes down what is not yet. Call it before the log or the links' counts are read. */
  flush(): void {
    const rows = this.#pending;
    if (rows.length === 0) return;
    this.#pending = [];
    this.#ctx.storage.transactionSync(() => {
      for (const { number, at, link, path, status, bytes, network, country } of rows) {
        this.#sql.exec(
          "INSERT INTO opens (number, at, link, path, status, bytes, ip, country) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          ...[number, at, link, path, status, bytes, network, country],
        );
      }
      this.#sql.exec("DELETE FROM opens WHERE number <= ?", (this.#last ?? 0) - KEPT);
      for (const { link, at, opens } of rows) if (opens) this.#links.opened(link, at);
    });
  }

  /** The newest first. */
  list(cursor: string | undefined, limit: number): Page<AccessView> {
    this.flush();
    type Stored = {
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
      .exec<Stored>(
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

  get #sql(): SqlStorage {
    return this.#ctx.storage.sql;
  }
}
