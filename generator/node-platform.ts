import { createHash, hash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { crc32, createDeflateRaw, deflateRaw, deflateRawSync } from "node:zlib";
import { memorySpool, type Platform } from "./platform.ts";
import { nodeHashes } from "./verify/hashes.ts";

/** zlib's usual trade between time and size; part of what makes the same package the same bytes. */
const LEVEL = 6;
const wholeOptions = (bytes: Uint8Array) => ({ level: LEVEL, chunkSize: 1024 + (bytes.length >> 1) });
const deflateWhole = promisify<Uint8Array, { level: number; chunkSize: number }, Uint8Array>(deflateRaw);

/**
 * zlib and hashes as Node has them, in Workers with `nodejs_compat` too. In Node, deflating runs beside the main thread.
 * @param spool where bytes wait; in memory if it is not given.
 */
export function nodePlatform(spool: Platform["spool"] = memorySpool): Platform {
  return {
    sha256() {
      const running = createHash("sha256");
      return { update: (bytes) => void running.update(bytes), digest: () => running.digest() };
    },
    digest: (bytes) => hash("sha256", bytes, "hex"),
    crc32: (bytes, before = 0) => crc32(bytes, before),
    // One chunk that nearly always holds the result: each further one is a round trip to the thread pool.
    deflate: (bytes) => deflateWhole(bytes, wholeOptions(bytes)),
    async *deflateStream(content) {
      const deflate = createDeflateRaw({ level: LEVEL, chunkSize: 1 << 17 });
      const fed = pipeline(Readable.from(content, { objectMode: true }), deflate);
      // A failure shows where the result is read.
      fed.catch(() => {});
      for await (const bytes of deflate) yield bytes as Uint8Array;
      await fed;
    },
    isSigned: nodeHashes.isSigned,
    spool,
  };
}

/** The same, but files held whole are deflated by the thread that asks for it. The bytes are the same. */
export function deflatingHere(platform: Platform): Platform {
  return { ...platform, deflate: async (bytes) => deflateRawSync(bytes, wholeOptions(bytes)) };
}
