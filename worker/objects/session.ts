import { type ContextPart, SESSION_FORMAT } from "../../record/entry.ts";
import { type Revealed, revealLine } from "../../record/text.ts";
import type { Recorded } from "../../record/wire.ts";
import { type Answer, answering } from "../answer.ts";
import { earlier, now } from "../clock.ts";
import type { Bindings } from "../env.ts";
import { notFound, WorkerError } from "../error.ts";
import type { CloseBody, LiveMessage, PlaceView, SessionView } from "../schema.ts";
import { acceptAgent, answerPings, CLOSE, isReady } from "./agent-socket.ts";
import type { Actor } from "./organization.ts";
import { AgentChannel } from "./session/agent-channel.ts";
import { type OwnEntry, Recorder } from "./session/commit.ts";
import { type Erasure, eraseLines } from "./session/erase.ts";
import { Finisher } from "./session/finish.ts";
import { SessionHead } from "./session/head.ts";
import { Indexing } from "./session/indexing.ts";
import { shownText, textOf } from "./session/places.ts";
import { Requests } from "./session/requests.ts";
import { SESSION_MIGRATIONS } from "./session/schema.ts";
import { SessionSockets } from "./session/sockets.ts";
import { SessionStore } from "./session/store.ts";
import { Technicians } from "./session/technicians.ts";
import { StoredObject } from "./stored-object.ts";

/** When the next try comes after a fault on the way to the group's log. */
const RETRY = 30_000;
/** About how many bytes of entries one answer holds. */
const PAGE_BYTES = 2_000_000;

export interface NewSession {
  organization: { id: string; name: string; key: string };
  group: { id: string; name: string };
  endpoint: { id: string; name: string; key: string };
  session: string;
  subject: string;
  by: Actor;
  imported: { source: string; seen: string } | undefined;
  /** Head of the group's log now; the root in base64. */
  log: { size: number; root: string };
}

/** What a package needs of a closed session beside its entries. */
export interface SessionHeadView {
  note: string;
  leaf: number;
}

/** A line that is to be redacted. */
export interface Place {
  seq: number;
  field: string;
  line: number;
}

/** One per session: its entries and texts, its log, the sockets of its agent and of technicians. */
export class Session extends StoredObject {
  readonly #store: SessionStore;
  readonly #recorder: Recorder;
  readonly #requests: Requests;
  readonly #head: SessionHead;
  readonly #indexing: Indexing;
  readonly #sockets: SessionSockets;
  readonly #technicians: Technicians;
  readonly #finisher: Finisher;
  readonly #agent: AgentChannel;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env, SESSION_MIGRATIONS);
    const { sql } = ctx.storage;
    this.#store = new SessionStore(ctx.storage);
    this.#recorder = new Recorder(sql, this.#store);
    this.#requests = new Requests(sql);
    this.#head = new SessionHead(sql);
    this.#indexing = new Indexing(ctx, env, this.#store);
    this.#sockets = new SessionSockets(ctx, this.#store, this.#indexing);
    this.#technicians = new Technicians(this.#store, this.#recorder);
    this.#finisher = new Finisher(env, this.#store, this.#head, this.#sockets);
    this.#agent = new AgentChannel(ctx, env, this.#store, this.#recorder, this.#head, this.#sockets, this.#finisher);
    answerPings(ctx);
  }

  async create(session: NewSession): Promise<Answer<{ opened: string }>> {
    return answering(() => {
      this.createOnce(() => {
        const mode = session.imported === undefined ? "live" : "imported";
        const created = now();
        this.sql.exec(
          `INSERT INTO session (id, organization, organization_key, group_id, endpoint, endpoint_name, endpoint_key, subject, mode, state,
           opened, commands, approvals, last_at, next_event, size, subtrees) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, 0, 0, ?, 0, 0, ?)`,
          session.session,
          session.organization.id,
          session.organization.key,
          session.group.id,
          session.endpoint.id,
          session.endpoint.name,
          session.endpoint.key,
          session.subject,
          mode,
          session.imported?.seen ?? created,
          created,
          new Uint8Array(),
        );
        const seen = session.imported?.seen;
        const opened: OwnEntry = {
          fields: {
            kind: "opened",
            format: SESSION_FORMAT,
            session: session.session,
            group: session.group.id,
            endpoint: session.endpoint.id,
            endpointKey: session.endpoint.key,
            mode,
            log: session.log,
            seen,
          },
          text: {
            subject: session.subject,
            organization: session.organization.name,
            client: session.group.name,
            endpoint: session.endpoint.name,
            source: session.imported?.source,
          },
        };
        this.#technicians.take(session.by, seen, [opened]);
      });
      return { opened: this.#store.facts().opened };
    });
  }

  async get(): Promise<Answer<Omit<SessionView, "tags" | "technician" | "leaf">>> {
    return this.#answering(() => {
      const facts = this.#store.facts();
      const head = this.#head.get();
      return {
        session: facts.id,
        group: facts.group_id,
        endpoint: facts.endpoint,
        endpointName: facts.endpoint_name,
        subject: facts.subject,
        mode: facts.mode,
        opened: facts.opened,
        closed: facts.closed,
        state: facts.state,
        outcome: facts.outcome,
        entries: facts.size,
        commands: facts.commands,
        approvals: facts.approvals,
        witnessed: head?.witnessed ?? null,
        participants: this.#store.participants(),
        requests: this.#requests.open(),
        agentConnected: this.#sockets.agent !== undefined,
        disagreement: this.#store.disagreement(),
      };
    });
  }

  async entries(from: number, limit: number): Promise<Answer<{ entries: Recorded[]; size: number }>> {
    return this.#answering(() => {
      const entries = this.#store.read(from, limit, PAGE_BYTES).map(({ line, text }) => ({ line, text }));
      return { entries, size: this.#store.facts().size };
    });
  }

  /** @throws WorkerError `session/no-such-line` when a line to be redacted isn't there, `session/erased` when it is no more. */
  async checkPlace({ seq, field, line }: Place): Promise<Answer<null>> {
    return this.#answering(() => {
      shownText(this.#store, { seq, field, lines: [line] });
      return null;
    });
  }

  /**
   * Salt and line of one line. Reached by handoffs only, which know whether they hide it.
   * @throws WorkerError `session/no-such-line`, `session/erased`.
   */
  async reveal({ seq, field, line }: Place): Promise<Answer<Revealed>> {
    return this.#answering(() => revealLine(shownText(this.#store, { seq, field, lines: [line] }), line));
  }

  /** Whether these lines can be erased. @throws WorkerError `session/not-closed`, `session/no-such-line`. */
  async checkErasable(place: PlaceView): Promise<Answer<{ group: string }>> {
    return this.#answering(() => {
      const { state, group_id } = this.#store.facts();
      if (state !== "closed") throw new WorkerError("session/not-closed", "Close the session first.");
      textOf(this.#store, place);
      return { group: group_id };
    });
  }

  /** Erases lines for good. @throws WorkerError as {@link checkErasable}. */
  async erase(place: PlaceView): Promise<Answer<Erasure>> {
    return this.#answering(async () => {
      await this.#indexing.settled();
      if (this.#store.facts().state !== "closed") throw new WorkerError("session/not-closed", "Close the session first.");
      textOf(this.#store, place);
      return this.#store.transaction(() => eraseLines(this.sql, this.#store, place));
    });
  }

  /** @throws WorkerError `not-found` until the session is in its group's log. */
  async head(): Promise<Answer<SessionHeadView>> {
    return this.#answering(() => {
      const head = this.#head.get();
      if (head === undefined || head.note === null || head.leaf === null) throw notFound();
      return { note: head.note, leaf: head.leaf };
    });
  }

  // What technicians do

  async run(by: Actor, command: string, reason: string, seen: string | undefined): Promise<Answer<{ request: string }>> {
    return this.#acting(by, seen, (participant) => {
      this.#demandAgent();
      const run = this.#requests.add(participant(), command, reason, seen);
      this.#sockets.toAgent(run);
      this.#stateChanged();
      return { request: run.request };
    });
  }

  /** Asks the endpoint for its context as it is now; what it tells is recorded. */
  async collect(by: Actor, parts: ContextPart[]): Promise<Answer<{ parts: ContextPart[] }>> {
    return this.#acting(by, undefined, (participant) => {
      this.#demandAgent();
      participant();
      this.#sockets.toAgent({ type: "collect", parts });
      return { parts };
    });
  }

  async cancel(by: Actor, request: string): Promise<Answer<null>> {
    return this.#acting(by, undefined, () => {
      this.#requests.cancel(request);
      this.#sockets.toAgent({ type: "cancel", request });
      this.#stateChanged();
      return null;
    });
  }

  async chat(by: Actor, message: string, seen: string | undefined): Promise<Answer<{ seq: number }>> {
    return this.#acting(by, seen, (participant) =>
      this.#write({ fields: { kind: "chat", by: participant(), seen }, text: { message } }),
    );
  }

  async note(by: Actor, note: string, about: number | undefined, seen: string | undefined): Promise<Answer<{ seq: number }>> {
    return this.#acting(by, seen, (participant) => {
      if (about !== undefined && this.#store.kindOf(about) === undefined) {
        throw new WorkerError("event/refers-nowhere", "There is no entry of that number.");
      }
      return this.#write({ fields: { kind: "note", by: participant(), about, seen }, text: { note } });
    });
  }

  /** Ends the session. Its log's head is then signed, witnessed and taken into the group's log, see {@link alarm}. */
  async close(by: Actor, { outcome, summary, todo, seen }: CloseBody): Promise<Answer<{ state: "closing" }>> {
    return this.#acting(by, seen, async (participant) => {
      const connected = this.#sockets.agent !== undefined;
      if (connected && this.#requests.open().length > 0) {
        throw new WorkerError("session/busy", "A command is still waiting or running. Cancel it, or wait for its end.");
      }
      const entries: OwnEntry[] = connected ? [] : [{ fields: { ...this.#outOfSight(), seen }, text: {} }];
      const closing = { kind: "closed" as const, by: participant(), outcome, seen };
      entries.push({
        fields: closing,
        text: { summary, todo: todo === undefined || todo.length === 0 ? undefined : todo.join("\n") },
      });
      const committed = this.#store.transaction(() => {
        this.#requests.cancelAll();
        const written = this.#recorder.write(entries);
        const closed = seen ?? this.#store.facts().last_at;
        this.#store.set({ state: "closing", closed, outcome });
        this.#finisher.start();
        return written;
      });
      this.#sockets.committed(committed);
      this.#stateChanged();
      await this.ctx.storage.setAlarm(Date.now());
      return { state: "closing" as const };
    });
  }

  /** The endpoint's enrolment has ended. */
  async endpointRemoved(): Promise<Answer<null>> {
    return this.#answering(() => {
      this.#sockets.endAgents("removed", CLOSE.ended);
      return null;
    });
  }

  /** Takes up what is still to be done, where the alarm that would do it was lost. */
  async carryOn(): Promise<void> {
    if (this.exists && this.isUnfinished) await this.ctx.storage.setAlarm(Date.now());
  }

  protected override get isUnfinished(): boolean {
    return this.#store.facts().state === "closing" || this.#indexing.isBehind;
  }

  /** Carries a closed session on: signs the head, gives the witness its time, takes it into the group's log. And fills the search index. */
  override async alarm(): Promise<void> {
    if (!this.exists) return;
    const finish = await this.#tried("finished", () => this.#finish());
    if (finish !== undefined) await this.ctx.storage.setAlarm(finish);
    const index = await this.#tried("indexed", async () => ((await this.#indexing.step()) ? Date.now() : undefined));
    // The witness may have answered meanwhile, and wants the alarm at once.
    if (index !== undefined) await this.ctx.storage.setAlarm(Math.min(index, (await this.ctx.storage.getAlarm()) ?? index));
  }

  /** @returns when to call again, in milliseconds since 1970; undefined when all is done. */
  async #finish(): Promise<number | undefined> {
    if (this.#store.facts().state !== "closing") return undefined;
    try {
      return await this.#finisher.step();
    } finally {
      // Also when only what comes after it failed: those who look on would wait for it for ever.
      if (this.#store.facts().state !== "closing") this.#stateChanged();
    }
  }

  async #tried(what: string, work: () => Promise<number | undefined>): Promise<number | undefined> {
    try {
      return await work();
    } catch (error) {
      console.error(`session could not be ${what}, will be tried again`, error instanceof WorkerError ? error.code : "fault");
      return Date.now() + RETRY;
    }
  }

  override async fetch(request: Request): Promise<Response> {
    if (!this.exists) return new Response(null, { status: 404 });
    const url = new URL(request.url);
    if (url.pathname === "/live") return this.#sockets.acceptTechnician(Number(url.searchParams.get("from")), this.#liveState());
    return acceptAgent(this.ctx);
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    // Technicians only look on here; what they do comes by HTTP, with a token that is verified each time.
    if (!isReady(socket) && !this.ctx.getTags(socket).includes("agent")) return;
    await this.#agent.receive(socket, data);
    this.#stateChanged();
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    if (!isReady(socket)) return;
    this.#store.agentSeen();
    this.#stateChanged();
  }

  /** Refuses what can't be done in this session now. `participant` introduces the technician, if this is the first thing they do. */
  #acting<T>(by: Actor, seen: string | undefined, act: (participant: () => string) => T | Promise<T>): Promise<Answer<T>> {
    return this.#answering(() => {
      const facts = this.#store.facts();
      if (facts.state !== "open") throw new WorkerError("session/closed", "The session is closed; nothing can be added to it.");
      if (seen !== undefined && facts.mode === "live") {
        throw new WorkerError("session/seen-refused", "Only imported sessions have claimed times.");
      }
      return act(() => {
        const { participant, committed } = this.#store.transaction(() => this.#technicians.take(by, seen));
        this.#sockets.committed(committed);
        return participant;
      });
    });
  }

  /** @throws WorkerError `session/endpoint-away`. */
  #demandAgent(): void {
    if (this.#sockets.agent === undefined) {
      throw new WorkerError("session/endpoint-away", "The endpoint is not connected to this session now.");
    }
  }

  /** From when on nobody knows what happened at the endpoint. */
  #outOfSight() {
    const { agent_seen, mode, opened, last_at } = this.#store.facts();
    const to = now();
    const from = agent_seen ?? (mode === "live" ? opened : last_at);
    return { kind: "gap", from: earlier(from, to), to, cause: "agent-offline" } as const;
  }

  #write(entry: OwnEntry): { seq: number } {
    const committed = this.#recorder.write([entry]);
    this.#sockets.committed(committed);
    return { seq: committed[0]?.seq ?? 0 };
  }

  #liveState(): LiveMessage {
    const { state } = this.#store.facts();
    return { type: "state", state, agentConnected: this.#sockets.agent !== undefined, requests: this.#requests.open() };
  }

  #stateChanged(): void {
    this.#sockets.stateChanged(() => this.#liveState());
  }

  #answering<T>(work: () => T | Promise<T>): Promise<Answer<T>> {
    return answering(() => {
      this.demandExists();
      return work();
    });
  }
}
