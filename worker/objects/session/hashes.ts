import { createHash } from "node:crypto";
import { type Hashes, nobleHashes } from "../../../record/hash.ts";

/** In bytes: from some such length on the platform's own SHA-256 is faster, below it takes longer to be called than to hash. */
const SHORT = 2048;

function sha256Into(bytes: Uint8Array, into: Uint8Array, at: number): void {
  if (bytes.length < SHORT) nobleHashes.sha256Into(bytes, into, at);
  else into.set(createHash("sha256").update(bytes).digest(), at);
}

/** The format's hash functions: each entry takes four SHA-256 at least, nearly all of them of less than three hundred bytes. */
export const workerHashes: Hashes = {
  ...nobleHashes,
  sha256(bytes) {
    const out = new Uint8Array(32);
    sha256Into(bytes, out, 0);
    return out;
  },
  sha256Into,
};
