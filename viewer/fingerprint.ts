import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64 } from "../record/bytes.ts";
import { parseVerifierKey } from "../record/key.ts";
import { keyBlob } from "../record/sshsig.ts";

/** Name and fingerprint of an organisation's key, as `ssh-keygen` uses and prints them. */
export interface KeyCard {
  principal: string;
  /** `SHA256:` and 43 characters. */
  fingerprint: string;
}

/** @throws RecordError `key/malformed` unless it is a C2SP verifier key. */
export function keyCard(verifierKey: string): KeyCard {
  const key = parseVerifierKey(verifierKey);
  return { principal: key.name, fingerprint: sshFingerprint(key.publicKey) };
}

/** Fingerprint of a raw Ed25519 key as `ssh-keygen -l` prints it. */
export function sshFingerprint(publicKey: Uint8Array): string {
  return `SHA256:${toBase64(sha256(keyBlob(publicKey))).replace(/=+$/, "")}`;
}
