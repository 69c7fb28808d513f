import { fromBase64 } from "../../record/bytes.ts";
import { groupOrigin } from "../../record/checkpoint.ts";
import { encodeVerifierKey, SIGNATURE_TYPE, verifierKey } from "../../record/key.ts";
import { type Answer, accepted, answering } from "../answer.ts";
import { pageOf, parseCursor } from "../cursor.ts";
import type { Bindings } from "../env.ts";
import { notFound, WorkerError } from "../error.ts";
import { newId } from "../id.ts";
import type { EndpointView, GroupView, HandoffRow, HandoffState, Page, SessionRow, SessionsQuery } from "../schema.ts";
import { EnrolmentCodes } from "./client-group/enrolment-codes.ts";
import { GroupLog } from "./client-group/group-log.ts";
import { CLIENT_GROUP_MIGRATIONS } from "./client-group/schema.ts";
import { type ClosedFacts, SessionIndex } from "./client-group/session-index.ts";
import { endpointObject, handoffObject, organizationObject, proven, refOf, sessionObject } from "./name.ts";
import type { Actor } from "./organization.ts";
import { ERASED, type Erasure } from "./session/erase.ts";
import { signedByOrganization } from "./sign-checkpoint.ts";
import { StoredObject } from "./stored-object.ts";

/** An endpoint as its client group knows it; whether it is connected, only its own object knows. */
export type EndpointRow = Omit<EndpointView, "connected" | "lastSeen">;

/** All that a package says about a client group and its log. */
export interface GroupSnapshot {
  group: string;
  name: string;
  organization: string;
  organizationName: string;
  organizationKey: string;
  /** Statements that lead to that key from the first one. */
  keyStatements: string[];
  /** Signed note over the log's head. */
  checkpoint: string;
  leaves: { session: string; opened: string; hash: Uint8Array }[];
}

/** One per client group: its endpoints and their enrolment, the index of its sessions, its log, its handoffs. */
export class ClientGroup extends StoredObject {
  readonly #codes: EnrolmentCodes;
  readonly #sessions: SessionIndex;
  readonly #log: GroupLog;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env, CLIENT_GROUP_MIGRATIONS);
    this.#codes = new EnrolmentCodes(ctx.storage.sql);
    this.#sessions = new SessionIndex(ctx.storage.sql);
    this.#log = new GroupLog(ctx.storage.sql);
  }

  async create(organization: string, group: GroupView): Promise<Answer<GroupView>> {
    return answering(() => {
      this.createOnce(() => {
        this.sql.exec("INSERT INTO client_group VALUES (?, ?, ?, ?)", group.group, organization, group.name, group.created);
        this.#log.start();
      });
      return this.#group();
    });
  }

  async get(): Promise<Answer<GroupView>> {
    return this.#answering(() => this.#group());
  }

  // Endpoints

  async makeEnrolmentCode(endpointName: string | undefined): Promise<Answer<{ code: string; expires: string }>> {
    return this.#answering(() => this.#codes.make(refOf(this.ctx.id), endpointName));
  }

  /** Uses a code up and adds the endpoint that brought it. */
  async enrol(
    code: { id: string; secret: string },
    endpoint: { name: string; platform: string; key: string },
  ): Promise<Answer<{ endpoint: string; ref: string; keyName: string; organization: string; client: string }>> {
    return this.#answering(async () => {
      const name = this.#codes.use(code.id, code.secret, endpoint.name) ?? endpoint.name;
      const organization = proven(this.#organization());
      const profile = await accepted(organizationObject(this.env, organization).profile());
      const id = newId("end");
      const keyName = `${profile.keyName}/${id}`;
      const key = encodeVerifierKey(verifierKey(keyName, SIGNATURE_TYPE.cosignature, fromBase64(endpoint.key, 32)));
      const stub = endpointObject(this.env, organization, id);
      const enrolled = new Date().toISOString();
      const { group, name: client } = this.#group();
      await accepted(stub.create({ organization: organization.id, group, endpoint: id, key, enrolled }));
      this.sql.exec(
        "INSERT INTO endpoints (id, name, platform, key, enrolled) VALUES (?, ?, ?, ?, ?)",
        id,
        name,
        endpoint.platform,
        key,
        enrolled,
      );
      return { endpoint: id, ref: refOf(stub.id), keyName, organization: profile.name, client };
    });
  }

  async listEndpoints(cursor: string | undefined, limit: number): Promise<Answer<Page<EndpointRow>>> {
    return this.#answering(() => {
      const [name, id] = parseCursor(cursor, 2) ?? ["", ""];
      const rows = this.sql
        .exec<EndpointTuple>("SELECT * FROM endpoints WHERE (name, id) > (?, ?) ORDER BY name, id LIMIT ?", name, id, limit + 1)
        .toArray();
      return pageOf(rows, limit, endpointRow, (row) => [row.name, row.id]);
    });
  }

  async getEndpoint(endpoint: string): Promise<Answer<EndpointRow>> {
    return this.#answering(() => this.#endpoint(endpoint));
  }

  /** @throws WorkerError `not-found` when one of them isn't of this group. */
  async getEndpoints(endpoints: string[]): Promise<Answer<EndpointRow[]>> {
    return this.#answering(() => endpoints.map((endpoint) => this.#endpoint(endpoint)));
  }

  /** Ends an enrolment. What was recorded of the endpoint stays. */
  async removeEndpoint(endpoint: string): Promise<Answer<EndpointRow>> {
    return this.#answering(async () => {
      this.#endpoint(endpoint);
      await accepted(endpointObject(this.env, proven(this.#organization()), endpoint).remove());
      this.sql.exec("UPDATE endpoints SET removed = coalesce(removed, ?) WHERE id = ?", new Date().toISOString(), endpoint);
      return this.#endpoint(endpoint);
    });
  }

  // Sessions

  async openSession(
    endpoint: string,
    by: Actor,
    subject: string,
    imported: { source: string; seen: string } | undefined,
  ): Promise<Answer<SessionRow>> {
    return this.#answering(async () => {
      const { name: endpointName, key, removed } = this.#endpoint(endpoint);
      if (removed !== null)
        throw new WorkerError("endpoint/removed", "This endpoint was removed; it can't be connected to any more.");
      const organization = proven(this.#organization());
      const profile = await accepted(organizationObject(this.env, organization).profile());
      const session = newId("ses");
      const { group, name: client } = this.#group();
      const stub = sessionObject(this.env, organization, session);
      const { opened } = await accepted(
        stub.create({
          organization: { id: organization.id, name: profile.name, key: profile.key },
          group: { id: group, name: client },
          endpoint: { id: endpoint, name: endpointName, key },
          session,
          subject,
          by,
          imported,
        }),
      );
      const mode = imported === undefined ? "live" : "imported";
      this.#sessions.add({ session, endpoint, subject, technician: by.name, mode, opened });
      await accepted(endpointObject(this.env, organization, endpoint).invite({ session, ref: refOf(stub.id), subject, mode }));
      return this.#sessions.get(session);
    });
  }

  async getSession(session: string): Promise<Answer<SessionRow>> {
    return this.#answering(() => this.#sessions.get(session));
  }

  /** @throws WorkerError `not-found` when one of them isn't of this group. */
  async getSessions(sessions: string[]): Promise<Answer<SessionRow[]>> {
    return this.#answering(() => sessions.map((session) => this.#sessions.get(session)));
  }

  /** All sessions of the log, in its order. */
  async closedSessions(): Promise<Answer<{ session: string; opened: string }[]>> {
    return this.#answering(() => this.#log.leaves(this.#log.tree().size).map(({ session, opened }) => ({ session, opened })));
  }

  async listSessions(query: SessionsQuery): Promise<Answer<Page<SessionRow>>> {
    return this.#answering(() => this.#sessions.list(query));
  }

  async setTags(session: string, tags: string[]): Promise<Answer<SessionRow>> {
    return this.#answering(() => this.ctx.storage.transactionSync(() => this.#sessions.setTags(session, tags)));
  }

  async listTags(): Promise<Answer<{ tag: string; sessions: number }[]>> {
    return this.#answering(() => this.#sessions.tags());
  }

  /**
   * Takes a closed session into log and index. Calling it again changes nothing.
   * @param body the session's final checkpoint body.
   */
  async closeSession(
    session: string,
    body: string,
    facts: ClosedFacts,
    witnessed: string | null,
  ): Promise<Answer<{ leaf: number }>> {
    return this.#answering(async () => {
      this.#sessions.get(session);
      const leaf = this.ctx.storage.transactionSync(() => {
        const number = this.#log.append(session, body);
        this.#sessions.close(session, facts, number, witnessed);
        return number;
      });
      await this.#signedHead();
      return { leaf };
    });
  }

  /** A cosignature that came after the session was closed. The leaf does not change with it. */
  async sessionWitnessed(session: string, witnessed: string): Promise<Answer<null>> {
    return this.#answering(() => {
      this.#sessions.setWitnessed(session, witnessed);
      return null;
    });
  }

  async snapshot(): Promise<Answer<GroupSnapshot>> {
    return this.#answering(async () => {
      const { group, name } = this.#group();
      const { size, checkpoint } = await this.#signedHead();
      // Asked for last, so that the key that signed the head is among those that lead to it.
      const profile = await accepted(organizationObject(this.env, proven(this.#organization())).profile());
      return {
        group,
        name,
        organization: profile.organization,
        organizationName: profile.name,
        organizationKey: profile.key,
        keyStatements: profile.keyStatements,
        checkpoint,
        leaves: this.#log.leaves(size),
      };
    });
  }

  // Handoffs

  async makeHandoff(recipient: string, by: Actor): Promise<Answer<HandoffRow>> {
    return this.#answering(async () => {
      const handoff = newId("hnd");
      const organization = proven(this.#organization());
      const { group } = this.#group();
      const created = new Date().toISOString();
      await accepted(
        handoffObject(this.env, organization, handoff).create({
          organization: organization.id,
          group,
          handoff,
          recipient,
          created,
          by,
        }),
      );
      this.sql.exec("INSERT INTO handoffs (id, recipient, state, created) VALUES (?, ?, 'draft', ?)", handoff, recipient, created);
      return { handoff, recipient, state: "draft" as const, created, expires: null };
    });
  }

  async handoffChanged(handoff: string, recipient: string, state: HandoffState, expires: string | null): Promise<Answer<null>> {
    return this.#answering(() => {
      this.sql.exec("UPDATE handoffs SET recipient = ?, state = ?, expires = ? WHERE id = ?", recipient, state, expires, handoff);
      return null;
    });
  }

  // Erasure

  /**
   * Has every handoff that is being prepared look at the session again: lines of it are about to be erased.
   * @throws WorkerError `handoff/state` while a package with this session is being made.
   */
  async announceErasure(session: string): Promise<Answer<null>> {
    return this.#answering(async () => {
      this.#sessions.get(session);
      for (const { id } of this.#handoffs()) await accepted(this.#handoff(id).erasureComes(session));
      return null;
    });
  }

  /** Takes copies of what was erased out of lists, invitations and handoffs. @returns handoffs whose published package has the session. */
  async sessionErased(session: string, erasure: Erasure): Promise<Answer<string[]>> {
    return this.#answering(async () => {
      this.#sessions.erase(session, erasure, ERASED);
      const row = this.#sessions.get(session);
      if (erasure.subject) {
        await accepted(endpointObject(this.env, proven(this.#organization()), row.endpoint).subjectErased(session, ERASED));
      }
      const published: string[] = [];
      for (const { id } of this.#handoffs()) {
        const { isPublished } = await accepted(this.#handoff(id).sessionErased(row, erasure.erased));
        if (isPublished) published.push(id);
      }
      return published;
    });
  }

  async listHandoffs(cursor: string | undefined, limit: number): Promise<Answer<Page<HandoffRow>>> {
    return this.#answering(() => {
      const [created, id] = parseCursor(cursor, 2) ?? ["9", ""];
      const rows = this.sql
        .exec<HandoffTuple>(
          "SELECT * FROM handoffs WHERE (created, id) < (?, ?) ORDER BY created DESC, id DESC LIMIT ?",
          created,
          id,
          limit + 1,
        )
        .toArray();
      return pageOf(rows, limit, handoffRow, (row) => [row.created, row.id]);
    });
  }

  /** The log's head, signed. Signed again only when leaves were added. */
  async #signedHead(): Promise<{ size: number; checkpoint: string }> {
    const tree = this.#log.tree();
    const signed = this.#log.signed();
    if (signed !== undefined && signed.size === tree.size) return signed;
    const organization = organizationObject(this.env, proven(this.#organization()));
    const profile = await accepted(organization.profile());
    const checkpoint = { origin: groupOrigin(profile.keyName, this.#group().group), size: tree.size, root: tree.root() };
    const note = await signedByOrganization(organization, checkpoint);
    this.#log.keepSigned(tree.size, note);
    return { size: tree.size, checkpoint: note };
  }

  #answering<T>(work: () => T | Promise<T>): Promise<Answer<T>> {
    return answering(() => {
      this.demandExists();
      return work();
    });
  }

  #handoffs(): { id: string }[] {
    return this.sql.exec<{ id: string }>("SELECT id FROM handoffs ORDER BY created, id").toArray();
  }

  #handoff(handoff: string) {
    return handoffObject(this.env, proven(this.#organization()), handoff);
  }

  #organization(): string {
    return this.sql.exec<{ organization: string }>("SELECT organization FROM client_group").one().organization;
  }

  #group(): GroupView {
    const { id, name, created } = this.sql.exec<{ id: string; name: string; created: string }>("SELECT * FROM client_group").one();
    return { group: id, name, created };
  }

  #endpoint(endpoint: string): EndpointRow {
    const row = this.sql.exec<EndpointTuple>("SELECT * FROM endpoints WHERE id = ?", endpoint).toArray()[0];
    if (row === undefined) throw notFound();
    return endpointRow(row);
  }
}

type EndpointTuple = { id: string; name: string; platform: string; key: string; enrolled: string; removed: string | null };

function endpointRow({ id, name, platform, key, enrolled, removed }: EndpointTuple): EndpointRow {
  return { endpoint: id, name, platform, key, enrolled, removed };
}

type HandoffTuple = { id: string; recipient: string; state: HandoffState; created: string; expires: string | null };

function handoffRow({ id, ...rest }: HandoffTuple): HandoffRow {
  return { handoff: id, ...rest };
}
