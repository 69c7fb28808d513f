import { _SHA256 } from "@noble/hashes/sha2.js";

/**
 * SHA-256 of one short input after another, by the library's compression function alone: the object, the checks and the clearing that
 * go with each of its hashes take as long as the hash of a line does.
 */
class ShortSha256 extends _SHA256 {
  /** Writes the 32 bytes into `into`, from `at` on. */
  hash(bytes: Uint8Array, into: Uint8Array, at: number): void {
    // FIPS 180-4 section 5.3.3.
    this.set(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
    const { buffer, view } = this;
    const { length } = bytes;
    let done = 0;
    if (length >= 64) {
      const whole = new DataView(bytes.buffer, bytes.byteOffset, length);
      for (; done + 64 <= length; done += 64) this.process(whole, done);
    }
    let end = 0;
    while (done < length) buffer[end++] = bytes[done++] as number;
    // Section 5.1.1: a bit, zeros, and the length in bits as 64 bits.
    buffer[end++] = 0x80;
    if (end > 56) {
      buffer.fill(0, end);
      this.process(view, 0);
      end = 0;
    }
    buffer.fill(0, end);
    view.setUint32(56, Math.floor(length / 2 ** 29));
    view.setUint32(60, length * 8);
    this.process(view, 0);
    put(this.A, into, at);
    put(this.B, into, at + 4);
    put(this.C, into, at + 8);
    put(this.D, into, at + 12);
    put(this.E, into, at + 16);
    put(this.F, into, at + 20);
    put(this.G, into, at + 24);
    put(this.H, into, at + 28);
  }
}

function put(word: number, into: Uint8Array, at: number): void {
  into[at] = word >>> 24;
  into[at + 1] = word >>> 16;
  into[at + 2] = word >>> 8;
  into[at + 3] = word;
}

const one = new ShortSha256();

/** Writes the 32 bytes of a SHA-256 into `into`, from `at` on. */
export function sha256Into(bytes: Uint8Array, into: Uint8Array, at: number): void {
  one.hash(bytes, into, at);
}
