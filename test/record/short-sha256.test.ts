import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../../record/bytes.ts";
import { sha256Into } from "../../record/short-sha256.ts";
import { anyBytes } from "./arbitraries.ts";
import { runs } from "./runs.ts";

const expected = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("is OpenSSL's, at any place of an array, one after another", () => {
  fc.assert(
    fc.property(anyBytes(300), fc.nat(9), fc.nat(9), (bytes, from, at) => {
      const into = new Uint8Array(50).fill(7);
      sha256Into(bytes.subarray(from), into, at);
      expect(toHex(into.subarray(at, at + 32))).toBe(expected(bytes.subarray(from)));
      expect([...into.subarray(0, at), ...into.subarray(at + 32)].every((byte) => byte === 7)).toBe(true);
    }),
    runs(300),
  );
});

test("is OpenSSL's for every length up to some blocks", () => {
  const bytes = Uint8Array.from({ length: 260 }, (_, i) => i * 7);
  const into = new Uint8Array(32);
  for (let length = 0; length <= bytes.length; length++) {
    sha256Into(bytes.subarray(0, length), into, 0);
    expect(toHex(into)).toBe(expected(bytes.subarray(0, length)));
  }
});
