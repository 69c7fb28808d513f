import { encodeVerifierKey, SIGNATURE_TYPE, signWith, verifierKey } from "../../record/key.ts";
import { type Answer, answering } from "../answer.ts";
import { pageOf, parseCursor } from "../cursor.ts";
import type { Bindings } from "../env.ts";
import type { AuditView, GroupView, Page } from "../schema.ts";
import { ORGANIZATION_MIGRATIONS } from "./organization/schema.ts";
import { makeSigningKey, unwrapSeed } from "./organization/signing-key.ts";
import { StoredObject } from "./stored-object.ts";

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
  /** C2SP verifier key. */
  key: string;
  /** Raw Ed25519 public key. */
  publicKey: Uint8Array;
}

/** One per Clerk organisation: its name, its signing key, the list of its client groups, the audit trail. */
export class Organization extends StoredObject {
  /** Unwrapped for as long as the object is in memory. */
  #seed: Promise<Uint8Array> | undefined;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env, ORGANIZATION_MIGRATIONS);
  }

  /** Creates the organisation on its first use. `organization` is the id that its own name is made of. */
  async establish(organization: string, name: string): Promise<Answer<Profile>> {
    return answering(async () => {
      if (!this.exists) {
        const key = await makeSigningKey(this.env.CAISEY_MASTER_KEY, organization);
        const now = new Date().toISOString();
        this.createOnce(() => {
          this.sql.exec("INSERT INTO organization VALUES (?, ?, ?)", organization, name, now);
          this.sql.exec("INSERT INTO keys VALUES (1, ?, ?, ?, ?)", key.publicKey, key.iv, key.wrapped, now);
        });
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
      this.#audit(by, "organization.renamed", name);
      return this.#profile();
    });
  }

  async addGroup(group: GroupView, by: Actor): Promise<Answer<GroupView>> {
    return answering(() => {
      this.demandExists();
      this.sql.exec("INSERT INTO groups VALUES (?, ?, ?)", group.group, group.name, group.created);
      this.#audit(by, "group.created", group.group);
      return group;
    });
  }

  async listGroups(cursor: string | undefined, limit: number): Promise<Answer<Page<GroupView>>> {
    return answering(() => {
      if (!this.exists) return { items: [] };
      const rows = this.sql
        .exec<{ id: string; name: string; created: string }>(
          "SELECT * FROM groups WHERE (name, id) > (?, ?) ORDER BY name, id LIMIT ?",
          ...(parseCursor(cursor, 2) ?? ["", ""]),
          limit + 1,
        )
        .toArray();
      return pageOf(
        rows,
        limit,
        ({ id, name, created }) => ({ group: id, name, created }),
        (row) => [row.name, row.id],
      );
    });
  }

  /** Signs with the organisation's key: checkpoints and packages. Reached by the Worker's own objects only. */
  async sign(message: Uint8Array): Promise<Answer<Uint8Array>> {
    return answering(async () => {
      this.demandExists();
      this.#seed ??= this.#unwrap();
      let seed: Uint8Array;
      try {
        seed = await this.#seed;
      } catch (error) {
        this.#seed = undefined;
        throw error;
      }
      return signWith(seed, message);
    });
  }

  async audit(by: Actor, act: string, about: string): Promise<Answer<null>> {
    return answering(() => {
      this.demandExists();
      this.#audit(by, act, about);
      return null;
    });
  }

  /** The newest acts first. */
  async auditTrail(cursor: string | undefined, limit: number): Promise<Answer<Page<AuditView>>> {
    return answering(() => {
      if (!this.exists) return { items: [] };
      const [before] = parseCursor(cursor, 1) ?? [];
      const rows = this.sql
        .exec<{ number: number; at: string; by: string; by_name: string; act: string; about: string }>(
          "SELECT * FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?",
          before === undefined ? Number.MAX_SAFE_INTEGER : Number(before),
          limit + 1,
        )
        .toArray();
      return pageOf(
        rows,
        limit,
        ({ at, by, by_name, act, about }) => ({ at, by, byName: by_name, act, about }),
        (row) => [String(row.number)],
      );
    });
  }

  #profile(): Profile {
    const { id, name } = this.sql.exec<{ id: string; name: string }>("SELECT id, name FROM organization").one();
    const publicKey = new Uint8Array(
      this.sql.exec<{ public_key: ArrayBuffer }>("SELECT public_key FROM keys ORDER BY number DESC LIMIT 1").one().public_key,
    );
    const keyName = `${this.env.CAISEY_NAME}/${id}`;
    const key = encodeVerifierKey(verifierKey(keyName, SIGNATURE_TYPE.log, publicKey));
    return { organization: id, name, keyName, key, publicKey };
  }

  #unwrap(): Promise<Uint8Array> {
    const { id } = this.sql.exec<{ id: string }>("SELECT id FROM organization").one();
    const row = this.sql
      .exec<{ public_key: ArrayBuffer; iv: ArrayBuffer; wrapped: ArrayBuffer }>("SELECT * FROM keys ORDER BY number DESC LIMIT 1")
      .one();
    const key = { publicKey: new Uint8Array(row.public_key), iv: new Uint8Array(row.iv), wrapped: new Uint8Array(row.wrapped) };
    return unwrapSeed(key, this.env.CAISEY_MASTER_KEY, id);
  }

  #audit(by: Actor, act: string, about: string): void {
    const now = new Date().toISOString();
    this.sql.exec("INSERT INTO audit (at, by, by_name, act, about) VALUES (?, ?, ?, ?, ?)", now, by.id, by.name, act, about);
  }
}
