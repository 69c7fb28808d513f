import { sha256 } from "@noble/hashes/sha2.js";
import { shake256 } from "@noble/hashes/sha3.js";
import { type IsSigned, isSigned } from "./key.ts";
import { sha256Into } from "./short-sha256.ts";

/** SHA-256 of bytes that come in pieces. */
export interface StreamHash {
  update(bytes: Uint8Array): void;
  /** 32 bytes; the hash can't be used after it. */
  digest(): Uint8Array;
}

/** SHA-256 of bytes that come in pieces, by a platform that has its answer later. */
export interface LaterHash {
  update(bytes: Uint8Array): void;
  /** 32 bytes; the hash can't be used after it. */
  digest(): Promise<Uint8Array>;
}

/** The hash functions and the signature check of the format. A platform with faster ones hands them in; the results are the same. */
export interface Hashes {
  sha256(bytes: Uint8Array): Uint8Array;
  /** Writes the 32 bytes of a SHA-256 into `into`, from `at` on: for the many short lines an array each costs more than the hash. */
  sha256Into(bytes: Uint8Array, into: Uint8Array, at: number): void;
  shake256(bytes: Uint8Array, length: number): Uint8Array;
  stream(): StreamHash;
  /** For whole files, where the platform has something faster than {@link Hashes.stream}. */
  file?(): LaterHash;
  isSigned: IsSigned;
}

/** By @noble/hashes and @noble/curves: the same everywhere. */
export const nobleHashes: Hashes = {
  sha256: (bytes) => sha256(bytes),
  sha256Into,
  shake256: (bytes, length) => shake256(bytes, { dkLen: length }),
  stream: () => {
    const hash = sha256.create();
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
  },
  isSigned,
};
