import { Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import { RecordError } from "../../record/error.ts";

/** Raw deflate by zlib, for record/zip.ts. Bytes after the end of the deflated data are refused: zlib alone would pass them over. */
export async function* inflate(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let fed = 0;
  let last = false;
  /** One piece behind, so that it is known of each whether it is the last: zlib may end before all were asked for. */
  async function* counted(): AsyncGenerator<Uint8Array> {
    let held: Uint8Array | undefined;
    for await (const piece of pieces) {
      if (held !== undefined) {
        fed += held.length;
        yield held;
      }
      held = piece;
    }
    last = true;
    if (held !== undefined) {
      fed += held.length;
      yield held;
    }
  }
  const engine = createInflateRaw();
  const source = Readable.from(counted(), { objectMode: false });
  source.on("error", (error) => engine.destroy(error));
  source.pipe(engine);
  try {
    for await (const piece of engine) yield piece as Uint8Array;
  } finally {
    source.destroy();
    engine.destroy();
  }
  if (!last || engine.bytesWritten !== fed) throw new RecordError("zip/malformed", "expected nothing after the deflated data");
}
