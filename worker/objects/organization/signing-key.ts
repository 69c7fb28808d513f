import { fromBase64, utf8 } from "../../../record/bytes.ts";
import { publicKeyOf } from "../../../record/key.ts";
import { WorkerError } from "../../error.ts";

/** An Ed25519 seed as it is stored: AES-256-GCM under the deployment's master key, bound to its organisation. */
export interface WrappedKey {
  publicKey: Uint8Array;
  iv: Uint8Array;
  wrapped: Uint8Array;
}

/** A new key pair, whose seed leaves this function wrapped only. */
export async function makeSigningKey(masterKey: string, organization: string): Promise<WrappedKey> {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const wrapped = await crypto.subtle.encrypt(gcm(iv, organization), await importMasterKey(masterKey, "encrypt"), seed);
  return { publicKey: publicKeyOf(seed), iv, wrapped: new Uint8Array(wrapped) };
}

/** @throws WorkerError `deployment/misconfigured` when the master key is not the one that it was wrapped with. */
export async function unwrapSeed(key: WrappedKey, masterKey: string, organization: string): Promise<Uint8Array> {
  const master = await importMasterKey(masterKey, "decrypt");
  try {
    return new Uint8Array(await crypto.subtle.decrypt(gcm(key.iv, organization), master, key.wrapped));
  } catch {
    throw new WorkerError(
      "deployment/misconfigured",
      "CAISEY_MASTER_KEY is not the key that this organisation's signing key was wrapped with.",
    );
  }
}

async function importMasterKey(masterKey: string, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(masterKey, 32);
  } catch {
    throw new WorkerError("deployment/misconfigured", "CAISEY_MASTER_KEY must be 32 bytes in base64.");
  }
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, [use]);
}

/** A wrapped key that is copied to another organisation's object does not unwrap there. */
function gcm(iv: Uint8Array, organization: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: utf8(`caisey-signing-key/1\n${organization}\n`) };
}

interface AesGcmParams {
  name: "AES-GCM";
  iv: Uint8Array;
  additionalData: Uint8Array;
}
