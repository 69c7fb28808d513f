import { RecordError } from "./error.ts";
import { type Finding, type FindingCode, failure } from "./finding.ts";

/** Signed by nobody known, signed wrongly, or by a key that is no log's: each is a question of origin, not of form. */
const SIGNATURE: ReadonlySet<string> = new Set(["note/bad-signature", "note/no-known-signature", "key/malformed"]);

/** A finding for what openCheckpoint throws; `malformed` is the code for a note that can't be read at all. */
export function checkpointFailure(malformed: FindingCode, subject: string, error: unknown): Finding {
  const signature = error instanceof RecordError && SIGNATURE.has(error.code);
  return failure(signature ? "origin/checkpoint-signature" : malformed, subject, error);
}
