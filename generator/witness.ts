import { utf8 } from "../record/bytes.ts";
import { cosignatureMessage } from "../record/checkpoint.ts";
import { RecordError } from "../record/error.ts";
import type { VerifierKey } from "../record/key.ts";
import { parseNote, signatureBy } from "../record/note.ts";
import type { Platform } from "./platform.ts";

/**
 * When a session's endpoint cosigned its final checkpoint, by its own clock; null when it did not, or when what stands there in its name
 * does not hold: verification tells these apart, a page must only not say more than is so.
 */
export async function witnessedAt(checkpoint: string, key: VerifierKey, platform: Platform): Promise<string | null> {
  try {
    const note = parseNote(utf8(checkpoint));
    const signature = signatureBy(note, key)?.signature;
    if (signature?.length !== 72) return null;
    const seconds = Number(new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0));
    const message = cosignatureMessage(seconds, note.text);
    const holds = await platform.isSigned(signature.subarray(8), message, key.publicKey);
    return holds ? new Date(seconds * 1000).toISOString() : null;
  } catch (error) {
    if (error instanceof RecordError) return null;
    throw error;
  }
}
