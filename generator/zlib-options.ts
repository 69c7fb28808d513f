import type { DeflateManner } from "./platform.ts";

/** zlib's usual trade between time and size. */
const LEVEL = 6;
/** zlib's largest hash table: an eighth less time for the same size, and 128 KB more memory. */
const MEMORY = 9;
/** What CompressionStream has, too. */
const COMMON_MEMORY = 8;
/** zlib's Z_HUFFMAN_ONLY. */
const HUFFMAN_ONLY = 2;

/** A file of so many bytes is within a window of 4 KB all along. */
const SMALL = 1 << 11;
/** What is enough for that: of what a larger window takes, most of the time would go into setting it up. */
const SMALL_WINDOW = { windowBits: 12, memLevel: 5 };

/** Options of `node:zlib` for `size` bytes held whole. One chunk nearly always holds the result: each further one is a round trip. */
export function deflateOptions(size: number, manner: DeflateManner = "usual") {
  if (manner === "codes") return { level: LEVEL, memLevel: MEMORY, strategy: HUFFMAN_ONLY, chunkSize: 1024 + size };
  const memory = manner === "portable" ? { memLevel: COMMON_MEMORY } : size <= SMALL ? SMALL_WINDOW : { memLevel: MEMORY };
  return { level: LEVEL, ...memory, chunkSize: 1024 + (size >> 1) };
}

/** The same for a stream. */
export const DEFLATE_STREAM_OPTIONS = { level: LEVEL, memLevel: MEMORY, chunkSize: 1 << 17 };
