import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { ownDigest } from "../../viewer/client/verify/digest.ts";
import { webHashes } from "../../viewer/client/verify/hashes.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const expected = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const LENGTHS = [0, 1, 100_000, 262_144, 300_000, 4_194_304, 4_194_305, 9_000_000];

test("files in pieces have the same SHA-256 as in one", async () => {
  const hashes = webHashes(ownDigest());
  // Several at once, and again, so that buffers are used again.
  for (let turn = 0; turn < 2; turn++) {
    const digests = LENGTHS.map((length) => {
      const bytes = new Uint8Array(randomBytes(length));
      const hash = hashes.file?.();
      for (let at = 0; at < length; at += 70_001) hash?.update(bytes.subarray(at, at + 70_001));
      return { bytes, digest: hash?.digest() };
    });
    for (const { bytes, digest } of digests) expect(hex((await digest) ?? new Uint8Array())).toBe(expected(bytes));
  }
});

test("where the browser has none, the library's is used", () => {
  expect(webHashes(undefined).file).toBeUndefined();
});
