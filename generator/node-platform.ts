import { createHash, hash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { crc32, createDeflateRaw, deflateRaw, deflateRawSync, type ZlibOptions } from "node:zlib";
import { memorySpool, type Platform } from "./platform.ts";
import { nodeHashes } from "./verify/hashes.ts";
import { DEFLATE_STREAM_OPTIONS, deflateOptions } from "./zlib-options.ts";

const deflateWhole = promisify<Uint8Array, ZlibOptions, Uint8Array>(deflateRaw);

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
    deflate: (bytes, manner) => deflateWhole(bytes, deflateOptions(bytes.length, manner)),
    async *deflateStream(content) {
      const deflate = createDeflateRaw(DEFLATE_STREAM_OPTIONS);
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
  return { ...platform, deflate: async (bytes, manner) => deflateRawSync(bytes, deflateOptions(bytes.length, manner)) };
}
