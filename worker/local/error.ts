/** Every code a {@link LocalError} can carry. Each ends `npm start` with status 1 and its message. */
export type LocalErrorCode =
  | "arguments/unknown"
  | "data/damaged"
  | "data/in-use"
  | "port/in-use"
  | "worker/build-failed"
  | "run/incomplete";

/** The one error class of the local run. Its message is written for the person at the terminal. */
export class LocalError extends Error {
  readonly code: LocalErrorCode;

  constructor(code: LocalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LocalError";
    this.code = code;
  }
}
