/** Every code a {@link GeneratorError} can carry. Closed: a caller may switch over it. */
export type GeneratorErrorCode =
  | "input/missing"
  | "output/exists"
  | "output/in-package"
  | "resume/other-package"
  | "signer/malformed"
  | "signer/missing"
  | "signer/other-bytes"
  | "signer/other-key"
  | "source/facts-differ"
  | "source/hash-shown"
  | "source/incomplete"
  | "source/malformed"
  | "unseal/not-hidden"
  | "unseal/not-proven"
  | "unseal/refused"
  | "zip/path-twice"
  | "zip/too-large";

/** The one error class of this room. The message says what was expected and what came; it never holds recorded text. */
export class GeneratorError extends Error {
  readonly code: GeneratorErrorCode;

  constructor(code: GeneratorErrorCode, message: string) {
    super(message);
    this.name = "GeneratorError";
    this.code = code;
  }
}
