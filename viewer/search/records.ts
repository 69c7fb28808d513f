import { DigitReader } from "./digits.ts";

/** Longest number in characters. */
const NUMBER = 12;

/**
 * Reads records, each a number with its length in front, out of pieces that may part them anywhere. A record is good until the next
 * one is read; a piece need be good until the next one is asked for.
 */
export class RecordReader {
  /** Where the record is read: at first behind its length. */
  readonly digits = new DigitReader(new Uint8Array(0));
  /** Where the record ends. */
  end = 0;
  readonly #pieces: AsyncIterator<Uint8Array>;
  /** So many bytes are here. */
  #filled = 0;
  #isLast = false;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Goes on to the next record; false when it is not all here. */
  step(): boolean {
    const { digits, end } = this;
    digits.at = end;
    // A last record may be shorter than the longest number.
    if (end + NUMBER > this.#filled && !(this.#isLast && end < this.#filled)) return false;
    const length = digits.number();
    if (digits.at + length > this.#filled) return false;
    this.end = digits.at + length;
    return true;
  }

  /** Reads until the next record is here and goes on to it; false when there is none. */
  async fill(): Promise<boolean> {
    while (!this.step()) {
      if (this.#isLast) return false;
      const next = await this.#pieces.next();
      if (next.done) this.#isLast = true;
      else this.#take(next.value);
    }
    return true;
  }

  /** Puts a piece behind what is left. One array for all: a merge of many runs would leave hundreds of megabytes behind. */
  #take(piece: Uint8Array): void {
    const { bytes } = this.digits;
    const left = this.#filled - this.end;
    this.#filled = left + piece.length;
    if (this.#filled <= bytes.length) bytes.copyWithin(0, this.end, this.end + left);
    else {
      this.digits.bytes = new Uint8Array(this.#filled + (this.#filled >> 2));
      this.digits.bytes.set(bytes.subarray(this.end, this.end + left));
    }
    this.digits.bytes.set(piece, left);
    this.end = 0;
  }
}
