const START = 0x1e;
const END = 0x00;
/** A mark carries a status and a directory. What is longer isn't one. */
const MARK_LIMIT = 64 * 1024;

/** Bytes that a shell writes to say that a command is over: record separator, nonce, colon, payload, NUL. */
export function encodeMark(nonce: string, payload: string): Uint8Array {
  return Buffer.from(`\x1e${nonce}:${payload}\0`);
}

/**
 * Separates marks from output in one stream, however it is cut into pieces. A mark counts only with a nonce that is expected now:
 * nonces are random and told to nobody but the shell, so output that looks like a mark stays output.
 */
export class MarkFinder {
  readonly #expected = new Map<string, Buffer>();
  readonly #onBytes: (bytes: Uint8Array) => void;
  readonly #onMark: (nonce: string, payload: string) => void;
  #held: Buffer = Buffer.alloc(0);

  constructor(onBytes: (bytes: Uint8Array) => void, onMark: (nonce: string, payload: string) => void) {
    this.#onBytes = onBytes;
    this.#onMark = onMark;
  }

  expect(nonce: string): void {
    this.#expected.set(nonce, Buffer.from(`\x1e${nonce}:`));
  }

  push(piece: Buffer): void {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, piece]) : piece;
    this.#held = Buffer.alloc(0);
    let told = 0;
    let at = this.#expected.size > 0 ? bytes.indexOf(START) : -1;
    while (at >= 0) {
      const found = this.#markAt(bytes, at);
      if (found === "undecided") {
        this.#tell(bytes.subarray(told, at));
        this.#held = Buffer.from(bytes.subarray(at));
        return;
      }
      if (found === "output") {
        at = bytes.indexOf(START, at + 1);
        continue;
      }
      this.#tell(bytes.subarray(told, at));
      told = found.next;
      this.#expected.delete(found.nonce);
      this.#onMark(found.nonce, found.payload);
      at = this.#expected.size > 0 ? bytes.indexOf(START, told) : -1;
    }
    this.#tell(bytes.subarray(told));
  }

  /** The stream is over: what was held back as the beginning of a mark is output after all. */
  end(): void {
    this.#tell(this.#held);
    this.#held = Buffer.alloc(0);
  }

  #tell(bytes: Buffer): void {
    if (bytes.length > 0) this.#onBytes(bytes);
  }

  #markAt(bytes: Buffer, at: number): "output" | "undecided" | { nonce: string; payload: string; next: number } {
    let undecided = false;
    for (const [nonce, start] of this.#expected) {
      const there = bytes.subarray(at, at + start.length);
      if (!start.subarray(0, there.length).equals(there)) continue;
      if (there.length < start.length) {
        undecided = true;
        continue;
      }
      const end = bytes.indexOf(END, at + start.length);
      if (end >= 0) return { nonce, payload: bytes.toString("utf8", at + start.length, end), next: end + 1 };
      if (bytes.length - at < MARK_LIMIT) undecided = true;
    }
    return undecided ? "undecided" : "output";
  }
}
