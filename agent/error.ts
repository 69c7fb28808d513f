/** Every code an {@link AgentError} can carry. Closed: a caller may switch over it. */
export type AgentErrorCode =
  | "approval/no-terminal"
  | "arguments/invalid"
  | "build/failed"
  | "build/no-node"
  | "enrolment/refused"
  | "journal/unusable"
  | "policy/malformed"
  | "server/unreachable"
  | "service/failed"
  | "session/ended"
  | "session/rejected"
  | "shell/busy"
  | "shell/unavailable"
  | "state/already-enrolled"
  | "state/damaged"
  | "state/in-use"
  | "state/not-enrolled"
  | "state/not-private";

/** The one error class of this room. The message says what was expected and what came; it never holds recorded text or a key. */
export class AgentError extends Error {
  readonly code: AgentErrorCode;

  constructor(code: AgentErrorCode, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = "AgentError";
    this.code = code;
  }
}
