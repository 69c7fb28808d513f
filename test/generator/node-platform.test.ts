import { inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { deflatingHere, nodePlatform } from "../../generator/node-platform.ts";

const beside = nodePlatform();
const here = deflatingHere(beside);

/** Content of a few bytes up to some hundred thousand, which repeats itself more or less. */
const content = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 3000 }), fc.integer({ min: 1, max: 100 }))
  .map(([bytes, times]) => new Uint8Array(Buffer.concat(Array.from({ length: times }, () => bytes))));

test("a file is deflated to the same bytes beside the thread and in it, and inflates to what it was", async () => {
  await fc.assert(
    fc.asyncProperty(content, fc.constantFrom("usual", "portable", "codes"), async (bytes, manner) => {
      const deflated = await beside.deflate(bytes, manner);
      expect(Buffer.compare(await here.deflate(bytes, manner), deflated)).toBe(0);
      expect(Buffer.compare(inflateRawSync(deflated), bytes)).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test("many files at once are each given whole, also those that don't get smaller", async () => {
  const files = Array.from({ length: 200 }, (_, i) => crypto.getRandomValues(new Uint8Array(1 + i * 300)));
  const deflated = await Promise.all(files.map((bytes) => beside.deflate(bytes)));
  for (const [i, bytes] of files.entries()) {
    expect(Buffer.compare(inflateRawSync(deflated[i] as Uint8Array), bytes), `file ${i}`).toBe(0);
  }
});
