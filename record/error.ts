/** Every code a {@link RecordError} can carry. Closed: a caller may switch over it. */
export type RecordErrorCode =
  | "bag/malformed"
  | "base64/malformed"
  | "canonical/not-canonical"
  | "canonical/not-json"
  | "canonical/unsupported-value"
  | "checkpoint/malformed"
  | "disclosure/malformed"
  | "entry/malformed"
  | "entry/participant-taken"
  | "entry/participant-unknown"
  | "entry/refers-nowhere"
  | "handoff/malformed"
  | "hex/malformed"
  | "key/malformed"
  | "leaves/malformed"
  | "note/malformed"
  | "note/bad-signature"
  | "note/no-known-signature"
  | "path/malformed"
  | "receipt/malformed"
  | "signers/malformed"
  | "sshsig/malformed"
  | "text/digest-mismatch"
  | "text/malformed"
  | "text/no-such-line"
  | "text/not-well-formed"
  | "text/root-mismatch"
  | "timestamp/bad-signature"
  | "timestamp/malformed"
  | "timestamp/other-data"
  | "tree/out-of-range"
  | "wire/malformed"
  | "zip/malformed";

/** The one error class of this room. The message says what was expected and what came; it never holds recorded text. */
export class RecordError extends Error {
  readonly code: RecordErrorCode;

  constructor(code: RecordErrorCode, message: string) {
    super(message);
    this.name = "RecordError";
    this.code = code;
  }
}
