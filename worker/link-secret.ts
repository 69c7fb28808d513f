import { sha256 } from "@noble/hashes/sha2.js";
import { utf8 } from "../record/bytes.ts";

/** What is stored of a link's secret. It has 256 random bits: a slow hash would add nothing. */
export function linkHash(secret: string): Uint8Array {
  return sha256(utf8(`caisey-link/1\n${secret}\n`));
}

/**
 * What is stored of a grant: 256 random bits that stand in the path after a `~`. A cookie would not do: pages of a package live in an
 * opaque origin, and browsers send no cookies with what those ask for.
 */
export function hashGrant(grant: string): Uint8Array {
  return sha256(utf8(`caisey-grant/1\n${grant}\n`));
}

/** What is stored of the secret in the address of a preview, for the same reason. */
export function hashPreview(secret: string): Uint8Array {
  return sha256(utf8(`caisey-preview/1\n${secret}\n`));
}
