import type { RandomAccess } from "./zip.ts";

/** Bytes that are read at once, if not said otherwise. */
const BLOCK = 256 * 1024;
/** A session's entries and texts are read side by side; the block of either, the one that comes next, and one for what comes between. */
const BLOCKS = 4;

/**
 * Reads more than it is asked for and keeps it a while: a ZIP has many small parts beside each other, and asking for each by itself
 * costs far more than its bytes. Whoever comes to the second half of a block will soon want the next one, so that is fetched
 * meanwhile. Larger reads pass through. What is given out may share memory.
 */
export function readAhead(access: RandomAccess, size = BLOCK): RandomAccess {
  /** By number; the one that was used last comes last. */
  const blocks = new Map<number, Promise<Uint8Array>>();

  function block(number: number): Promise<Uint8Array> {
    const known = blocks.get(number);
    const bytes = known ?? access.read(number * size, Math.min(size, access.size - number * size));
    // One that can't be read is asked for again; whoever waits for it is told.
    if (known === undefined) bytes.catch(() => blocks.get(number) === bytes && blocks.delete(number));
    blocks.delete(number);
    blocks.set(number, bytes);
    for (const oldest of blocks.keys()) {
      if (blocks.size <= BLOCKS) break;
      blocks.delete(oldest);
    }
    return bytes;
  }

  async function read(offset: number, length: number): Promise<Uint8Array> {
    if (length >= size) return access.read(offset, length);
    const first = Math.floor(offset / size);
    const at = offset - first * size;
    const own = block(first);
    if (at + length > size) {
      const [head, tail] = await Promise.all([own, block(first + 1)]);
      const bytes = new Uint8Array(length);
      bytes.set(head.subarray(at));
      bytes.set(tail.subarray(0, length - (size - at)), size - at);
      return bytes;
    }
    if (at + length > size / 2 && (first + 1) * size < access.size) block(first + 1);
    return (await own).subarray(at, at + length);
  }

  return { size: access.size, read };
}
