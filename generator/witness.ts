import { cosignedAt } from "../record/checkpoint.ts";
import { RecordError } from "../record/error.ts";
import type { VerifierKey } from "../record/key.ts";
import type { Note } from "../record/note.ts";
import type { Platform } from "./platform.ts";

/**
 * When a session's endpoint cosigned its final checkpoint, by its own clock; null when it did not, or when what stands there in its name
 * does not hold: verification tells these apart, a page must only not say more than is so.
 */
export function witnessedAt(checkpoint: Note, key: VerifierKey, platform: Platform): string | null {
  try {
    const seconds = cosignedAt(checkpoint, key, platform.isSigned);
    return seconds === undefined ? null : new Date(seconds * 1000).toISOString();
  } catch (error) {
    if (error instanceof RecordError) return null;
    throw error;
  }
}
