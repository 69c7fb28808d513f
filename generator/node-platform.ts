import { createHash, hash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, crc32, createDeflateRaw, deflateRawSync, type ZlibOptions } from "node:zlib";
import { bytesPassed } from "./node-memory.ts";
import { memorySpool, type Platform } from "./platform.ts";
import { nodeHashes } from "./verify/hashes.ts";
import { DEFLATE_STREAM_OPTIONS, deflateOptions } from "./zlib-options.ts";

/** Handing less to another thread takes longer than deflating it. */
const SMALL = 1 << 12;

/**
 * zlib and hashes as Node has them. Deflating runs beside the main thread.
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
    deflate: async (bytes, manner) => {
      bytesPassed(bytes.length, false);
      return bytes.length < SMALL
        ? deflateRawSync(bytes, deflateOptions(bytes.length, manner))
        : deflateWhole(bytes, deflateOptions(bytes.length, manner));
    },
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

/** What `deflateRaw` gives, which goes to the thread pool twice for it: the second time for an end that is there already. */
function deflateWhole(bytes: Uint8Array, options: ZlibOptions): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const engine = createDeflateRaw({ ...options, flush: constants.Z_FINISH });
    const pieces: Buffer[] = [];
    engine.on("error", reject);
    engine.on("data", (piece: Buffer) => pieces.push(piece));
    engine.write(bytes, (error) => {
      if (error) reject(error);
      else if (engine.readableLength > 0) reject(new TypeError("expected all that was deflated to be given out"));
      else resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces));
      // Within this call it would make an error of being closed, with all that goes into one, and throw it away.
      queueMicrotask(() => engine.close());
    });
  });
}

/** Here a further chunk costs nothing, and V8 keeps the last one of each file until all garbage is collected. */
const CHUNK = 1 << 13;

/** The same, but files held whole are deflated by the thread that asks for it. The bytes are the same. */
export function deflatingHere(platform: Platform): Platform {
  return {
    ...platform,
    deflate: async (bytes, manner) => deflateRawSync(bytes, { ...deflateOptions(bytes.length, manner), chunkSize: CHUNK }),
  };
}
