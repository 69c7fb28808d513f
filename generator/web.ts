import { sha256 } from "@noble/hashes/sha2.js";
import { concat, toHex } from "../record/bytes.ts";
import { crc32 } from "../record/crc32.ts";
import { isSigned } from "../record/key.ts";
import { memorySpool, type Platform } from "./platform.ts";

/** What Workers, browsers, Deno and Node have in common: CompressionStream, and SHA-256 in JavaScript. */
export const webPlatform: Platform = {
  sha256() {
    const hash = sha256.create();
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
  },
  digest: (bytes) => toHex(sha256(bytes)),
  crc32,
  async deflate(bytes) {
    const parts: Uint8Array[] = [];
    for await (const part of deflated([bytes])) parts.push(part);
    return concat(...parts);
  },
  deflateStream: deflated,
  isSigned,
  spool: memorySpool,
};

async function* deflated(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new CompressionStream("deflate-raw");
  const writer = writable.getWriter();
  const fed = (async () => {
    for await (const bytes of content) {
      await writer.ready;
      // A failed write shows on the readable side too.
      writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => {});
    }
    await writer.close();
  })();
  fed.catch((error: unknown) => writer.abort(error).catch(() => {}));
  const reader = readable.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value as Uint8Array;
    await fed;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
