import fc from "fast-check";
import { expect, test } from "vitest";
import { readAhead } from "../../record/read-ahead.ts";
import type { RandomAccess } from "../../record/zip.ts";
import { runs } from "./runs.ts";

/** Bytes of which no two neighbours are alike, and what was asked for of them. */
function source(size: number): { access: RandomAccess; bytes: Uint8Array; asked: [offset: number, length: number][] } {
  const bytes = Uint8Array.from({ length: size }, (_, i) => i * 7);
  const asked: [number, number][] = [];
  const access: RandomAccess = {
    size,
    async read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > size) throw new Error("expected a place within the size");
      asked.push([offset, length]);
      return bytes.slice(offset, offset + length);
    },
  };
  return { access, bytes, asked };
}

test("gives the bytes of any place, in any order, at the same time, and asks for none beyond the end", async () => {
  const place = fc.record({ offset: fc.nat(200), length: fc.nat(60) });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.array(place, { maxLength: 30 }), async (size, places) => {
      const { access, bytes } = source(size);
      const ahead = readAhead(access, 16);
      const wanted = places.filter(({ offset, length }) => offset + length <= size);
      const got = await Promise.all(wanted.map(({ offset, length }) => ahead.read(offset, length)));
      expect(got.map((one) => [...one])).toEqual(wanted.map(({ offset, length }) => [...bytes.subarray(offset, offset + length)]));
    }),
    runs(300),
  );
});

test("reads what lies side by side once, and the next block before it is wanted", async () => {
  const { access, asked } = source(100);
  const ahead = readAhead(access, 16);
  await ahead.read(0, 4);
  expect(asked).toEqual([[0, 16]]);
  await ahead.read(8, 4);
  expect(asked.slice(1)).toEqual([[16, 16]]);
  for (let at = 12; at < 100; at += 4) await ahead.read(at, 4);
  expect(asked.map(([offset]) => offset)).toEqual([0, 16, 32, 48, 64, 80, 96]);
  expect(asked.at(-1)).toEqual([96, 4]);
});

test("what could not be read is asked for again, and a block that nobody came to is nobody's fault", async () => {
  const { access, bytes } = source(64);
  let fails = true;
  const ahead = readAhead(
    {
      size: 64,
      async read(offset, length) {
        if (fails && offset === 16) throw new Error("the disk is gone");
        return access.read(offset, length);
      },
    },
    16,
  );
  expect([...(await ahead.read(12, 4))]).toEqual([...bytes.subarray(12, 16)]);
  await expect(ahead.read(16, 4)).rejects.toThrow("the disk is gone");
  await expect(ahead.read(14, 8)).rejects.toThrow("the disk is gone");
  fails = false;
  expect([...(await ahead.read(14, 8))]).toEqual([...bytes.subarray(14, 22)]);
});
