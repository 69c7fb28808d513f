const AGAIN = "Publish again; if that fails too, ask whoever runs this server.";

/** What to do about a failure that stays, where it is more than to try again. */
const ADVICE: Readonly<Record<string, string>> = {
  killed: `The server was stopped again and again while it was made. ${AGAIN}`,
  "upload/gone": `The unfinished upload was gone from the bucket again and again, and each time the package was begun anew. A rule of the bucket may end uploads too soon. ${AGAIN}`,
  "handoff/not-repeatable": "Begin a later version of this handoff instead.",
  "organization/key-changed": "The signing key was changed meanwhile. Publish again.",
  "not-found": "A selected session is not there any more. Look through the selection, then publish again.",
};

export function adviceFor(code: string): string {
  if (/^(source|entry|text|checkpoint|note|leaves)\//.test(code)) {
    return "The record of a selected session is not as it should be. Take that session out, or ask whoever runs this server.";
  }
  return ADVICE[code] ?? AGAIN;
}

/** Errors of ours carry a code, which is safe to show; messages of others might not be. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unexpected";
}

/** Whether trying again is of no use: what the records say does not change. */
export function isLasting(error: unknown): boolean {
  if (codeOf(error) === "handoff/not-repeatable") return true;
  return ["GeneratorError", "RecordError"].includes(error instanceof Error ? error.name : "");
}
