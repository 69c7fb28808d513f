import { fromUtf8 } from "../../../record/bytes.ts";
import { encodeVerifierKey, SIGNATURE_TYPE, signWith, type VerifierKey, verifierKey } from "../../../record/key.ts";
import { signKeyStatement } from "../../../record/key-statement.ts";
import { now } from "../../clock.ts";
import type { Bindings } from "../../env.ts";
import { WorkerError } from "../../error.ts";
import type { SigningKeyView } from "../../schema.ts";
import { publishKey } from "./published-keys.ts";
import { makeSigningKey, unwrapSeed, type WrappedKey } from "./signing-key.ts";

type Row = {
  number: number;
  public_key: ArrayBuffer;
  iv: ArrayBuffer;
  wrapped: ArrayBuffer;
  created: string;
  statement: string | null;
};

/** All keys that an organisation ever had. The newest signs; each but the first is named by the one before it. */
export class SigningKeys {
  readonly #storage: DurableObjectStorage;
  readonly #env: Bindings;
  /** Of the newest key, unwrapped for as long as the object is in memory. */
  #seed: { number: number; bytes: Promise<Uint8Array> } | undefined;

  constructor(storage: DurableObjectStorage, env: Bindings) {
    this.#storage = storage;
    this.#env = env;
  }

  /** Keeps an organisation's first key. Call it in the transaction that creates the organisation. */
  keepFirst(key: WrappedKey, created: string): void {
    this.#keep(1, key, created, null);
  }

  /** The newest key. */
  current(): VerifierKey {
    return this.#verifierKey(this.#newest());
  }

  /** The oldest first. */
  all(): SigningKeyView[] {
    return this.#storage.sql
      .exec<Row>("SELECT * FROM keys ORDER BY number")
      .toArray()
      .map((row) => ({ key: encodeVerifierKey(this.#verifierKey(row)), created: row.created, statement: row.statement }));
  }

  /** Publishes what is not published yet, see published-keys.ts. */
  async publish(): Promise<void> {
    const all = this.all();
    for (const { number } of this.#storage.sql.exec<{ number: number }>("SELECT number FROM keys WHERE published = 0").toArray()) {
      const key = all[number - 1];
      if (key === undefined) continue;
      await publishKey(this.#env.PACKAGES, this.#organization(), number, key, all[number]?.created);
      // Not if another one took its place meanwhile: then it has to be said again.
      const update = "UPDATE keys SET published = 1 WHERE number = ? AND (SELECT count(*) FROM keys) = ?";
      this.#storage.sql.exec(update, number, all.length);
    }
  }

  /** Signs with the newest key. @returns that key too: it may have taken another one's place a moment ago. */
  async sign(message: Uint8Array): Promise<{ key: VerifierKey; signature: Uint8Array }> {
    const row = this.#newest();
    return { key: this.#verifierKey(row), signature: signWith(await this.#seedOf(row), message) };
  }

  /**
   * Makes a new key and has the one before it say so; from then on the new one signs.
   * @throws WorkerError `organization/key-changed` when another request did the same meanwhile.
   */
  async change(): Promise<void> {
    const row = this.#newest();
    const made = await makeSigningKey(this.#env.CAISEY_MASTER_KEY, this.#organization());
    const old = this.#verifierKey(row);
    const next = verifierKey(old.name, SIGNATURE_TYPE.log, made.publicKey);
    const from = now();
    const seed = await this.#seedOf(row);
    const statement = fromUtf8(await signKeyStatement({ old, new: next, from }, (message) => signWith(seed, message)));
    this.#storage.transactionSync(() => {
      if (this.#newest().number !== row.number) {
        throw new WorkerError("organization/key-changed", "The signing key was changed just now by another request.");
      }
      this.#keep(row.number + 1, made, from, statement);
      this.#storage.sql.exec("UPDATE keys SET published = 0 WHERE number = ?", row.number);
    });
  }

  #keep(number: number, { publicKey, iv, wrapped }: WrappedKey, created: string, statement: string | null): void {
    this.#storage.sql.exec(
      "INSERT INTO keys (number, public_key, iv, wrapped, created, statement) VALUES (?, ?, ?, ?, ?, ?)",
      number,
      publicKey,
      iv,
      wrapped,
      created,
      statement,
    );
  }

  #newest(): Row {
    return this.#storage.sql.exec<Row>("SELECT * FROM keys ORDER BY number DESC LIMIT 1").one();
  }

  async #seedOf(row: Row): Promise<Uint8Array> {
    if (this.#seed?.number !== row.number) {
      const key = { publicKey: new Uint8Array(row.public_key), iv: new Uint8Array(row.iv), wrapped: new Uint8Array(row.wrapped) };
      const bytes = unwrapSeed(key, this.#env.CAISEY_MASTER_KEY, this.#organization());
      this.#seed = { number: row.number, bytes };
    }
    const { bytes } = this.#seed;
    try {
      return await bytes;
    } catch (error) {
      this.#seed = undefined;
      throw error;
    }
  }

  #verifierKey(row: Row): VerifierKey {
    const name = `${this.#env.CAISEY_NAME}/${this.#organization()}`;
    return verifierKey(name, SIGNATURE_TYPE.log, new Uint8Array(row.public_key));
  }

  #organization(): string {
    return this.#storage.sql.exec<{ id: string }>("SELECT id FROM organization").one().id;
  }
}
