import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { webHashes } from "../../viewer/client/verify/hashes.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const expected = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("the verify page's SHA-256 is OpenSSL's, at any place of an array, one after another", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(9), (bytes, at) => {
      const into = new Uint8Array(50).fill(7);
      webHashes.sha256Into(bytes, into, at);
      expect(hex(into.subarray(at, at + 32))).toBe(expected(bytes));
      expect([...into.subarray(0, at), ...into.subarray(at + 32)].every((byte) => byte === 7)).toBe(true);
    }),
  );
});

test.each([0, 1, 100_000, 9_000_000])("a file of %i bytes in pieces has the same SHA-256 as in one", async (length) => {
  const bytes = new Uint8Array(randomBytes(length));
  const hash = webHashes.file?.();
  for (let at = 0; at < length; at += 70_001) hash?.update(bytes.subarray(at, at + 70_001));
  expect(hex((await hash?.digest()) ?? new Uint8Array())).toBe(expected(bytes));
});
