import { sha256 } from "@noble/hashes/sha2.js";
import { concatAll } from "../../../record/bytes.ts";
import { type Hashes, type LaterHash, nobleHashes } from "../../../record/hash.ts";

/** Up to here a file is held and hashed at once, by the browser's own code. */
const WHOLE = 8 * 1024 * 1024;

/** One state that is set back again and again: making one costs as much as hashing a line. */
const blank = sha256.create();
const work = sha256.create();

/** The format's hash functions, as fast as a browser has them. */
export const webHashes: Hashes = {
  ...nobleHashes,
  sha256Into(bytes, into, at) {
    blank._cloneInto(work);
    work.update(bytes).digestInto(into.subarray(at, at + 32));
  },
  // WebCrypto is missing on pages that come without TLS.
  ...(globalThis.crypto?.subtle === undefined ? {} : { file: fileHash }),
};

function fileHash(): LaterHash {
  let held: Uint8Array[] = [];
  let length = 0;
  let long: ReturnType<typeof sha256.create> | undefined;
  return {
    update(bytes) {
      if (long === undefined) {
        held.push(bytes);
        length += bytes.length;
        if (length <= WHOLE) return;
        long = sha256.create();
        for (const one of held) long.update(one);
        held = [];
      } else long.update(bytes);
    },
    async digest() {
      if (long !== undefined) return long.digest();
      const whole = held.length === 1 ? (held[0] as Uint8Array) : concatAll(held);
      return new Uint8Array(await crypto.subtle.digest("SHA-256", whole as Uint8Array<ArrayBuffer>));
    },
  };
}
