import { type EndpointMessage, endpointMessage, parseMessage } from "../record/wire.ts";
import type { SessionInfo } from "./approval.ts";
import { Connection, type ConnectionTimes, type Lost, socketUrl } from "./connection.ts";
import { AgentError } from "./error.ts";
import { Journal } from "./journal.ts";
import type { Policy } from "./policy.ts";
import type { PolicyFile } from "./policy-file.ts";
import { sparing } from "./policy-own-files.ts";
import type { RequestLimits } from "./request.ts";
import { Session } from "./session.ts";
import { type AgentState, signAs } from "./state.ts";
import type { Surroundings } from "./surroundings.ts";

/** What happens to the agent, for a log or a caller that waits. Holds no recorded text but a session's subject. */
export type AgentEvent =
  | { type: "connecting"; session?: string | undefined }
  | { type: "connected"; session?: string | undefined }
  | { type: "disconnected"; session?: string | undefined; reason: Lost; retryIn: number | undefined }
  | { type: "session-opened"; session: string; subject: string }
  | { type: "session-ended"; session: string; reason: "closed" | "removed" }
  | { type: "cosigned"; session: string; size: number }
  | { type: "disagreed"; session: string; seq: number; reason: string }
  | { type: "removed" };

export interface AgentOptions {
  /** The enrolled state: key, server, ref, names, and the folder that holds the journal. */
  state: AgentState;
  /** Gives what one session works with. Called once for each session, also when it is taken up again after a restart. */
  surroundings: (session: SessionInfo) => Surroundings;
  policy: Policy;
  /** What the machine's owner decided beforehand. In a replay everything is decided already, and it is not looked at. */
  policyFile?: PolicyFile;
  /** Milliseconds until a question lapses. Five minutes by default. */
  approvalTime?: number;
  /** Milliseconds a command may run. An hour by default. */
  timeLimit?: number;
  /** Milliseconds of silence after which it is asked whether a command waits for input. Ten seconds by default. */
  quietTime?: number;
  /** Bytes of output recorded of one command. 10 MiB by default. */
  outputLimit?: number;
  times?: Partial<ConnectionTimes>;
  /** Milliseconds until the journal is tried again after it could not be written. */
  journalRetry?: number;
  onEvent?: (event: AgentEvent) => void;
}

export interface Agent {
  /**
   * Connects and keeps connected until stopped or removed; takes up the sessions that were open.
   * @throws AgentError `state/in-use`, `journal/unusable`.
   */
  start(): void;
  /** Resolves once the server has accepted the endpoint's key; rejects when the agent is stopped or removed first. */
  readonly present: Promise<void>;
  /** Sessions that are open now. */
  readonly sessions: readonly string[];
  /** Closes shells and sockets; what isn't acknowledged stays in the journal for the next start. */
  stop(): Promise<void>;
}

const MINUTE = 60_000;
/** Sessions that are over and still remembered, in case the server asks for its cosignature again. */
const REMEMBERED = 100;

/** The endpoint program without its command line: connects, takes part in the sessions that it is invited to, and records them. */
export function createAgent(options: AgentOptions): Agent {
  return new EndpointAgent(options);
}

class EndpointAgent implements Agent {
  readonly #options: AgentOptions;
  readonly #connection: Connection<EndpointMessage>;
  readonly #sessions = new Map<string, Session>();
  readonly #present = Promise.withResolvers<void>();
  #journal: Journal | undefined;
  #isOver = false;

  constructor(options: AgentOptions) {
    this.#options = options;
    const { state, times } = options;
    this.#present.promise.catch(() => {});
    this.#connection = new Connection({
      url: socketUrl(state.server, "endpoint", state.ref),
      ref: state.ref,
      sign: (message) => signAs(state, message),
      have: () => 0,
      parse: (data) => parseMessage(endpointMessage, data),
      onConnecting: () => this.#tell({ type: "connecting" }),
      onMessage: (message) => this.#receive(message),
      onLost: (reason, retryIn) => this.#tell({ type: "disconnected", reason, retryIn }),
      ...(times === undefined ? {} : { times }),
    });
  }

  get present(): Promise<void> {
    return this.#present.promise;
  }

  get sessions(): readonly string[] {
    return [...this.#sessions.keys()];
  }

  start(): void {
    if (this.#journal !== undefined || this.#isOver) return;
    this.#journal = Journal.open(this.#options.state.folder);
    this.#journal.forget(REMEMBERED);
    for (const session of this.#journal.openSessions()) this.#join(session, session.ref);
    this.#connection.open();
  }

  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#present.reject(new AgentError("session/ended", "expected the agent to connect, it was stopped"));
    this.#connection.close();
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
    this.#sessions.clear();
    this.#journal?.close();
  }

  #receive(message: EndpointMessage): void {
    switch (message.type) {
      case "challenge":
      // Answers to `leave`, which the running agent doesn't send.
      case "left":
      case "rejected":
        break;
      case "present":
        this.#connection.accepted();
        this.#tell({ type: "connected" });
        this.#present.resolve();
        break;
      case "invite":
        this.#join({ session: message.session, subject: message.subject, mode: message.mode }, message.ref);
        break;
      case "removed":
        this.#tell({ type: "removed" });
        void this.stop();
        break;
    }
  }

  #join(info: SessionInfo, ref: string): void {
    const journal = this.#journal;
    if (journal === undefined || this.#isOver || this.#sessions.has(info.session)) return;
    const { state, policy, policyFile, times, journalRetry } = this.#options;
    const { session: id, subject } = info;
    const journalled = journal.openSession(info, ref);
    const surroundings = this.#options.surroundings(info);
    const session = new Session({
      journal,
      session: journalled,
      state,
      surroundings,
      policy: surroundings.policy ?? sparing(policyFile?.narrow(policy) ?? policy, state.folder),
      policyFile: info.mode === "live" ? policyFile : undefined,
      limits: this.#limits(info),
      times,
      journalRetry,
      handlers: {
        onConnecting: () => this.#tell({ type: "connecting", session: id }),
        onConnected: () => this.#tell({ type: "connected", session: id }),
        onLost: (reason, retryIn) => this.#tell({ type: "disconnected", session: id, reason, retryIn }),
        onCosigned: (size) => this.#tell({ type: "cosigned", session: id, size }),
        onDisagreed: ({ seq, reason }) => this.#tell({ type: "disagreed", session: id, seq, reason }),
        onEnded: (reason) => {
          this.#sessions.delete(id);
          this.#tell({ type: "session-ended", session: id, reason });
        },
      },
    });
    this.#sessions.set(id, session);
    this.#tell({ type: "session-opened", session: id, subject });
    session.open();
  }

  #limits({ mode }: SessionInfo): RequestLimits {
    const {
      approvalTime = 5 * MINUTE,
      timeLimit = 60 * MINUTE,
      quietTime = 10_000,
      outputLimit = 10 * 1024 * 1024,
    } = this.#options;
    return { approvalTime, timeLimit, quietTime, outputLimit, usesTimers: mode === "live" };
  }

  #tell(event: AgentEvent): void {
    this.#options.onEvent?.(event);
  }
}
