import { fromBase64, toBase64 } from "../../record/bytes.ts";
import { encodeVerifierKey, SIGNATURE_TYPE, verifierKey } from "../../record/key.ts";
import type { Act } from "../act.ts";
import { type Answer, accepted, answering } from "../answer.ts";
import { now } from "../clock.ts";
import type { Bindings } from "../env.ts";
import { WorkerError } from "../error.ts";
import { newId } from "../id.ts";
import type { EnrolmentCodeView, GroupView, HandoffRow, HandoffState, NewEnrolmentCode, Page, SessionRow } from "../schema.ts";
import type { IndexBatch } from "../search/passages.ts";
import type { SearchPage, SearchQuery, SessionsQuery } from "../search/schema.ts";
import { EndpointList, type EndpointRow } from "./client-group/endpoint-list.ts";
import { EnrolmentCodes, refused } from "./client-group/enrolment-codes.ts";
import { GroupFacts } from "./client-group/facts.ts";
import { GroupLog } from "./client-group/group-log.ts";
import { HandoffList } from "./client-group/handoff-list.ts";
import { type GroupRules, HandoffRules } from "./client-group/handoff-rules.ts";
import { CLIENT_GROUP_MIGRATIONS } from "./client-group/schema.ts";
import { SearchIndex } from "./client-group/search-index.ts";
import { type ClosedFacts, SessionIndex } from "./client-group/session-index.ts";
import { type GroupSnapshot, signedHead, snapshotOf } from "./client-group/signed-head.ts";
import type { NewHandoff } from "./handoff.ts";
import { endpointObject, handoffObject, organizationObject, refOf, sessionObject } from "./name.ts";
import type { Actor } from "./organization.ts";
import { ERASED, type Erasure } from "./session/erase.ts";
import { StoredObject } from "./stored-object.ts";

/** Sessions that one search looks for which the index is missing. */
const FEW_BEHIND = 10;

/** One per client group: its endpoints and their enrolment, the index of its sessions, its log, its handoffs. */
export class ClientGroup extends StoredObject {
  readonly #facts: GroupFacts;
  readonly #endpoints: EndpointList;
  readonly #codes: EnrolmentCodes;
  readonly #sessions: SessionIndex;
  readonly #search: SearchIndex;
  readonly #log: GroupLog;
  readonly #handoffs: HandoffList;
  readonly #rules: HandoffRules;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env, CLIENT_GROUP_MIGRATIONS);
    const { sql } = ctx.storage;
    this.#facts = new GroupFacts(sql);
    this.#endpoints = new EndpointList(sql);
    this.#codes = new EnrolmentCodes(sql);
    this.#sessions = new SessionIndex(sql);
    this.#search = new SearchIndex(sql);
    this.#log = new GroupLog(sql);
    this.#handoffs = new HandoffList(sql);
    this.#rules = new HandoffRules(sql);
  }

  async create(organization: string, group: GroupView): Promise<Answer<GroupView>> {
    return answering(() => {
      this.createOnce(() => {
        this.#facts.start(organization, group);
        this.#log.start();
      });
      return this.#facts.get();
    });
  }

  async get(): Promise<Answer<GroupView>> {
    return this.#answering(() => this.#facts.get());
  }

  /** Takes nothing new in from now on, or again. What is there stays as it is. */
  async setArchived(isArchived: boolean): Promise<Answer<GroupView>> {
    return this.#answering(() => {
      this.#facts.setArchived(isArchived ? now() : null);
      return this.#facts.get();
    });
  }

  // Endpoints

  async makeEnrolmentCode(endpointName: string | undefined): Promise<Answer<NewEnrolmentCode>> {
    return this.#answering(() => {
      this.#facts.demandInUse();
      return this.#codes.make(refOf(this.ctx.id), endpointName);
    });
  }

  async listEnrolmentCodes(): Promise<Answer<EnrolmentCodeView[]>> {
    return this.#answering(() => this.#codes.list());
  }

  /** @throws WorkerError `not-found`, `enrolment/code-over`. */
  async revokeEnrolmentCode(code: string): Promise<Answer<EnrolmentCodeView>> {
    return this.#answering(() => this.#codes.revoke(code));
  }

  /** Puts a new code in the place of one that was not used. @throws WorkerError `not-found`, `enrolment/code-over`, `group/archived`. */
  async rotateEnrolmentCode(code: string): Promise<Answer<NewEnrolmentCode>> {
    return this.#answering(() => {
      this.#facts.demandInUse();
      return this.ctx.storage.transactionSync(() =>
        this.#codes.make(refOf(this.ctx.id), this.#codes.revoke(code).endpoint ?? undefined),
      );
    });
  }

  /** Uses a code up and adds the endpoint that brought it. */
  async enrol(
    code: { id: string; secret: string },
    endpoint: { name: string; platform: string; key: string },
  ): Promise<Answer<{ endpoint: string; ref: string; keyName: string; organization: string; client: string }>> {
    return this.#answering(async () => {
      if (this.#facts.get().archived !== null) throw refused();
      const id = newId("end");
      const name = this.#codes.use(code.id, code.secret, endpoint.name, id) ?? endpoint.name;
      const organization = this.#facts.organization;
      const profile = await accepted(organizationObject(this.env, organization).profile());
      const keyName = `${profile.keyName}/${id}`;
      const key = encodeVerifierKey(verifierKey(keyName, SIGNATURE_TYPE.cosignature, fromBase64(endpoint.key, 32)));
      const stub = endpointObject(this.env, organization, id);
      const enrolled = now();
      const { group, name: client } = this.#facts.get();
      await accepted(stub.create({ organization: organization.id, group, endpoint: id, key, enrolled }));
      this.#endpoints.add({ endpoint: id, name, platform: endpoint.platform, key, enrolled });
      return { endpoint: id, ref: refOf(stub.id), keyName, organization: profile.name, client };
    });
  }

  async listEndpoints(cursor: string | undefined, limit: number): Promise<Answer<Page<EndpointRow>>> {
    return this.#answering(() => this.#endpoints.list(cursor, limit));
  }

  async getEndpoint(endpoint: string): Promise<Answer<EndpointRow>> {
    return this.#answering(() => this.#endpoints.get(endpoint));
  }

  /** @throws WorkerError `not-found` when one of them isn't of this group. */
  async getEndpoints(endpoints: string[]): Promise<Answer<EndpointRow[]>> {
    return this.#answering(() => endpoints.map((endpoint) => this.#endpoints.get(endpoint)));
  }

  /** Ends an enrolment. What was recorded of the endpoint stays. */
  async removeEndpoint(endpoint: string): Promise<Answer<EndpointRow>> {
    return this.#answering(async () => {
      this.#endpoints.get(endpoint);
      await accepted(endpointObject(this.env, this.#facts.organization, endpoint).remove());
      this.#endpoints.setRemoved(endpoint, now());
      return this.#endpoints.get(endpoint);
    });
  }

  /** A machine has ended its own enrolment. */
  async endpointLeft(endpoint: string): Promise<Answer<null>> {
    return this.#answering(async () => {
      const { name } = this.#endpoints.get(endpoint);
      await accepted(
        organizationObject(this.env, this.#facts.organization).audit({ id: endpoint, name }, "endpoint.left", endpoint),
      );
      this.#endpoints.setRemoved(endpoint, now());
      return null;
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
      this.#facts.demandInUse();
      const { name: endpointName, key, removed } = this.#endpoints.get(endpoint);
      if (removed !== null)
        throw new WorkerError("endpoint/removed", "This endpoint was removed; it can't be connected to any more.");
      const organization = this.#facts.organization;
      const profile = await accepted(organizationObject(this.env, organization).profile());
      const session = newId("ses");
      const { group, name: client } = this.#facts.get();
      const log = this.#log.tree();
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
          log: { size: log.size, root: toBase64(log.root()) },
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

  /** Names of technicians who took part, with how many sessions each. */
  async listTechnicians(): Promise<Answer<{ technician: string; sessions: number }[]>> {
    return this.#answering(() => this.#sessions.technicians());
  }

  async search(query: SearchQuery): Promise<Answer<SearchPage>> {
    return this.#answering(() => {
      const { found, cursor } = this.#search.find(query);
      const items = found.map(({ number, ...hit }) => ({ session: this.#sessions.byNumber(number), ...hit }));
      const behind = this.#sessions.behind(FEW_BEHIND);
      this.#wake(behind);
      return { items, ...(cursor === undefined ? {} : { cursor }), behind: behind.length };
    });
  }

  /**
   * Takes what a session recorded into the search index. What it has is passed over: a session sends it again when it doesn't know.
   * @returns how many of the session's entries the index has.
   * @throws WorkerError `search/full`.
   */
  async indexSession(session: string, batch: IndexBatch): Promise<Answer<{ indexed: number }>> {
    return this.#answering(() => {
      const { number, indexed } = this.#sessions.indexed(session);
      if (batch.from !== indexed) return { indexed };
      this.ctx.storage.transactionSync(() => {
        this.#search.add(number, batch.passages);
        for (const { participant, name } of batch.technicians) this.#sessions.addTechnician(session, participant, name);
        this.#sessions.setIndexed(session, batch.to, batch.counts);
      });
      return { indexed: batch.to };
    });
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
      await signedHead(this.env, this.#facts, this.#log);
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
    return this.#answering(() => snapshotOf(this.env, this.#facts, this.#log));
  }

  // Handoffs

  /** What handoffs of this client have to keep to; `everywhere` is what the organisation asks of all. */
  async handoffRules(): Promise<Answer<GroupRules & { everywhere: boolean }>> {
    return this.#answering(async () => {
      const { secondReview } = await accepted(organizationObject(this.env, this.#facts.organization).handoffRules());
      return { ...this.#rules.get(), everywhere: secondReview };
    });
  }

  async setTerms(terms: string[], by: Actor): Promise<Answer<GroupRules>> {
    return this.#answering(async () => {
      const { added, removed } = this.ctx.storage.transactionSync(() => this.#rules.setTerms(terms));
      await this.#audit(by, "group.terms-changed", `${added} added, ${removed} removed.`);
      return this.#rules.get();
    });
  }

  async setSecondReview(isRequired: boolean, by: Actor): Promise<Answer<GroupRules>> {
    return this.#answering(async () => {
      this.#rules.setSecondReview(isRequired);
      await this.#audit(by, "group.second-review", isRequired ? "Required." : "Not required.");
      return this.#rules.get();
    });
  }

  /** @param from what a later version of another handoff begins with. */
  async makeHandoff(recipient: string, by: Actor, from?: NewHandoff["from"]): Promise<Answer<HandoffRow>> {
    return this.#answering(async () => {
      const handoff = newId("hnd");
      const organization = this.#facts.organization;
      const { group } = this.#facts.get();
      const created = now();
      await accepted(
        handoffObject(this.env, organization, handoff).create({
          organization: organization.id,
          group,
          handoff,
          recipient,
          created,
          by,
          ...(from && { from }),
        }),
      );
      return this.#handoffs.add(handoff, recipient, created, from && from.sessions.length > 0 ? "in-review" : "draft");
    });
  }

  async handoffChanged(handoff: string, recipient: string, state: HandoffState, expires: string | null): Promise<Answer<null>> {
    return this.#answering(() => {
      this.#handoffs.set(handoff, recipient, state, expires);
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
      for (const id of this.#handoffs.ids()) await accepted(this.#handoff(id).erasureComes(session));
      return null;
    });
  }

  /** Takes copies of what was erased out of lists, invitations and handoffs. @returns handoffs whose published package has the session. */
  async sessionErased(session: string, erasure: Erasure): Promise<Answer<string[]>> {
    return this.#answering(async () => {
      this.ctx.storage.transactionSync(() => {
        this.#sessions.erase(session, erasure, ERASED);
        const { number } = this.#sessions.indexed(session);
        for (const place of erasure.erased) this.#search.erase(number, place);
      });
      const row = this.#sessions.get(session);
      if (erasure.subject) {
        await accepted(endpointObject(this.env, this.#facts.organization, row.endpoint).subjectErased(session, ERASED));
      }
      const published: string[] = [];
      for (const id of this.#handoffs.ids()) {
        const { isPublished } = await accepted(this.#handoff(id).sessionErased(row, erasure.erased));
        if (isPublished) published.push(id);
      }
      return published;
    });
  }

  async listHandoffs(cursor: string | undefined, limit: number): Promise<Answer<Page<HandoffRow>>> {
    return this.#answering(() => this.#handoffs.list(cursor, limit));
  }

  #audit(by: Actor, act: Act, detail: string): Promise<null> {
    const { organization } = this.#facts;
    return accepted(organizationObject(this.env, organization).audit(by, act, this.#facts.get().group, undefined, detail));
  }

  #answering<T>(work: () => T | Promise<T>): Promise<Answer<T>> {
    return answering(() => {
      this.demandExists();
      return work();
    });
  }

  /** Has sessions send what the index is missing: those that did not get on with it by themselves. */
  #wake(sessions: readonly { session: string }[]): void {
    const organization = this.#facts.organization;
    for (const { session } of sessions) this.ctx.waitUntil(sessionObject(this.env, organization, session).carryOn());
  }

  #handoff(handoff: string) {
    return handoffObject(this.env, this.#facts.organization, handoff);
  }
}
