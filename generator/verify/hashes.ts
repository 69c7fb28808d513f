import { createHash, hash } from "node:crypto";
import type { Hashes } from "../../record/hash.ts";

/** The hash functions of the format by OpenSSL, as Node has it. */
export const nodeHashes: Hashes = {
  sha256: (bytes) => hash("sha256", bytes, "buffer"),
  shake256: (bytes, length) => createHash("shake256", { outputLength: length }).update(bytes).digest(),
  stream: () => {
    const stream = createHash("sha256");
    return { update: (bytes) => void stream.update(bytes), digest: () => stream.digest() };
  },
};
