import type { IsSigned } from "../record/key.ts";

/** What the generator needs of the machine it runs on. Node: node.ts. Workers and everything else: web.ts. */
export interface Platform {
  sha256(): Sha256;
  /** SHA-256 of bytes held whole, 64 lowercase hexadecimal digits. */
  digest(bytes: Uint8Array): string;
  /** CRC-32 as ZIP and gzip use it, unsigned; `before` is the CRC of what came earlier in the same file. */
  crc32(bytes: Uint8Array, before?: number): number;
  /** Raw deflate (RFC 1951) of bytes held whole; the same input gives the same output. */
  deflate(bytes: Uint8Array, manner?: DeflateManner): Promise<Uint8Array>;
  /** Raw deflate of a stream. */
  deflateStream(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Ed25519 as strictly as record/key.ts checks it. */
  isSigned: IsSigned;
  /**
   * A store for bytes that have to wait for their turn in the package, empty at first. Each has a name of its own within a package.
   * @param length where spools outlive the process: the one of that name, with the first `length` of the bytes it was given.
   */
  spool(name: string, length?: number): Spool;
}

/**
 * How bytes are deflated: as is best on this platform; to the same bytes on every platform, where they become part of a file with a
 * hash; or by Huffman codes only, for what repeats nothing, such as base64 of packed bytes. A platform without a choice does all the same way.
 */
export type DeflateManner = "usual" | "portable" | "codes";

/** A SHA-256 at work. `update` may be slower than it returns: await it before giving more. */
export interface Sha256 {
  update(bytes: Uint8Array): void | Promise<void>;
  /** 32 bytes; nothing may be added afterwards. */
  digest(): Uint8Array | Promise<Uint8Array>;
}

/** Bytes out of memory, appended once and read back in order. */
export interface Spool {
  /** How many bytes it was given. */
  readonly length: number;
  append(bytes: Uint8Array): Promise<void>;
  /** @param brief whether a piece need be good until the next is asked for only: then its memory may be used again. */
  read(brief?: boolean): AsyncIterable<Uint8Array>;
  /** Frees what it holds in memory and, where spools don't outlive the process, all of it; the spool can't be used any more. */
  close(): Promise<void>;
}

/** A spool in memory, for platforms that have nowhere else to put bytes. */
export function memorySpool(): Spool {
  let parts: Uint8Array[] = [];
  let length = 0;
  return {
    get length() {
      return length;
    },
    async append(bytes) {
      parts.push(bytes);
      length += bytes.length;
    },
    async *read() {
      yield* parts;
    },
    async close() {
      parts = [];
    },
  };
}
