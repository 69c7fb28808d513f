import { createHash } from "node:crypto";
import type { Hashes } from "../record/hash.ts";
import { isSigned } from "../record/key.ts";

/** The format's hash functions by OpenSSL, many times faster in Node than those written in JavaScript. */
export const nodeHashes: Hashes = {
  sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  sha256Into: (bytes, into, at) => into.set(createHash("sha256").update(bytes).digest(), at),
  shake256: (bytes, length) => new Uint8Array(createHash("shake256", { outputLength: length }).update(bytes).digest()),
  stream: () => {
    const hash = createHash("sha256");
    return { update: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
  },
  isSigned,
};
