import { sha256 } from "@noble/hashes/sha2.js";
import { type Hashes, type LaterHash, nobleHashes } from "../../../record/hash.ts";
import type { Digest } from "./digest.ts";
import { shortShake256 } from "./short-shake256.ts";

/** Up to here a file is held and hashed at once, by the browser's own code, which is ten times as fast as any in JavaScript. */
const WHOLE = 4 * 1024 * 1024;
/** What is held first, in bytes. */
const FIRST = 256 * 1024;
/** Buffers that are kept to be used again: what is held anew for each file is given back late. */
const KEPT = 4;

/**
 * The format's hash functions, as fast as a browser has them.
 * @param digest the browser's own SHA-256. Undefined where there is none.
 */
export function webHashes(digest: Digest | undefined): Hashes {
  // A text's salts come from its seed: the only use that the format has for it.
  const base: Hashes = { ...nobleHashes, shake256: shortShake256 };
  if (digest === undefined) return base;
  const free: ArrayBuffer[] = [];
  const give = (buffer: ArrayBuffer) => {
    if (buffer.byteLength === FIRST && free.length < KEPT) free.push(buffer);
  };
  return { ...base, file: () => new FileHash(digest, free.pop() ?? new ArrayBuffer(FIRST), give) };
}

class FileHash implements LaterHash {
  readonly #digest: Digest;
  readonly #give: (buffer: ArrayBuffer) => void;
  #held: Uint8Array<ArrayBuffer>;
  #length = 0;
  #long: ReturnType<typeof sha256.create> | undefined;

  constructor(digest: Digest, buffer: ArrayBuffer, give: (buffer: ArrayBuffer) => void) {
    this.#digest = digest;
    this.#held = new Uint8Array(buffer);
    this.#give = give;
  }

  update(bytes: Uint8Array): void {
    if (this.#long === undefined && this.#length + bytes.length > WHOLE) {
      this.#long = sha256.create().update(this.#held.subarray(0, this.#length));
      this.#held = new Uint8Array();
    }
    if (this.#long !== undefined) {
      this.#long.update(bytes);
      return;
    }
    const length = this.#length + bytes.length;
    if (length > this.#held.length) {
      const larger = new Uint8Array(Math.min(WHOLE, Math.max(2 * this.#held.length, length)));
      larger.set(this.#held.subarray(0, this.#length));
      this.#give(this.#held.buffer);
      this.#held = larger;
    }
    this.#held.set(bytes, this.#length);
    this.#length = length;
  }

  async digest(): Promise<Uint8Array> {
    if (this.#long !== undefined) return this.#long.digest();
    const { digest, buffer } = await this.#digest(this.#held.buffer, this.#length);
    this.#give(buffer);
    return digest;
  }
}
