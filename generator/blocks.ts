/**
 * The same bytes in blocks of `size`, the last one shorter. Each block is the consumer's own.
 * Bodies of multipart uploads must be cut like this, and small pieces cost more than their bytes.
 */
export async function* blocks(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(0);
  let filled = 0;
  for await (const bytes of content) {
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(size - filled, bytes.length - at);
      if (filled + taken > block.length) {
        // Twice as much at least, so that many small pieces are not copied again and again.
        const larger = new Uint8Array(Math.min(size, Math.max(filled + taken, 2 * filled)));
        larger.set(block.subarray(0, filled));
        block = larger;
      }
      block.set(bytes.subarray(at, at + taken), filled);
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
