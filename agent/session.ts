import { setTimeout as delay } from "node:timers/promises";
import { type ContextPart, contextPart, type Entry } from "../record/entry.ts";
import type { ReportedKind, WaitingSign } from "../record/wire.ts";
import type { Desk } from "./approval.ts";
import { Conclusion } from "./conclusion.ts";
import type { ConnectionTimes, Lost } from "./connection.ts";
import { type ContextReading, encodeReading } from "./context.ts";
import { AgentError } from "./error.ts";
import { NO_INPUT, WAITING_REMARKS } from "./input-watch.ts";
import type { Journal, JournalledSession, RequestStep, RunRequest } from "./journal.ts";
import type { Policy } from "./policy.ts";
import type { PolicyFile } from "./policy-file.ts";
import { Recorder, type Reported } from "./recorder.ts";
import { type RequestDesk, type RequestLimits, RequestRun } from "./request.ts";
import type { Shell } from "./shell.ts";
import type { AgentState } from "./state.ts";
import type { Surroundings } from "./surroundings.ts";
import { type Gap, gapEntry } from "./watch.ts";
import type { Disagreement } from "./witness.ts";

/** The endpoint takes odd numbers for its participants, the server even ones: so neither ever takes the other's. */
const AGENT = "p1";
const FIRST_PERSON = 3;
/** Milliseconds until the journal is tried again after it could not be written. */
const JOURNAL_RETRY = 5_000;

/** Milliseconds that what runs may take to end when the agent stops. */
const CLOSING = 5_000;

export interface SessionHandlers {
  onConnecting(): void;
  onConnected(): void;
  onLost(lost: Lost, retryIn: number | undefined): void;
  onCosigned(size: number): void;
  onDisagreed(disagreement: Disagreement): void;
  onEnded(reason: "closed" | "removed"): void;
}

export interface SessionOptions {
  journal: Journal;
  session: JournalledSession;
  state: AgentState;
  surroundings: Surroundings;
  policy: Policy;
  policyFile?: PolicyFile | undefined;
  limits: RequestLimits;
  handlers: SessionHandlers;
  times?: Partial<ConnectionTimes> | undefined;
  /** Milliseconds until the journal is tried again after it could not be written. */
  journalRetry?: number | undefined;
}

/** One session on the endpoint: takes requests one after the other, chats, tells the machine's context, until it ends. */
export class Session {
  readonly #options: SessionOptions;
  readonly #recorder: Recorder;
  readonly #conclusion: Conclusion;
  readonly #desk: Desk;
  readonly #names = new Map<string, { name: string; role: "technician" | "person" | "agent" }>();
  readonly #commands = new Map<number, string>();
  readonly #requests = new Map<string, RequestRun>();
  readonly #ending = new AbortController();
  readonly #stopWatching: () => void;
  #shell: Promise<Shell> | undefined;
  #isShellChanged = false;
  #stoppedBy: string | undefined;
  /** Requests are worked off one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    const { journal, session, state, surroundings, handlers, times } = options;
    this.#stoppedBy = session.stoppedBy;
    for (const { id, name, role } of journal.participants(session.session)) this.#names.set(id, { name, role });
    this.#desk = surroundings.approver.open(
      { session: session.session, subject: session.subject, mode: session.mode },
      { say: (message, by) => this.#say(message, by), stop: (by, word) => this.#stop(by, word) },
    );
    this.#recorder = new Recorder(
      journal,
      session,
      state,
      surroundings.clock,
      {
        onEntry: (entry, text) => this.#show(entry, text),
        onRequest: (message) => {
          if (message.type === "run") this.#take(message);
          else if (message.type === "cancel") this.#requests.get(message.request)?.withdraw();
          else this.#enqueue(() => this.#tellContext(message.parts));
        },
        onWelcome: () => handlers.onConnected(),
        onConnecting: () => handlers.onConnecting(),
        onLost: (lost, retryIn) => handlers.onLost(lost, retryIn),
        onCosigned: (size) => handlers.onCosigned(size),
        onDisagreed: (disagreement) => handlers.onDisagreed(disagreement),
        onEnded: (reason) => {
          void this.#clear();
          handlers.onEnded(reason);
        },
      },
      times,
    );
    this.#conclusion = new Conclusion({
      journal,
      session: session.session,
      agent: AGENT,
      recorder: this.#recorder,
      shell: async () => (await this.#requestDesk().shell()).name,
      report: (kind, fields, text, step) => this.#report(kind, fields, text, step),
      reportAtLast: (kind, fields, text, step, gap) => this.#reportAtLast(kind, fields, text, step, gap),
    });
    this.#stopWatching = surroundings.watch?.((gap) => this.#reportGap(gap)) ?? (() => {});
  }

  /** Takes the session up: for the first time, or where an earlier run of the agent left it. */
  open(): void {
    const { session, state } = this.#options;
    if (!session.isOver) {
      if (session.next === 0) {
        this.#join(AGENT, "agent", `Caisey agent on ${state.name}`);
        const tell = () => this.#tellContext(contextPart.options);
        // In a replay everything has its place; live, a slow part must not keep a technician waiting.
        if (session.mode === "imported") this.#enqueue(tell);
        else tell().catch(isFault);
      } else this.#enqueue(() => this.#takeUp());
    }
    this.#recorder.open();
  }

  /** Leaves the session open; what runs is ended, and told now or, when there is no connection, after the next start. */
  async close(): Promise<void> {
    for (const request of this.#requests.values()) request.shutDown();
    await Promise.race([this.#work, delay(CLOSING, undefined, { ref: false })]);
    this.#recorder.close();
    await this.#clear();
  }

  #take(request: { request: string; by: string; command: string; reason: string; seen?: string | undefined }): void {
    const { journal, session, surroundings } = this.#options;
    if (this.#requests.has(request.request) || journal.request(session.session, request.request) !== undefined) return;
    const { request: id, by, command, reason } = request;
    const run = new RequestRun({ request: id, by, command, reason }, this.#requestDesk());
    this.#requests.set(id, run);
    this.#enqueue(async () => {
      if (request.seen !== undefined) surroundings.clock.heard?.(new Date(request.seen));
      try {
        await run.run();
      } catch (error) {
        if (!(error instanceof AgentError) || error.code !== "journal/unusable") throw error;
        await this.#journalAgain({ from: surroundings.clock.now(), to: surroundings.clock.now(), cause: "journal-full" });
        const begun = journal.request(session.session, id);
        if (begun !== undefined) await this.#conclusion.conclude(begun, "The agent could not write its journal");
      } finally {
        this.#requests.delete(id);
      }
    });
  }

  /** What can't be recorded any more isn't done; that is no fault. */
  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(isFault);
  }

  #requestDesk(): RequestDesk {
    const session = this;
    const { clock } = this.#options.surroundings;
    return {
      clock,
      desk: this.#desk,
      policy: this.#options.policy,
      limits: this.#options.limits,
      agent: AGENT,
      shell: () => {
        this.#shell ??= this.#options.surroundings.makeShell();
        this.#shell.catch(() => {
          this.#shell = undefined;
        });
        return this.#shell;
      },
      get isShellChanged() {
        return session.#isShellChanged;
      },
      set isShellChanged(value) {
        session.#isShellChanged = value;
      },
      get stoppedBy() {
        return session.#stoppedBy;
      },
      stop: (by) => this.#noteStop(by),
      standing: (command) => this.#options.policyFile?.standing(command, clock.now()),
      technician: (by) => this.#names.get(by)?.name ?? "a technician",
      person: (name) => this.#person(name),
      report: (kind, fields, text, step, seen) => this.#report(kind, fields, text, step, seen),
      reportAtLast: (kind, fields, text, step, gap) => this.#reportAtLast(kind, fields, text, step, gap),
      waiting: (request, sign) => this.#tellWaiting(request, sign),
      remark: (message) => void this.#report("chat", { by: AGENT }, { message }),
    };
  }

  #report(
    kind: ReportedKind,
    fields: Record<string, unknown>,
    text: Record<string, string | undefined>,
    step?: { request: RunRequest; step: RequestStep },
    seen?: Date,
  ): Reported {
    return this.#recorder.report(kind, fields, text, step, seen ?? this.#options.surroundings.clock.now());
  }

  async #reportAtLast(
    kind: ReportedKind,
    fields: Record<string, unknown>,
    text: Record<string, string | undefined>,
    step: { request: RunRequest; step: RequestStep },
    lost: Gap | undefined,
  ): Promise<Reported> {
    const { clock } = this.#options.surroundings;
    for (let gap = lost; ; ) {
      if (gap !== undefined) await this.#journalAgain(gap);
      try {
        return this.#report(kind, fields, text, step);
      } catch (error) {
        if (!(error instanceof AgentError) || error.code !== "journal/unusable") throw error;
        gap = { from: clock.now(), to: clock.now(), cause: "journal-full" };
      }
    }
  }

  /** Waits until the journal can be written, and says since when it could not. */
  async #journalAgain(gap: Gap): Promise<void> {
    const { surroundings, journalRetry = JOURNAL_RETRY } = this.#options;
    for (;;) {
      try {
        this.#report("gap", ...gapEntry({ ...gap, to: surroundings.clock.now() }));
        return;
      } catch (error) {
        if (!(error instanceof AgentError) || error.code !== "journal/unusable") throw error;
      }
      await delay(journalRetry, undefined, { signal: this.#ending.signal }).catch(() => {
        throw new AgentError("session/ended", "expected the session to go on, it is over");
      });
    }
  }

  #tellWaiting(request: string, sign: WaitingSign | undefined): void {
    const since = this.#options.surroundings.clock.now().toISOString();
    this.#recorder.notice({ type: "waiting", request, since, ...(sign === undefined ? {} : { sign }) });
    if (sign === undefined) return;
    try {
      this.#report("chat", { by: AGENT }, { message: `${WAITING_REMARKS[sign]} ${NO_INPUT}` });
    } catch (error) {
      // That it waits is less important than that it goes on.
      isFault(error);
    }
  }

  async #reportGap(gap: Gap): Promise<void> {
    await this.#report("gap", ...gapEntry(gap)).committed;
  }

  #join(id: string, role: "person" | "agent", name: string): void {
    this.#report("joined", { participant: id, role }, { name });
    this.#names.set(id, { name, role });
  }

  #person(given: string): string {
    const name = given.replace(/\s+/g, " ").trim() || "The person at the endpoint";
    const known = [...this.#names].find(([, participant]) => participant.role === "person" && participant.name === name);
    if (known !== undefined) return known[0];
    let number = FIRST_PERSON;
    while (this.#names.has(`p${number}`)) number += 2;
    this.#join(`p${number}`, "person", name);
    return `p${number}`;
  }

  async #say(message: string, by: string): Promise<void> {
    await this.#report("chat", { by: this.#person(by) }, { message }).committed;
  }

  #stop(by: string, word?: string): void {
    if (this.#stoppedBy !== undefined) return;
    this.#noteStop(by);
    const message = word ? `Stopped the session: ${word}` : "Stopped the session.";
    this.#report("chat", { by: this.#person(by) }, { message });
    for (const request of this.#requests.values()) request.withdraw();
  }

  #noteStop(by: string): void {
    this.#stoppedBy ??= by;
    this.#options.journal.stopSession(this.#options.session.session, this.#stoppedBy);
  }

  async #tellContext(parts: readonly ContextPart[]): Promise<void> {
    const { signal } = this.#ending;
    for await (const reading of this.#options.surroundings.collectContext(parts, signal)) {
      if (signal.aborted) return;
      const told = reading.part === "clock" && this.#options.session.mode === "live" ? await this.#compared(reading) : reading;
      if (signal.aborted) return;
      for (const { fields, text } of encodeReading(told)) this.#report("context", fields, text);
    }
  }

  /** What was read of the clock, with by how much it is ahead of the server's; there is one once there is a connection. */
  async #compared(reading: ContextReading): Promise<ContextReading> {
    const { signal } = this.#ending;
    const ended = new Promise<undefined>((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
    const ahead = await Promise.race([this.#recorder.ahead, ended]);
    if (ahead === undefined || reading.status === "failed") return reading;
    const seconds = `${ahead < 0 ? "" : "+"}${(ahead / 1000).toFixed(1)} s`;
    return { ...reading, rows: [...reading.rows, ["ahead of the server", seconds]] };
  }

  /**
   * An earlier run of the agent was ended in the middle of the session: says from when on it saw nothing, and how what it had begun
   * came to an end.
   */
  async #takeUp(): Promise<void> {
    const { journal, session, surroundings } = this.#options;
    const now = surroundings.clock.now();
    const last = session.lastSeen === undefined ? now : new Date(session.lastSeen);
    this.#report("gap", ...gapEntry({ from: earlier(last, now), to: now, cause: "agent-restarted" }));
    for (const request of journal.requests(session.session)) await this.#conclusion.conclude(request, "The agent was restarted");
  }

  #show(entry: Entry, text: Record<string, string>): void {
    const { journal, session } = this.#options;
    const at = new Date(entry.seen ?? entry.at);
    if (entry.kind === "joined") {
      const participant = { name: text.name ?? "", role: entry.role };
      if (this.#names.has(entry.participant)) return;
      this.#names.set(entry.participant, participant);
      journal.addParticipant(session.session, { id: entry.participant, ...participant });
    } else if (entry.kind === "chat") {
      const { name = "", role = "technician" } = this.#names.get(entry.by) ?? {};
      this.#desk.show({ kind: "chat", by: name, role, message: text.message ?? "", at });
    } else if (entry.kind === "command") {
      const command = text.command ?? "";
      this.#commands.set(entry.seq, command);
      this.#desk.show({ kind: "command", by: this.#names.get(entry.by)?.name ?? "", command, consent: entry.consent, at });
    } else if (entry.kind === "finished") {
      this.#desk.show({ kind: "finished", command: this.#commands.get(entry.command) ?? "", exit: entry.exit, end: entry.end, at });
      this.#commands.delete(entry.command);
    }
  }

  async #clear(): Promise<void> {
    this.#ending.abort();
    this.#stopWatching();
    for (const request of this.#requests.values()) request.withdraw();
    this.#desk.close();
    const shell = await this.#shell?.catch(() => undefined);
    await shell?.close();
  }
}

function isFault(error: unknown): void {
  if (!(error instanceof AgentError)) throw error;
}

function earlier(a: Date, b: Date): Date {
  return new Date(Math.min(a.getTime(), b.getTime()));
}
