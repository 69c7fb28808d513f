import type { Act } from "../../act.ts";
import { accepted } from "../../answer.ts";
import type { Bindings } from "../../env.ts";
import { organizationObject, type VerifiedOrganization } from "../name.ts";
import type { Actor } from "../organization.ts";

/** What the organisation's audit trail is to be told. Written down together with what happened, and told afterwards, more than once if need be. */
export class Trail {
  readonly #sql: SqlStorage;
  readonly #env: Bindings;

  constructor(sql: SqlStorage, env: Bindings) {
    this.#sql = sql;
    this.#env = env;
  }

  /** Call it in the transaction of what happened. */
  note(by: Actor, act: Act, about: string, reason?: string): void {
    const insert = "INSERT INTO trail (by_id, by_name, act, about, reason) VALUES (?, ?, ?, ?, ?)";
    this.#sql.exec(insert, by.id, by.name, act, about, reason ?? null);
  }

  get isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM trail LIMIT 1").toArray().length === 0;
  }

  /** Tells what is not told yet, in order. */
  async tell(organization: VerifiedOrganization): Promise<void> {
    type Row = { number: number; by_id: string; by_name: string; act: Act; about: string; reason: string | null };
    for (const row of this.#sql.exec<Row>("SELECT * FROM trail ORDER BY number").toArray()) {
      // Somebody else may have told it meanwhile.
      if (this.#sql.exec("SELECT 1 FROM trail WHERE number = ?", row.number).toArray().length === 0) continue;
      const by = { id: row.by_id, name: row.by_name };
      await accepted(organizationObject(this.#env, organization).audit(by, row.act, row.about, row.reason ?? undefined));
      this.#sql.exec("DELETE FROM trail WHERE number = ?", row.number);
    }
  }
}
