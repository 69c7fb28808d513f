import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8 } from "../../record/bytes.ts";
import { encodeLeaves, groupLeaf, parseLeaves } from "../../record/group.ts";
import { leafHash } from "../../record/tree.ts";
import { anyBytes, bytesOf, mutated } from "./arbitraries.ts";
import { expectOneSpelling, thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

const leaves = fc.array(bytesOf(32), { maxLength: 5 });
const encode = (value: readonly Uint8Array[]) => utf8(encodeLeaves(value));

test("any leaves come back", () => {
  fc.assert(
    fc.property(leaves, (value) => {
      expect(parseLeaves(encode(value))).toEqual(value);
    }),
    runs(100),
  );
});

test("whatever is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(anyBytes(), leaves.map(encode), mutated(leaves.map(encode))), (bytes) => {
      if (expectOneSpelling(bytes, parseLeaves, encode)) taken++;
    }),
    runs(300),
  );
  expect(taken).toBeGreaterThan(0);
});

test.each([
  `${"0".repeat(64)}`,
  `${"0".repeat(63)}\n`,
  `${"A".repeat(64)}\n`,
  `${"0".repeat(64)}\r\n`,
  "\n",
  `${"0".repeat(64)}\n\n`,
])("%j are no leaves", (text) =>
  expect(["leaves/malformed", "hex/malformed"]).toContain(thrownBy(() => parseLeaves(utf8(text)))?.code),
);

test("a session's leaf is over the body of its checkpoint", () =>
  expect(groupLeaf("a\n1\nb\n")).toEqual(leafHash(utf8("a\n1\nb\n"))));
