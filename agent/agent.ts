import type { Approver, SessionInfo } from "./approval.ts";
import type { Clock } from "./clock.ts";
import type { CollectContext } from "./context.ts";
import type { MakeShell } from "./shell.ts";
import type { AgentState } from "./state.ts";

/** What a session of the agent works with. Real on an endpoint; a replay gives its own. */
export interface Surroundings {
  clock: Clock;
  approver: Approver;
  makeShell: MakeShell;
  collectContext: CollectContext;
}

/** What happens to the agent, for a log or a caller that waits. Holds no recorded text. */
export type AgentEvent =
  | { type: "connecting"; to: "endpoint" | "session"; session?: string }
  | { type: "connected"; to: "endpoint" | "session"; session?: string }
  | { type: "disconnected"; to: "endpoint" | "session"; session?: string; reason: string; retryIn: number | undefined }
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
  /** Milliseconds until a question lapses. Five minutes by default. */
  approvalTime?: number;
  /** Milliseconds a command may run. An hour by default. */
  timeLimit?: number;
  /** Bytes of output recorded of one command. 10 MiB by default. */
  outputLimit?: number;
  onEvent?: (event: AgentEvent) => void;
}

export interface Agent {
  /** Connects and keeps connected until stopped or removed. */
  start(): void;
  /** Resolves once the server has accepted the endpoint's key; rejects when the agent is stopped or removed first. */
  readonly present: Promise<void>;
  /** Sessions that are open now. */
  readonly sessions: readonly string[];
  /** Closes shells and sockets; what isn't acknowledged stays in the journal for the next start. */
  stop(): Promise<void>;
}
