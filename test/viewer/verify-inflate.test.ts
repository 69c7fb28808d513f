import { randomBytes } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { inflate } from "../../viewer/client/verify/inflate.ts";

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function inflated(deflated: Uint8Array, size: number, stated: { crc: number; size: number }): Promise<Buffer> {
  const out: Uint8Array[] = [];
  for await (const piece of inflate(piecesOf(deflated, size), stated)) out.push(piece);
  return Buffer.concat(out);
}

/** The last 8 bytes of a gzip file. */
function end(content: Buffer): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc32(content), 0);
  bytes.writeUInt32LE(content.length, 4);
  return bytes;
}

describe.each([
  ["nothing", Buffer.alloc(0)],
  ["a line", Buffer.from("Get-Service Spooler\n")],
  ["what doesn't deflate", randomBytes(300_000)],
  ["what deflates well", Buffer.alloc(3_000_000, "spooler ")],
])("%s", (_, content) => {
  const deflated = deflateRawSync(content);
  const stated = { crc: crc32(content), size: content.length };

  test.each([1_000, 9_999_999])("comes back from pieces of %i bytes", async (size) => {
    expect((await inflated(deflated, size, stated)).equals(content)).toBe(true);
  });

  test("is refused with another CRC-32, cut, or with something behind it", async () => {
    const wrong = { ...stated, crc: (stated.crc ^ 1) >>> 0 };
    for (const size of [1_000, 9_999_999]) {
      await expect(inflated(deflated, size, wrong)).rejects.toThrow();
      await expect(inflated(deflated.subarray(0, -1), size, stated)).rejects.toThrow();
      // Among it what would end a gzip file, or begin another one.
      for (const more of [Buffer.from("x"), Buffer.alloc(8), end(content), Buffer.from("1f8b0800000000000003", "hex")])
        await expect(inflated(Buffer.concat([deflated, more]), size, stated)).rejects.toThrow();
    }
  });
});

test("what is not deflated is refused", async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(1000, 0xff)])
    await expect(inflated(bytes, 9_999_999, { crc: 0, size: 0 })).rejects.toThrow();
});
