import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, fromBase64, utf8 } from "../../../record/bytes.ts";

/** What is stored of a passcode. */
export interface SlowHash {
  /** 16 random bytes. */
  salt: Uint8Array;
  /** PBKDF2 with SHA-256, 32 bytes. */
  hash: Uint8Array;
}

/**
 * The most that Workers allow; about 20 ms of their CPU. People choose short passcodes, so what holds a guesser back is the number of
 * attempts; and who has copied the database still lacks the deployment's master key, which goes into the salt.
 */
const ITERATIONS = 100_000;

export async function hashPasscode(passcode: string, masterKey: string): Promise<SlowHash> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return { salt, hash: await derive(passcode, salt, masterKey) };
}

export async function isPasscode(passcode: string, { salt, hash }: SlowHash, masterKey: string): Promise<boolean> {
  return equal(await derive(passcode, salt, masterKey), hash);
}

/** Attempts that cost nothing but their count. */
const FREE = 3;
/** Wrong ones in a row after which none is taken until the link's maker sets a new passcode. */
export const MOST_WRONG = 10;

/** Milliseconds to wait after so many wrong passcodes in a row: 5 s after the third, then twice as long each time. */
export function waitAfter(wrong: number): number {
  return wrong < FREE ? 0 : 5000 * 2 ** (wrong - FREE);
}

/** The same whatever way it was typed: accents composed, no space around. */
async function derive(passcode: string, salt: Uint8Array, masterKey: string): Promise<Uint8Array> {
  const typed = utf8(passcode.normalize("NFC").trim());
  const key = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveBits"]);
  const peppered = hmac(sha256, fromBase64(masterKey, 32), concat(utf8("caisey-passcode/1\n"), salt));
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: peppered, iterations: ITERATIONS },
    key,
    256,
  );
  return new Uint8Array(bits);
}
