import { DigitReader } from "./digits.ts";

/** Longest number in characters. */
const NUMBER = 12;

/**
 * Records, each a number with its length in front, out of pieces that may part them anywhere. What is given begins and ends with
 * a record, and is good until the next is asked for.
 */
export async function* wholeRecords(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<DigitReader> {
  let left = new Uint8Array(0);
  for await (const piece of pieces) {
    let bytes = piece;
    if (left.length > 0) {
      bytes = new Uint8Array(left.length + piece.length);
      bytes.set(left);
      bytes.set(piece, left.length);
    }
    const end = endOfRecords(bytes);
    if (end > 0) yield new DigitReader(bytes.subarray(0, end));
    left = bytes.slice(end);
  }
  // A last record may be shorter than the longest number.
  if (left.length > 0) yield new DigitReader(left);
}

function endOfRecords(bytes: Uint8Array): number {
  const reader = new DigitReader(bytes);
  for (;;) {
    const start = reader.at;
    if (start + NUMBER > bytes.length) return start;
    const length = reader.number();
    if (reader.at + length > bytes.length) return start;
    reader.at += length;
  }
}
