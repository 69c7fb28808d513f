import { sha256 } from "@noble/hashes/sha2.js";
import type { PackageSigner } from "../../../generator/source.ts";
import { toHex } from "../../../record/bytes.ts";
import type { Timestamp } from "../../../record/timestamp.ts";
import type { Bindings } from "../../env.ts";
import type { StampsView, StampView } from "../../schema.ts";
import { askForStamp, authorityOf, StampError, type StampFailure } from "../../timestamp-authority.ts";

/** Milliseconds before an authority is asked again for a token. After that the package goes without. */
const WAIT = [5_000, 15_000, 40_000];

type Kind = "signature" | "group-stamp" | "package-stamp";

/** A token that is to be had later: publication waits a bounded time for it. */
export class StampPending extends Error {
  /** When to try again, in milliseconds since 1970. */
  readonly next: number;

  constructor(next: number) {
    super("the time-stamping authority is to be asked again");
    this.name = "StampPending";
    this.next = next;
  }
}

/**
 * Signatures and time stamps of a package, each made once and kept: one that is generated again, perhaps after the key was changed,
 * must have the same bytes, and an authority never gives the same token twice.
 */
export class Seals {
  readonly #sql: SqlStorage;
  readonly #env: Bindings;

  constructor(sql: SqlStorage, env: Bindings) {
    this.#sql = sql;
    this.#env = env;
  }

  /** @param kept whether a signature that was made before may be used. */
  signer(signer: PackageSigner, kept: boolean): PackageSigner {
    return {
      publicKey: signer.publicKey,
      sign: async (message) => {
        const there = kept ? this.#row("signature", message)?.value : undefined;
        if (there) return new Uint8Array(there);
        return this.#keep("signature", message, await signer.sign(message));
      },
      timestamp: (signature) => this.stamp("package-stamp", signature),
    };
  }

  /**
   * RFC 3161 response over these bytes; undefined when no authority is configured, or none came in the time it was given.
   * @throws StampPending when it is to be asked again.
   */
  async stamp(kind: "group-stamp" | "package-stamp", data: Uint8Array): Promise<Uint8Array | undefined> {
    const row = this.#row(kind, data);
    if (row?.value) return new Uint8Array(row.value);
    if (row !== undefined && row.next === null) return undefined;
    const authority = authorityOf(this.#env);
    if (authority === undefined) return this.#keep(kind, data, undefined);
    if (row?.next && row.next > Date.now()) throw new StampPending(row.next);
    try {
      const { response, stamp } = await askForStamp(authority, data);
      return this.#keep(kind, data, response, stamp);
    } catch (error) {
      if (!(error instanceof StampError)) throw error;
      console.warn("no time stamp", kind, error.code);
      return this.#failed(kind, data, (row?.tries ?? 0) + 1, error);
    }
  }

  /** What there is to say about time stamps; null where no authority was asked. */
  view(): StampsView {
    const of = (kind: Kind): StampView | null => {
      const select = "SELECT time, authority, failure, next FROM seals WHERE kind = ? ORDER BY number DESC LIMIT 1";
      const row = this.#sql
        .exec<{ time: string | null; authority: string | null; failure: StampFailure | null; next: number | null }>(select, kind)
        .toArray()[0];
      if (row === undefined || (row.time === null && row.failure === null)) return null;
      const retry = row.next === null ? null : new Date(row.next).toISOString();
      return { time: row.time, authority: row.authority, failure: row.failure, retry };
    };
    return { group: of("group-stamp"), package: of("package-stamp") };
  }

  /** For a package that is to be another one. */
  drop(): void {
    this.#sql.exec("DELETE FROM seals");
  }

  #failed(kind: Kind, data: Uint8Array, tries: number, error: StampError): undefined {
    const wait = error.code === "misconfigured" ? undefined : WAIT[tries - 1];
    const next = wait === undefined ? null : Date.now() + wait;
    this.#sql.exec(
      `INSERT INTO seals (kind, digest, tries, next, failure) VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, digest) DO UPDATE
       SET tries = excluded.tries, next = excluded.next, failure = excluded.failure`,
      ...[kind, toHex(sha256(data)), tries, next, error.code],
    );
    if (next !== null) throw new StampPending(next);
    return undefined;
  }

  /** @param value undefined: there is none, and there will be none. */
  #keep<T extends Uint8Array | undefined>(kind: Kind, data: Uint8Array, value: T, stamp?: Timestamp): T {
    this.#sql.exec(
      `INSERT INTO seals (kind, digest, value, time, authority) VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, digest) DO UPDATE
       SET value = excluded.value, time = excluded.time, authority = excluded.authority, next = NULL, failure = NULL`,
      ...[kind, toHex(sha256(data)), value ?? null, stamp?.time ?? null, stamp?.authority ?? null],
    );
    return value;
  }

  #row(kind: Kind, data: Uint8Array): { value: ArrayBuffer | null; tries: number; next: number | null } | undefined {
    const select = "SELECT value, tries, next FROM seals WHERE kind = ? AND digest = ?";
    return this.#sql
      .exec<{ value: ArrayBuffer | null; tries: number; next: number | null }>(select, kind, toHex(sha256(data)))
      .toArray()[0];
  }
}
