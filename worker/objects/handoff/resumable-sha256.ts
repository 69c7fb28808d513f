import { _SHA256 } from "@noble/hashes/sha2.js";
import { concat } from "../../../record/bytes.ts";

/** Eight words of 32 bits, and how many bytes they stand for. */
const STATE = 40;
const BLOCK = 64;

/**
 * SHA-256 that can be put away between two blocks of 64 bytes: neither DigestStream nor node:crypto lets its state out. FIPS 180-4,
 * section 6.2.2: between blocks the state is the intermediate hash value, and the length is needed at the end.
 */
export class ResumableSha256 extends _SHA256 {
  /** @throws RangeError when it is not between two blocks. */
  save(): Uint8Array {
    if (this.length % BLOCK !== 0) throw new RangeError(`expected a multiple of ${BLOCK} bytes, got ${this.length}`);
    const view = new DataView(new ArrayBuffer(STATE));
    for (const [i, word] of this.get().entries()) view.setUint32(4 * i, word >>> 0);
    view.setBigUint64(32, BigInt(this.length));
    return new Uint8Array(view.buffer);
  }

  /** @throws RangeError when this is no state that was saved. */
  static restore(state: Uint8Array): ResumableSha256 {
    if (state.length !== STATE) throw new RangeError(`expected ${STATE} bytes, got ${state.length}`);
    const view = new DataView(concat(state).buffer);
    const hash = new ResumableSha256();
    const word = (i: number) => view.getUint32(4 * i);
    hash.set(word(0), word(1), word(2), word(3), word(4), word(5), word(6), word(7));
    hash.length = Number(view.getBigUint64(32));
    return hash;
  }
}
