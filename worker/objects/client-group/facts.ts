import { WorkerError } from "../../error.ts";
import type { GroupView } from "../../schema.ts";
import { proven, type VerifiedOrganization } from "../name.ts";

/** What a client group is, and whose. */
export class GroupFacts {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** For a group that is being created. */
  start(organization: string, { group, name, created }: GroupView): void {
    this.#sql.exec(
      "INSERT INTO client_group (id, organization, name, created) VALUES (?, ?, ?, ?)",
      group,
      organization,
      name,
      created,
    );
  }

  get(): GroupView {
    const { id, name, created, archived } = this.#sql
      .exec<{ id: string; name: string; created: string; archived: string | null }>(
        "SELECT id, name, created, archived FROM client_group",
      )
      .one();
    return { group: id, name, created, archived };
  }

  get organization(): VerifiedOrganization {
    return proven(this.#sql.exec<{ organization: string }>("SELECT organization FROM client_group").one().organization);
  }

  /** @param archived since when; null when it is in use again. The first time counts. */
  setArchived(archived: string | null): void {
    if (archived === null) this.#sql.exec("UPDATE client_group SET archived = NULL");
    else this.#sql.exec("UPDATE client_group SET archived = coalesce(archived, ?)", archived);
  }

  /** @throws WorkerError `group/archived`. */
  demandInUse(): void {
    if (this.get().archived !== null) {
      throw new WorkerError("group/archived", "This client group is archived. Its history stays; nothing new is taken in.");
    }
  }
}
