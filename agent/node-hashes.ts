import { createHash, hash as hashOf } from "node:crypto";
import type { Hashes } from "../record/hash.ts";
import { isSigned } from "../record/key.ts";

/**
 * The format's hash functions by OpenSSL, many times faster in Node than those written in JavaScript. In one call where it can be: an
 * object for each line would leave hundreds of megabytes that the garbage collector doesn't know of.
 */
export const nodeHashes: Hashes = {
  sha256: (bytes) => new Uint8Array(hashOf("sha256", bytes, "buffer")),
  sha256Into: (bytes, into, at) => into.set(hashOf("sha256", bytes, "buffer"), at),
  shake256: (bytes, length) => new Uint8Array(hashOf("shake256", bytes, { outputLength: length, outputEncoding: "buffer" })),
  stream: () => {
    const hash = createHash("sha256");
    return { update: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
  },
  isSigned,
};
