import { parseVerifierKey } from "../record/key.ts";
import { sshFingerprint } from "../record/sshsig.ts";

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
