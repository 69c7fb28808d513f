import { concatAll } from "./bytes.ts";
import { RecordError } from "./error.ts";

/** Longest line of a records file, in bytes: a text of the largest size, each of its characters escaped, stays below it. */
export const LINE_LIMIT = 64 * 1024 * 1024;

/**
 * Lines of a stream, without their newlines, whatever the pieces in which it comes. A line may share its memory with the piece.
 * @throws RecordError `text/malformed` when the last line has no newline, or a line is longer than {@link LINE_LIMIT}.
 */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, start)) {
      if (length + end - start > LINE_LIMIT) throw tooLong();
      const rest = piece.subarray(start, end);
      yield held.length === 0 ? rest : concatAll([...held, rest]);
      held = [];
      length = 0;
      start = end + 1;
    }
    if (start < piece.length) {
      held.push(piece.slice(start));
      length += piece.length - start;
      if (length > LINE_LIMIT) throw tooLong();
    }
  }
  if (length > 0) throw new RecordError("text/malformed", "expected a newline after the last line");
}

function tooLong(): RecordError {
  return new RecordError("text/malformed", `expected lines of at most ${LINE_LIMIT} bytes`);
}
