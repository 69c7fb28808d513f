import { DurableObject } from "cloudflare:workers";
import type { Bindings } from "../env.ts";
import { notFound } from "../error.ts";
import { type Migrations, migrate, schemaVersion } from "./migrate.ts";

/** Milliseconds until work that was left lying is taken up: time for an alarm that is just being delivered to do it. */
const AGAIN = 60_000;

/**
 * A Durable Object that exists only once it was created. Any id leads to some object, also a mistyped one or another
 * organisation's: until `create` nothing is stored, no alarm is set, and every method answers `not-found`.
 */
export abstract class StoredObject extends DurableObject<Bindings> {
  readonly #migrations: Migrations;
  /** What exists goes on existing; what does not may be created any moment. */
  #exists = false;

  constructor(ctx: DurableObjectState, env: Bindings, migrations: Migrations) {
    super(ctx, env);
    this.#migrations = migrations;
    void ctx.blockConcurrencyWhile(async () => {
      if (!this.exists) return;
      migrate(ctx.storage, migrations);
      // The platform gives an alarm up after a few faults, such as a limit that was passed. What is still to be done is not.
      if (this.isUnfinished && (await ctx.storage.getAlarm()) === null) await ctx.storage.setAlarm(Date.now() + AGAIN);
    });
  }

  /** Whether the object has something to carry on by its alarm. Asked when it is loaded. */
  protected get isUnfinished(): boolean {
    return false;
  }

  protected get sql(): SqlStorage {
    return this.ctx.storage.sql;
  }

  protected get exists(): boolean {
    this.#exists ||= schemaVersion(this.ctx.storage) > 0;
    return this.#exists;
  }

  /** Makes the tables, and fills them in the same transaction. Does nothing where the object exists. */
  protected createOnce(fill: () => void): void {
    if (this.exists) return;
    this.ctx.storage.transactionSync(() => {
      migrate(this.ctx.storage, this.#migrations);
      fill();
    });
  }

  /** @throws WorkerError `not-found`. */
  protected demandExists(): void {
    if (!this.exists) throw notFound();
  }
}
