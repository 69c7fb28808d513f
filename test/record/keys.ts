import { createHash } from "node:crypto";
import { publicKeyOf, type Sign, type SignatureType, signWith, type VerifierKey, verifierKey } from "../../record/key.ts";

/** A key to test with: the same label gives the same key. */
export interface TestKey {
  seed: Uint8Array;
  key: VerifierKey;
  sign: Sign;
}

export function seedOf(label: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(`caisey test ${label}`).digest());
}

export function testKey(name: string, type: SignatureType, label = name): TestKey {
  const seed = seedOf(label);
  return { seed, key: verifierKey(name, type, publicKeyOf(seed)), sign: (message) => signWith(seed, message) };
}
