import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromUtf8, utf8 } from "../../record/bytes.ts";
import { encodeCanonical } from "../../record/canonical.ts";
import { type Entry, encodeEntry, entry, instant, parseEntry } from "../../record/entry.ts";
import { anyBytes, anyEntry, mutated } from "./arbitraries.ts";
import { expectOneSpelling, thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

test("any entry comes back from its committed line", () => {
  fc.assert(
    fc.property(anyEntry, (value) => {
      expect(parseEntry(encodeEntry(value))).toEqual(value);
      expect(fromUtf8(encodeEntry(value))).not.toContain("\n");
    }),
    runs(300),
  );
});

test("the arbitrary makes entries of every kind", () => {
  const kinds = new Set(fc.sample(anyEntry, { numRuns: 500, seed: 1 }).map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(entry.options.map((option) => option.shape.kind.value).sort());
});

test("no two different entries share a committed line", () => {
  fc.assert(
    fc.property(anyEntry, anyEntry, (a, b) => {
      const same = fromUtf8(encodeEntry(a)) === fromUtf8(encodeEntry(b));
      expect(same).toBe(fc.stringify(parseEntry(encodeEntry(a))) === fc.stringify(parseEntry(encodeEntry(b))));
      if (a.seq !== b.seq || a.kind !== b.kind || a.at !== b.at) expect(same).toBe(false);
    }),
    runs(200),
  );
});

test("whatever is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(anyBytes(), anyEntry.map(encodeEntry), mutated(anyEntry.map(encodeEntry))), (bytes) => {
      if (expectOneSpelling(bytes, parseEntry, encodeEntry)) taken++;
    }),
    runs(500),
  );
  expect(taken).toBeGreaterThan(0);
});

describe("what is refused", () => {
  const good = {
    kind: "chat",
    seq: 3,
    at: "2026-11-22T09:30:00.000Z",
    by: "p0",
    text: { message: { lines: 1, root: "0".repeat(64) } },
  };
  test("is not the entry it is made from", () => expect(parseEntry(utf8(encodeCanonical(good)))).toEqual(good));

  test.each([
    ["another kind", { kind: "edited" }],
    ["an unknown field", { edited: true }],
    ["a field by the name of a prototype", { ["__proto__"]: 1 }],
    ["a negative number", { seq: -1 }],
    ["a participant that is none", { by: "p01" }],
    ["a participant by name", { by: "Dana" }],
    ["a time without milliseconds", { at: "2026-11-22T09:30:00Z" }],
    ["a time with an offset", { at: "2026-11-22T09:30:00.000+01:00" }],
    ["a day that does not exist", { at: "2026-02-30T09:30:00.000Z" }],
    ["a lowercase z", { at: "2026-11-22t09:30:00.000z" }],
    ["plain text", { text: { message: "hello" } }],
    ["a text that it has not", { text: { ...good.text, reply: good.text.message } }],
    [
      "a text by the name of a prototype",
      {
        text: Object.fromEntries([
          ["message", good.text.message],
          ["__proto__", good.text.message],
        ]),
      },
    ],
    ["no text", { text: {} }],
    ["a text of no lines", { text: { message: { lines: 0, root: "0".repeat(64) } } }],
    ["a root in upper case", { text: { message: { lines: 1, root: "A".repeat(64) } } }],
  ])("%s", (_, change) => {
    const line = Object.entries(change).reduce<[string, unknown][]>(
      (all, [key, value]) => [...all.filter(([name]) => name !== key), [key, value]],
      Object.entries(good),
    );
    expect(thrownBy(() => parseEntry(utf8(encodeCanonical(Object.fromEntries(line)))))?.code).toBe("entry/malformed");
  });

  test("says where, not what", () => {
    const secret = { ...good, by: "a secret name", text: { message: "a secret message" } };
    const { message } = thrownBy(() => parseEntry(utf8(encodeCanonical(secret)))) ?? { message: "" };
    expect(message).toContain("by");
    expect(message).not.toContain("secret");
  });

  test("a root longer than a hash", () => {
    const value = { ...good, text: { message: { lines: 1, root: `${"0".repeat(64)}\n` } } } as unknown as Entry;
    expect(thrownBy(() => parseEntry(encodeEntry(value)))?.code).toBe("entry/malformed");
  });
});

test.each(["2026-11-22T09:30:00.000Z", "0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "2024-02-29T00:00:00.000Z"])(
  "%s is a time",
  (text) => expect(instant.safeParse(text).success).toBe(true),
);
test.each(["2026-11-22T24:00:00.000Z", "2026-11-22T23:59:60.000Z", "2025-02-29T00:00:00.000Z", "2026-11-22T09:30:00.000Z\n", ""])(
  "%j is none",
  (text) => expect(instant.safeParse(text).success).toBe(false),
);
