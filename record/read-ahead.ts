import type { RandomAccess } from "./zip.ts";

/** Bytes that are read at once. */
const WINDOW = 256 * 1024;
/** A session's entries and texts are read side by side; one window each, and some for what comes between. */
const WINDOWS = 3;

/**
 * Reads more than it is asked for and keeps it a while: a ZIP has many small parts beside each other, and asking for each by itself
 * costs far more than its bytes. Larger reads pass through. What is given out may share memory.
 */
export function readAhead(access: RandomAccess): RandomAccess {
  /** The one that was used last comes first. */
  const windows: { offset: number; bytes: Promise<Uint8Array> }[] = [];

  async function read(offset: number, length: number): Promise<Uint8Array> {
    if (length >= WINDOW) return access.read(offset, length);
    const found = windows.findIndex((one) => offset >= one.offset && offset + length <= Math.min(one.offset + WINDOW, access.size));
    const [window] =
      found >= 0 ? windows.splice(found, 1) : [{ offset, bytes: access.read(offset, Math.min(WINDOW, access.size - offset)) }];
    if (window === undefined) return access.read(offset, length);
    windows.unshift(window);
    windows.length = Math.min(windows.length, WINDOWS);
    const at = offset - window.offset;
    try {
      return (await window.bytes).subarray(at, at + length);
    } catch (error) {
      if (windows.includes(window)) windows.splice(windows.indexOf(window), 1);
      throw error;
    }
  }

  return { size: access.size, read };
}
