import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { inflate } from "../../generator/verify/inflate.ts";

/** Bytes that don't deflate well, so that much is left to read. */
function noise(length: number): Buffer {
  const out = Buffer.alloc(length);
  for (let at = 0, n = 0; at < length; at += 64, n++) createHash("sha512").update(String(n)).digest().copy(out, at);
  return out;
}

interface Source {
  open: number;
  read: number;
  pieces: AsyncGenerator<Uint8Array>;
}

function sourceOf(bytes: Uint8Array, size: number, fail?: Error): Source {
  const source: Source = { open: 0, read: 0, pieces: undefined as unknown as AsyncGenerator<Uint8Array> };
  source.pieces = (async function* () {
    source.open++;
    try {
      for (let at = 0; at < bytes.length; at += size) {
        source.read++;
        yield bytes.subarray(at, at + size);
      }
      if (fail !== undefined) throw fail;
    } finally {
      source.open--;
    }
  })();
  return source;
}

async function whole(source: Source): Promise<Buffer> {
  const out: Uint8Array[] = [];
  for await (const piece of inflate(source.pieces)) out.push(piece);
  expect(source.open).toBe(0);
  return Buffer.concat(out);
}

const small = noise(50_000);
const large = noise(4_000_000);
const dense = Buffer.alloc(40_000_000, "dense");

describe.each([
  ["small", small],
  ["large", large],
  ["dense", dense],
  ["empty", Buffer.alloc(0)],
])("%s content", (_, content) => {
  const deflated = deflateRawSync(content);

  test.each([7_001, 262_144, 10_000_000])("comes back from pieces of %i bytes", async (size) => {
    expect((await whole(sourceOf(deflated, size))).equals(content)).toBe(true);
  });

  test("is refused when it is cut, or when something follows it, even in a piece of its own", async () => {
    for (const size of [deflated.length, Math.ceil(deflated.length / 3), 262_144]) {
      await expect(whole(sourceOf(deflated.subarray(0, -1), size))).rejects.toThrow();
      for (const more of [Buffer.from("x"), Buffer.alloc(600_000)]) {
        const source = sourceOf(Buffer.concat([deflated, more]), size);
        await expect(whole(source)).rejects.toThrow("expected nothing after the deflated data");
        expect(source.open).toBe(0);
      }
    }
  });

  test("hands on what goes wrong in reading", async () => {
    const broken = sourceOf(deflated, 100_000, new Error("the disk is gone"));
    await expect(whole(broken)).rejects.toThrow("the disk is gone");
    expect(broken.open).toBe(0);
  });
});

test("what is not deflated is refused", async () => {
  await expect(whole(sourceOf(Buffer.alloc(0), 1))).rejects.toThrow();
  await expect(whole(sourceOf(Buffer.alloc(3_000_000, 0xff), 262_144))).rejects.toThrow();
});

test.each([
  ["small", small],
  ["large", large],
])("reading of %s content that stops early closes its source and does not read it all", async (name, content) => {
  const source = sourceOf(deflateRawSync(content), 262_144);
  for await (const piece of inflate(source.pieces)) {
    expect(piece.length).toBeGreaterThan(0);
    break;
  }
  await expect.poll(() => source.open).toBe(0);
  if (name === "large") expect(source.read).toBeLessThan(15);
});
