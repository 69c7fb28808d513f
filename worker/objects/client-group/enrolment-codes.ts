import { sha256 } from "@noble/hashes/sha2.js";
import { equal, utf8 } from "../../../record/bytes.ts";
import { WorkerError } from "../../error.ts";
import { randomDigits } from "../../id.ts";

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

/** The enrolment codes of one client group: single use, an hour long, few guesses. */
export class EnrolmentCodes {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** @param endpointName the one machine that it is for; undefined when any may use it. */
  make(ref: string, endpointName: string | undefined): { code: string; expires: string } {
    const id = randomDigits(6);
    const secret = randomDigits(26);
    const expires = Date.now() + LIFETIME;
    this.#sql.exec("DELETE FROM enrolment_codes WHERE expires < ?", Date.now() - 24 * HOUR);
    this.#sql.exec(
      "INSERT INTO enrolment_codes (id, hash, endpoint_name, expires, guesses) VALUES (?, ?, ?, ?, 0)",
      id,
      sha256(utf8(secret)),
      endpointName ?? null,
      expires,
    );
    return { code: `${ref}.${id}${secret}`, expires: new Date(expires).toISOString() };
  }

  /**
   * Uses a code up.
   * @returns the name of the machine that it is for, if it is for one.
   * @throws WorkerError `enrolment/refused`, the same for an unknown, wrong, used, expired or dead one.
   */
  use(id: string, secret: string, endpointName: string): string | undefined {
    const row = this.#sql
      .exec<{ hash: ArrayBuffer; endpoint_name: string | null; expires: number; guesses: number; used: string | null }>(
        "SELECT * FROM enrolment_codes WHERE id = ?",
        id,
      )
      .toArray()[0];
    if (row === undefined || row.used !== null || row.expires <= Date.now() || row.guesses >= GUESSES) throw refused();
    if (!equal(new Uint8Array(row.hash), sha256(utf8(secret)))) {
      this.#sql.exec("UPDATE enrolment_codes SET guesses = guesses + 1 WHERE id = ?", id);
      throw refused();
    }
    if (row.endpoint_name !== null && row.endpoint_name.toLowerCase() !== endpointName.toLowerCase()) {
      throw new WorkerError("enrolment/refused", "This enrolment code is for another machine.");
    }
    this.#sql.exec("UPDATE enrolment_codes SET used = ? WHERE id = ?", new Date().toISOString(), id);
    return row.endpoint_name ?? undefined;
  }
}

export function refused(): WorkerError {
  return new WorkerError(
    "enrolment/refused",
    "This enrolment code is not valid, or not any more. Ask your IT provider for a new one.",
  );
}
