import { readdir } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fileSpool } from "../../generator/node-spool.ts";
import { concatAll } from "../../record/bytes.ts";
import { temporaryFolder } from "./independent.ts";

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return concatAll(parts);
}

test("gives back what it was given, small pieces and large ones, in memory and in a file, in the middle and at the end", async () => {
  await using folder = await temporaryFolder();
  const length = fc.oneof(fc.nat(300), fc.nat(10_000), fc.nat(300_000));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(length, fc.boolean()), { maxLength: 40 }), async (pieces) => {
      const spool = fileSpool(folder.path);
      const given: Uint8Array[] = [];
      for (const [i, [size, isRead]] of pieces.entries()) {
        const piece = new Uint8Array(size).fill(i + 1);
        given.push(piece);
        await spool.append(piece);
        if (isRead) expect(Buffer.compare(await whole(spool.read()), concatAll(given))).toBe(0);
      }
      expect(Buffer.compare(await whole(spool.read()), concatAll(given))).toBe(0);
      expect(spool.length).toBe(concatAll(given).length);
      await spool.close();
    }),
    { numRuns: 50 },
  );
  expect(await readdir(folder.path)).toEqual([]);
});
