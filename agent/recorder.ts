import { randomBytes } from "node:crypto";
import type { Entry } from "../record/entry.ts";
import { RecordError } from "../record/error.ts";
import { makeText, type OpenText, type TextValue, visibleLines } from "../record/text.ts";
import {
  type AgentMessage,
  type Event,
  parseMessage,
  type ReportedKind,
  type SessionMessage,
  sessionMessage,
} from "../record/wire.ts";
import type { Clock } from "./clock.ts";
import { Connection, type ConnectionTimes, type Lost, socketUrl } from "./connection.ts";
import { AgentError } from "./error.ts";
import { groupLogOf, isShorter } from "./group-log.ts";
import type { Journal, JournalledSession, RequestStep, RunRequest } from "./journal.ts";
import { nodeHashes } from "./node-hashes.ts";
import { Outbox } from "./outbox.ts";
import { type AgentState, organizationKeyName, signAs, witnessKey } from "./state.ts";
import { type CommittedLine, Disagreement, Witness } from "./witness.ts";

type Message<T extends SessionMessage["type"]> = Extract<SessionMessage, { type: T }>;

/** An event that is journalled and on its way into the record. */
export interface Reported {
  n: number;
  /** Resolves with its number in the record once it is committed; rejects with an AgentError when it never will be. */
  committed: Promise<number>;
}

interface Waiting {
  resolve(seq: number): void;
  reject(error: AgentError): void;
}

interface Checked {
  entry: Entry;
  committed: CommittedLine;
  text: Record<string, TextValue>;
}

export interface RecorderHandlers {
  /** An entry is committed; with its texts. */
  onEntry(entry: Entry, text: Record<string, string>): void;
  onRequest(message: Message<"run"> | Message<"cancel"> | Message<"collect">): void;
  onWelcome(isClosed: boolean): void;
  onConnecting(): void;
  onLost(lost: Lost, retryIn: number | undefined): void;
  onCosigned(size: number): void;
  onDisagreed(disagreement: Disagreement): void;
  onEnded(reason: "closed" | "removed"): void;
}

/**
 * One session's way into the record: numbers and journals what happens, sends it until it is acknowledged, keeps the session's tree,
 * and cosigns its head.
 */
export class Recorder {
  readonly #journal: Journal;
  readonly #session: JournalledSession;
  readonly #state: AgentState;
  readonly #clock: Clock;
  readonly #handlers: RecorderHandlers;
  readonly #witness: Witness;
  readonly #connection: Connection<SessionMessage>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #outbox: Outbox;
  /** Number of the next event. */
  #next: number;
  #isWelcome = false;
  #isOver = false;
  readonly #ahead = Promise.withResolvers<number>();

  constructor(
    journal: Journal,
    session: JournalledSession,
    state: AgentState,
    clock: Clock,
    handlers: RecorderHandlers,
    times?: Partial<ConnectionTimes>,
  ) {
    this.#journal = journal;
    this.#session = session;
    this.#state = state;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#next = session.next;
    const lines = journal.lines(session.session).map(({ line }) => line);
    this.#witness = new Witness(session.session, lines, nodeHashes);
    this.#connection = new Connection({
      url: socketUrl(state.server, "session", session.ref),
      ref: session.ref,
      sign: (message) => signAs(state, message),
      have: () => this.#witness.size,
      parse: (data) => parseMessage(sessionMessage, data),
      onConnecting: () => handlers.onConnecting(),
      onMessage: (message) => this.#receive(message),
      onLost: (lost, retryIn) => {
        this.#outbox.stop();
        this.#isWelcome = false;
        handlers.onLost(lost, retryIn);
      },
      ...(times === undefined ? {} : { times }),
    });
    this.#outbox = new Outbox(journal, session.session, (events) => this.#connection.send({ type: "events", events }));
  }

  open(): void {
    this.#connection.open();
  }

  /** By how many milliseconds this machine's clock was ahead of the server's when it welcomed us; the way there is not known. */
  get ahead(): Promise<number> {
    return this.#ahead.promise;
  }

  /** Tells those who look on now something that is not recorded; without a connection nobody does. */
  notice(message: AgentMessage & { type: "waiting" }): void {
    if (this.#isWelcome) this.#connection.send(message);
  }

  /** Ends the connection; what is journalled stays for the next start. */
  close(): void {
    this.#isOver = true;
    this.#connection.close();
    this.#rejectAll(new AgentError("session/ended", "expected the session to go on, the agent was stopped"));
  }

  /**
   * Journals that something happened, and sends it when it can.
   * @param fields of the entry, but those that the server sets.
   * @throws AgentError `session/ended`; AgentError `journal/unusable` when it could not be journalled: then it is not recorded.
   */
  report(
    kind: ReportedKind,
    fields: Record<string, unknown>,
    text: Record<string, string | undefined>,
    step?: { request: RunRequest; step: RequestStep },
    seen: Date = this.#clock.now(),
  ): Reported {
    if (this.#isOver) throw new AgentError("session/ended", "expected the session to go on, it is over");
    const texts: Record<string, OpenText> = {};
    for (const [name, value] of Object.entries(text)) if (value !== undefined) texts[name] = openText(value);
    const event: Event = { n: this.#next, seen: seen.toISOString(), kind, fields: defined(fields), text: texts };
    try {
      this.#journal.append(this.#session.session, event, step);
    } catch (cause) {
      if (cause instanceof AgentError) throw cause;
      throw new AgentError("journal/unusable", "expected the journal to take an event, it could not be written", { cause });
    }
    this.#next++;
    const { promise: committed, resolve, reject } = Promise.withResolvers<number>();
    // Nobody has to wait for it.
    committed.catch(() => {});
    this.#waiting.set(event.n, { resolve, reject });
    if (this.#witness.disagreement !== undefined) this.#rejectAll(differs());
    this.#outbox.send();
    return { n: event.n, committed };
  }

  /** When an event of an earlier run of this agent is committed, or its number if it is already. */
  committed(n: number): Promise<number> {
    const seq = this.#journal.seqOf(this.#session.session, n);
    if (seq !== undefined) return Promise.resolve(seq);
    if (this.#isOver) return Promise.reject(new AgentError("session/ended", "expected the session to go on, it is over"));
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    promise.catch(() => {});
    this.#waiting.set(n, { resolve, reject });
    return promise;
  }

  #receive(message: SessionMessage): void {
    if (this.#isOver) return;
    switch (message.type) {
      case "challenge":
        throw new RecordError("wire/malformed", "expected one challenge a connection");
      case "welcome":
        this.#welcome(message);
        break;
      case "committed":
        this.#commit(message.from, message.entries);
        break;
      case "rejected":
        this.#rejected(message);
        break;
      case "checkpoint":
        void this.#cosign(message.note);
        break;
      case "ended":
        if (message.reason !== "replaced") this.#end(message.reason);
        break;
      default:
        this.#handlers.onRequest(message);
    }
  }

  #welcome({ session, next, size, clock, closed }: Message<"welcome">): void {
    if (session !== this.#session.session)
      throw new RecordError("wire/malformed", "expected this session to welcome us, got another");
    this.#connection.accepted();
    this.#isWelcome = true;
    this.#ahead.resolve(this.#clock.now().getTime() - Date.parse(clock));
    // The server lost lines that it had shown to us: what is left is another record than the one seen here.
    if (size < this.#witness.size) this.#disagree(new Disagreement(size, "root-differs"));
    if (next > this.#next) {
      this.#journal.skipTo(this.#session.session, next);
      this.#next = next;
    }
    if (!closed) this.#outbox.startFrom(next);
    this.#handlers.onWelcome(closed);
  }

  #commit(from: number, lines: readonly CommittedLine[]): void {
    if (this.#witness.disagreement !== undefined) return;
    const { session } = this.#session;
    const { checked, disagreement } = this.#check(from, lines);
    try {
      this.#journal.commit(
        session,
        checked.map(({ entry, committed }) => ({ seq: entry.seq, n: committed.n, line: committed.line })),
      );
    } catch {
      // What isn't on the disk isn't held: these lines are asked for again.
      this.#connection.restart("journal");
      return;
    }
    for (const { committed } of checked) {
      this.#witness.append(committed.line);
      if (committed.n !== undefined) this.#outbox.acknowledged(committed.n);
    }
    for (const { entry, committed, text } of checked) {
      if (committed.n !== undefined) this.#settle(committed.n, (waiting) => waiting.resolve(entry.seq));
      this.#handlers.onEntry(entry, plainTexts(text));
    }
    if (disagreement !== undefined) this.#disagree(disagreement);
    this.#outbox.send();
  }

  /** The new ones among these lines, as far as they are what was seen here. */
  #check(from: number, lines: readonly CommittedLine[]): { checked: Checked[]; disagreement: Disagreement | undefined } {
    const { session } = this.#session;
    const checked: Checked[] = [];
    try {
      for (const [i, committed] of lines.entries()) {
        const seq = from + i;
        if (seq < this.#witness.size) {
          // Sent again after a reconnection: it must be the same.
          if (this.#journal.line(session, seq)?.line !== committed.line) throw new Disagreement(seq, "root-differs");
          continue;
        }
        if (seq !== this.#witness.size + checked.length) throw new Disagreement(seq, "out-of-order");
        const event = committed.n === undefined ? undefined : this.#journal.event(session, committed.n);
        if (seq === 0) this.#checkLog(committed.line);
        checked.push({ entry: this.#witness.check(seq, committed, event), committed, text: committed.text ?? event?.text ?? {} });
      }
    } catch (error) {
      if (!(error instanceof Disagreement)) throw error;
      return { checked, disagreement: error };
    }
    return { checked, disagreement: undefined };
  }

  /** @throws Disagreement when the client group's log has become shorter than it was when this machine last vouched for it. */
  #checkLog(line: string): void {
    const vouched = this.#journal.vouched();
    if (vouched === undefined) return;
    try {
      const log = groupLogOf(line);
      if (log !== undefined && isShorter(log, vouched)) throw new Disagreement(0, "log-shorter");
    } catch (error) {
      // Whether it is an entry at all is the witness's to say.
      if (!(error instanceof RecordError)) throw error;
    }
  }

  /**
   * The server won't take an event. All behind it would be refused too, so its place is given to a gap that says so; what depends
   * on it must not happen.
   */
  #rejected({ n, code, message }: Message<"rejected">): void {
    if (code === "session/closed") {
      this.#outbox.stop();
      this.#rejectAll(new AgentError("session/ended", "expected the session to be open, it is closed"));
      return;
    }
    const event = n === undefined ? undefined : this.#journal.event(this.#session.session, n);
    if (event === undefined || code === "event/out-of-order") {
      // Out of step: a new connection begins with what is stored.
      this.#connection.restart("protocol");
      return;
    }
    const expected = `expected the server to record an event of kind ${event.kind}, it answered ${code}: ${message}`;
    this.#settle(event.n, (waiting) => waiting.reject(new AgentError("session/rejected", expected)));
    if (event.kind === "gap") {
      // Even that is refused: this server and this agent don't speak the same language.
      this.#outbox.stop();
      return;
    }
    const [from, to] = [event.seen, this.#clock.now().toISOString()].sort();
    this.#journal.replace(this.#session.session, {
      ...event,
      kind: "gap",
      fields: { from, to, cause: "not-recorded" },
      text: { detail: openText(`An entry of kind ${event.kind} was refused by the server (${code}).`) },
    });
    this.#outbox.startFrom(event.n);
  }

  async #cosign(note: string): Promise<void> {
    try {
      const { line, checkpoint } = await this.#witness.cosign(
        note,
        organizationKeyName(this.#state),
        witnessKey(this.#state),
        new Date(),
        (message) => signAs(this.#state, message),
      );
      const log = groupLogOf(this.#journal.line(this.#session.session, 0)?.line ?? "");
      try {
        // What was vouched for must not be forgotten.
        if (log !== undefined) this.#journal.vouch(log);
      } catch {
        this.#connection.restart("journal");
        return;
      }
      this.#connection.send({ type: "cosignature", size: checkpoint.size, line });
      this.#handlers.onCosigned(checkpoint.size);
    } catch (error) {
      if (error instanceof Disagreement) this.#disagree(error);
      else if (error instanceof RecordError) this.#disagree(new Disagreement(this.#witness.size, "root-differs"));
      else throw error;
    }
  }

  #disagree(disagreement: Disagreement): void {
    this.#witness.refuse(disagreement);
    this.#connection.send({ type: "disagree", seq: disagreement.seq, reason: disagreement.reason });
    // A record that differs from what is seen here records nothing: whatever waits for it must not happen.
    this.#rejectAll(differs());
    this.#handlers.onDisagreed(disagreement);
  }

  #settle(n: number, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(n);
    this.#waiting.delete(n);
    if (waiting !== undefined) how(waiting);
  }

  #end(reason: "closed" | "removed"): void {
    this.#isOver = true;
    this.#connection.close();
    this.#journal.endSession(this.#session.session);
    this.#rejectAll(new AgentError("session/ended", "expected the session to be open, it has ended"));
    this.#handlers.onEnded(reason);
  }

  #rejectAll(error: AgentError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function differs(): AgentError {
  return new AgentError("session/rejected", "expected the record to be what was seen here, it differs");
}

function openText(value: string): OpenText {
  return makeText(value.toWellFormed(), new Uint8Array(randomBytes(32)));
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function plainTexts(text: Record<string, TextValue>): Record<string, string> {
  const plain = Object.entries(text).map(([name, value]) => [
    name,
    visibleLines(value)
      .map((line) => line.text)
      .join("\n"),
  ]);
  return Object.fromEntries(plain) as Record<string, string>;
}
