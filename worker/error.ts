/** Every code that an answer of the Worker can carry, and its HTTP status. Closed: a caller may switch over it. */
export const STATUS = {
  "request/malformed": 400,
  "request/too-large": 413,
  "request/cross-site": 403,
  "request/not-a-websocket": 426,
  "auth/signed-out": 401,
  "auth/no-organization": 403,
  "auth/forbidden": 403,
  "not-found": 404,
  "organization/key-changed": 409,
  "group/archived": 409,
  "enrolment/refused": 403,
  "enrolment/code-over": 409,
  "endpoint/removed": 409,
  "session/closed": 409,
  "session/not-closed": 409,
  "session/busy": 409,
  "session/endpoint-away": 409,
  "session/no-such-request": 404,
  "session/seen-refused": 400,
  "session/seen-missing": 400,
  "session/no-such-line": 400,
  "session/erased": 409,
  "event/malformed": 400,
  "event/out-of-order": 409,
  "event/participant-taken": 409,
  "event/participant-unknown": 400,
  "event/refers-nowhere": 400,
  "search/full": 507,
  "handoff/state": 409,
  "handoff/not-reviewed": 409,
  "handoff/not-second-reviewed": 409,
  "handoff/same-reviewer": 409,
  "handoff/unscanned": 409,
  "handoff/undecided": 409,
  "handoff/not-selectable": 409,
  "handoff/no-period": 409,
  "handoff/already-redacted": 409,
  "handoff/not-hidden": 409,
  "handoff/not-repeatable": 409,
  "deployment/misconfigured": 500,
  internal: 500,
} as const;
export type WorkerErrorCode = keyof typeof STATUS;

/** The one error class of this room. The message is shown to the caller: no secret, no token, no recorded text. */
export class WorkerError extends Error {
  readonly code: WorkerErrorCode;

  constructor(code: WorkerErrorCode, message: string) {
    super(message);
    this.name = "WorkerError";
    this.code = code;
  }
}

/** One answer for whatever isn't there or isn't the caller's: the two can't be told apart. */
export function notFound(): WorkerError {
  return new WorkerError("not-found", "There is nothing here.");
}
