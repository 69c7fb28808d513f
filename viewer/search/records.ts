import { DigitReader } from "./digits.ts";

/** Longest number in characters. */
const NUMBER = 12;

/**
 * Records, each a number with its length in front, out of pieces that may part them anywhere. What is given begins and ends with
 * a record, and is good until the next is asked for; so need the pieces be.
 */
export async function* wholeRecords(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<DigitReader> {
  // One array for all of them: a merge of many runs would leave hundreds of megabytes behind, which are collected late.
  let bytes = new Uint8Array(0);
  let left = 0;
  for await (const piece of pieces) {
    const filled = left + piece.length;
    if (filled > bytes.length) {
      const larger = new Uint8Array(filled + (filled >> 2));
      larger.set(bytes.subarray(0, left));
      bytes = larger;
    }
    bytes.set(piece, left);
    const end = endOfRecords(bytes.subarray(0, filled));
    if (end > 0) yield new DigitReader(bytes.subarray(0, end));
    bytes.copyWithin(0, end, filled);
    left = filled - end;
  }
  // A last record may be shorter than the longest number.
  if (left > 0) yield new DigitReader(bytes.subarray(0, left));
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
