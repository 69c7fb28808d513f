import { hash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../../record/bytes.ts";
import { shortShake256 } from "../../viewer/client/verify/short-shake256.ts";

test("the verify page's SHAKE256 is OpenSSL's, for inputs below a block and outputs of any length", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 135 }), fc.integer({ min: 1, max: 700 }), (bytes, length) => {
      expect(toHex(shortShake256(bytes, length))).toBe(hash("shake256", bytes, { outputLength: length }));
    }),
    { numRuns: 1000 },
  );
  for (let length = 0; length < 136; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 11);
    expect(toHex(shortShake256(bytes, 273))).toBe(hash("shake256", bytes, { outputLength: 273 }));
  }
  expect(() => shortShake256(new Uint8Array(136), 1)).toThrow(RangeError);
});
