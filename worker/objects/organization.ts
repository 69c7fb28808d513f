import { encodeVerifierKey } from "../../record/key.ts";
import type { Act } from "../act.ts";
import { type Answer, answering } from "../answer.ts";
import { pageOf, parseCursor } from "../cursor.ts";
import type { Bindings } from "../env.ts";
import type { AuditQuery, AuditView, GroupView, Page, SigningKeyView } from "../schema.ts";
import { AuditTrail } from "./organization/audit-trail.ts";
import { ORGANIZATION_MIGRATIONS } from "./organization/schema.ts";
import { makeSigningKey } from "./organization/signing-key.ts";
import { SigningKeys } from "./organization/signing-keys.ts";
import { StoredObject } from "./stored-object.ts";

/** Milliseconds until a key is published that could not be when it was made. */
const RETRY = 60_000;

/** Who did something, as the audit trail names them. */
export interface Actor {
  id: string;
  name: string;
}

/** What others need to know of an organisation. */
export interface Profile {
  organization: string;
  name: string;
  /** Name of its key: `<deployment>/<organisation>`. */
  keyName: string;
  /** C2SP verifier key that signs now. */
  key: string;
  /** Statements that lead to it from the first key, the oldest first: signed notes, see record/key-statement.ts. */
  keyStatements: string[];
}

/** A signature by an organisation's key, and which one that is. */
export interface Signed {
  /** C2SP verifier key. */
  key: string;
  signature: Uint8Array;
}

/** One per Clerk organisation: its name, its signing keys, the list of its client groups, the audit trail. */
export class Organization extends StoredObject {
  readonly #keys: SigningKeys;
  readonly #audit: AuditTrail;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env, ORGANIZATION_MIGRATIONS);
    this.#audit = new AuditTrail(ctx.storage.sql);
    this.#keys = new SigningKeys(ctx.storage, env);
  }

  /** Creates the organisation on its first use. `organization` is the id that its own name is made of. */
  async establish(organization: string, name: string): Promise<Answer<Profile>> {
    return answering(async () => {
      if (!this.exists) {
        const key = await makeSigningKey(this.env.CAISEY_MASTER_KEY, organization);
        const now = new Date().toISOString();
        this.createOnce(() => {
          this.sql.exec("INSERT INTO organization (id, name, created) VALUES (?, ?, ?)", organization, name, now);
          this.#keys.keepFirst(key, now);
        });
        await this.#publishKeys();
      }
      return this.#profile();
    });
  }

  async profile(): Promise<Answer<Profile>> {
    return answering(() => {
      this.demandExists();
      return this.#profile();
    });
  }

  async rename(name: string, by: Actor): Promise<Answer<Profile>> {
    return answering(() => {
      this.demandExists();
      this.sql.exec("UPDATE organization SET name = ?", name);
      this.#audit.add(by, "organization.renamed", name);
      return this.#profile();
    });
  }

  async handoffRules(): Promise<Answer<{ secondReview: boolean }>> {
    return answering(() => ({ secondReview: this.exists && this.#isSecondReview }));
  }

  /** Whether two people have to review every session of every handoff. */
  async setSecondReview(isRequired: boolean, by: Actor): Promise<Answer<{ secondReview: boolean }>> {
    return answering(() => {
      this.demandExists();
      this.sql.exec("UPDATE organization SET second_review = ?", isRequired ? 1 : 0);
      this.#audit.add(by, "organization.second-review", "", undefined, isRequired ? "Required." : "Not required.");
      return { secondReview: isRequired };
    });
  }

  async addGroup(group: GroupView, by: Actor): Promise<Answer<GroupView>> {
    return answering(() => {
      this.demandExists();
      this.sql.exec("INSERT INTO groups (id, name, created) VALUES (?, ?, ?)", group.group, group.name, group.created);
      this.#audit.add(by, "group.created", group.group);
      return group;
    });
  }

  /** A client group was archived, or is in use again. */
  async groupArchived(group: string, archived: string | null, by: Actor): Promise<Answer<null>> {
    return answering(() => {
      this.demandExists();
      this.sql.exec("UPDATE groups SET archived = ? WHERE id = ?", archived, group);
      this.#audit.add(by, archived === null ? "group.restored" : "group.archived", group);
      return null;
    });
  }

  async listGroups(cursor: string | undefined, limit: number): Promise<Answer<Page<GroupView>>> {
    return answering(() => {
      if (!this.exists) return { items: [] };
      const rows = this.sql
        .exec<{ id: string; name: string; created: string; archived: string | null }>(
          "SELECT * FROM groups WHERE (name, id) > (?, ?) ORDER BY name, id LIMIT ?",
          ...(parseCursor(cursor, 2) ?? ["", ""]),
          limit + 1,
        )
        .toArray();
      return pageOf(
        rows,
        limit,
        ({ id, name, created, archived }) => ({ group: id, name, created, archived }),
        (row) => [row.name, row.id],
      );
    });
  }

  /** Signs with the organisation's newest key: checkpoints and packages. Reached by the Worker's own objects only. */
  async sign(message: Uint8Array): Promise<Answer<Signed>> {
    return answering(async () => {
      this.demandExists();
      const { key, signature } = await this.#keys.sign(message);
      return { key: encodeVerifierKey(key), signature };
    });
  }

  /** All keys, the oldest first. */
  async keys(): Promise<Answer<SigningKeyView[]>> {
    return answering(() => {
      this.demandExists();
      return this.#keys.all();
    });
  }

  /** Puts a new key in the place of the newest one. What older ones signed stays as it is. */
  async changeKey(by: Actor): Promise<Answer<Profile>> {
    return answering(async () => {
      this.demandExists();
      await this.#keys.change();
      const profile = this.#profile();
      this.#audit.add(by, "organization.key-changed", profile.key);
      await this.#publishKeys();
      return profile;
    });
  }

  /**
   * @param reason why, for acts that need one.
   * @param detail what was searched for, for instance.
   */
  async audit(by: Actor, act: Act, about: string, reason?: string, detail?: string): Promise<Answer<null>> {
    return answering(() => {
      this.demandExists();
      this.#audit.add(by, act, about, reason, detail);
      return null;
    });
  }

  /** The newest acts first. */
  async auditTrail(query: AuditQuery): Promise<Answer<Page<AuditView>>> {
    return answering(() => (this.exists ? this.#audit.list(query) : { items: [] }));
  }

  protected override get isUnfinished(): boolean {
    return this.sql.exec("SELECT 1 FROM keys WHERE published = 0 LIMIT 1").toArray().length > 0;
  }

  /** Keys that could not be published when they were made. */
  override async alarm(): Promise<void> {
    if (this.exists) await this.#keys.publish();
  }

  /** A key signs whether or not it is published yet: that is tried again. */
  async #publishKeys(): Promise<void> {
    try {
      await this.#keys.publish();
    } catch (error) {
      console.warn("a key could not be published yet", error instanceof Error ? error.name : "fault");
      await this.ctx.storage.setAlarm(Date.now() + RETRY);
    }
  }

  get #isSecondReview(): boolean {
    return this.sql.exec<{ second_review: number }>("SELECT second_review FROM organization").one().second_review === 1;
  }

  #profile(): Profile {
    const { id, name } = this.sql.exec<{ id: string; name: string }>("SELECT id, name FROM organization").one();
    const key = this.#keys.current();
    const keyStatements = this.#keys.all().flatMap(({ statement }) => (statement === null ? [] : [statement]));
    return { organization: id, name, keyName: key.name, key: encodeVerifierKey(key), keyStatements };
  }
}
