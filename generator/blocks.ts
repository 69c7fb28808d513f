/**
 * The same bytes in blocks of `size`, the last one shorter. Each block is the consumer's own.
 * Bodies of multipart uploads must be cut like this, and small pieces cost more than their bytes.
 */
export async function* blocks(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(0);
  let filled = 0;
  for await (const bytes of content) {
    for (let at = 0; at < bytes.length; ) {
      if (filled === block.length) block = grow(block, filled, Math.min(size, filled + bytes.length - at));
      const taken = Math.min(block.length - filled, bytes.length - at);
      block.set(at === 0 && taken === bytes.length ? bytes : bytes.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled === size) {
        yield block;
        block = new Uint8Array(0);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** Room for more: twice as much at least, so that many small pieces are not copied again and again. */
function grow(block: Uint8Array, filled: number, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(needed, Math.min(2 * filled, 1 << 20)));
  larger.set(block.subarray(0, filled));
  return larger;
}
