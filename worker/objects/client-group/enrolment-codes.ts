import { sha256 } from "@noble/hashes/sha2.js";
import { equal, utf8 } from "../../../record/bytes.ts";
import { now } from "../../clock.ts";
import { notFound, WorkerError } from "../../error.ts";
import { randomDigits } from "../../id.ts";
import type { EnrolmentCodeView, NewEnrolmentCode } from "../../schema.ts";

const HOUR = 3_600_000;
const LIFETIME = HOUR;
/** Wrong guesses after which a code is dead. */
const GUESSES = 5;
const CODE = /^([A-Za-z0-9_-]{43})\.([0-9a-z]{6})([0-9a-z]{26})$/;

/**
 * Enrolment code: `<ref of the client group>.<6 characters that name the code><26 secret ones>`, 130 secret bits.
 * @returns undefined for anything else.
 */
export function parseCode(code: string): { ref: string; id: string; secret: string } | undefined {
  const match = CODE.exec(code);
  return match ? { ref: match[1] as string, id: match[2] as string, secret: match[3] as string } : undefined;
}

type Row = {
  id: string;
  hash: ArrayBuffer;
  endpoint_name: string | null;
  expires: number;
  guesses: number;
  used: string | null;
  used_by: string | null;
  made: string | null;
  revoked: string | null;
};

/** The enrolment codes of one client group: single use, an hour long, few guesses. */
export class EnrolmentCodes {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** @param endpointName the one machine that it is for; undefined when any may use it. */
  make(ref: string, endpointName: string | undefined): NewEnrolmentCode {
    const id = randomDigits(6);
    const secret = randomDigits(26);
    const expires = Date.now() + LIFETIME;
    this.#sql.exec("DELETE FROM enrolment_codes WHERE expires < ?", Date.now() - 24 * HOUR);
    this.#sql.exec(
      "INSERT INTO enrolment_codes (id, hash, endpoint_name, expires, guesses, made) VALUES (?, ?, ?, ?, 0, ?)",
      id,
      sha256(utf8(secret)),
      endpointName ?? null,
      expires,
      now(),
    );
    return { id, code: `${ref}.${id}${secret}`, expires: new Date(expires).toISOString() };
  }

  /**
   * Uses a code up.
   * @param endpoint id of the endpoint that it lets in.
   * @returns the name of the machine that it is for, if it is for one.
   * @throws WorkerError `enrolment/refused`, the same for an unknown, wrong, used, expired or dead one.
   */
  use(id: string, secret: string, endpointName: string, endpoint: string): string | undefined {
    const row = this.#get(id);
    if (row === undefined || stateOf(row) !== "open") throw refused();
    if (!equal(new Uint8Array(row.hash), sha256(utf8(secret)))) {
      this.#sql.exec("UPDATE enrolment_codes SET guesses = guesses + 1 WHERE id = ?", id);
      throw refused();
    }
    if (row.endpoint_name !== null && row.endpoint_name.toLowerCase() !== endpointName.toLowerCase()) {
      throw new WorkerError("enrolment/refused", "This enrolment code is for another machine.");
    }
    this.#sql.exec("UPDATE enrolment_codes SET used = ?, used_by = ? WHERE id = ?", now(), endpoint, id);
    return row.endpoint_name ?? undefined;
  }

  /** Those of the last day, the newest first. */
  list(): EnrolmentCodeView[] {
    return this.#sql.exec<Row>("SELECT * FROM enrolment_codes ORDER BY expires DESC, id LIMIT 200").toArray().map(view);
  }

  /** Ends a code at once. @throws WorkerError `not-found`; `enrolment/code-over` when it can't be used any more as it is. */
  revoke(id: string): EnrolmentCodeView {
    const row = this.#get(id);
    if (row === undefined) throw notFound();
    if (stateOf(row) !== "open")
      throw new WorkerError("enrolment/code-over", "This enrolment code is used, expired or revoked already.");
    const revoked = now();
    this.#sql.exec("UPDATE enrolment_codes SET revoked = ? WHERE id = ?", revoked, id);
    return view({ ...row, revoked });
  }

  #get(id: string): Row | undefined {
    return this.#sql.exec<Row>("SELECT * FROM enrolment_codes WHERE id = ?", id).toArray()[0];
  }
}

function stateOf({ revoked, used, expires, guesses }: Row): EnrolmentCodeView["state"] {
  if (used !== null) return "used";
  if (revoked !== null) return "revoked";
  if (guesses >= GUESSES) return "dead";
  return expires <= Date.now() ? "expired" : "open";
}

function view(row: Row): EnrolmentCodeView {
  const { id, endpoint_name: endpoint, made, expires, used_by: usedBy } = row;
  return { id, endpoint, made, expires: new Date(expires).toISOString(), state: stateOf(row), usedBy };
}

export function refused(): WorkerError {
  return new WorkerError(
    "enrolment/refused",
    "This enrolment code is not valid, or not any more. Ask your IT provider for a new one.",
  );
}
