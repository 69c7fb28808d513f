import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packageOutcome } from "../../worker/outcome.ts";
import { acceptsGzip, hasEntityTag, parseRange } from "../../worker/range.ts";

describe("Range", () => {
  test.each<[string | null, ReturnType<typeof parseRange>]>([
    [null, "whole"],
    ["bytes=0-", { from: 0, length: 100 }],
    ["bytes=0-0", { from: 0, length: 1 }],
    ["bytes=99-", { from: 99, length: 1 }],
    ["bytes=10-19", { from: 10, length: 10 }],
    ["bytes=90-900", { from: 90, length: 10 }],
    ["bytes=-10", { from: 90, length: 10 }],
    ["bytes=-900", { from: 0, length: 100 }],
    ["bytes=100-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=20-10", "whole"],
    ["bytes=0-1,5-6", "whole"],
    ["bytes=-", "whole"],
    ["bytes=a-b", "whole"],
    ["lines=0-1", "whole"],
    [`bytes=${"9".repeat(30)}-`, "whole"],
  ])("%j of 100 bytes", (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });
});

test.each<[string | null, boolean]>([
  [null, false],
  ["", false],
  ["gzip", true],
  ["x-gzip", true],
  ["br, gzip;q=0.5", true],
  ["gzip;q=0", false],
  ["*", true],
  ["*;q=0", false],
  ["gzip;q=0, *", false],
  ["identity", false],
  ["gzipped", false],
])("Accept-Encoding %j takes gzip: %s", (header, expected) => {
  expect(acceptsGzip(header)).toBe(expected);
});

test.each<[string | null, boolean]>([
  [null, false],
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ["*", true],
  ['"b"', false],
  ["a", false],
])("If-None-Match %j names the tag: %s", (header, expected) => {
  expect(hasEntityTag(header, '"a"')).toBe(expected);
});

describe("what is sent of a package", () => {
  const size = 1000;
  const asked = { isHead: false, gzip: false, ifNoneMatch: null, ifRange: null, range: null };
  const stored = { sha256: "ab".repeat(32), bytes: size };
  const header = fc.oneof(
    fc.tuple(fc.nat(2 * size), fc.nat(2 * size)).map(([a, b]) => `bytes=${a}-${b}`),
    fc.nat(2 * size).map((a) => `bytes=${a}-`),
    fc.nat(2 * size).map((a) => `bytes=-${a}`),
    fc.string().map((text) => `bytes=${text}`),
    fc.string(),
  );

  test("never lies outside of it, and is all or part of it", () => {
    fc.assert(
      fc.property(header, (range) => {
        const { status, from, length, bytes } = packageOutcome(stored, { ...asked, range });
        expect(from).toBeGreaterThanOrEqual(0);
        expect(from + length).toBeLessThanOrEqual(size);
        expect(bytes).toBe(length);
        if (status === 200) expect([from, length]).toEqual([0, size]);
        if (status === 206) expect(length).toBeGreaterThan(0);
        if (status === 416) expect(length).toBe(0);
      }),
    );
  });

  test("pieces that go on where the last one ended make the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (steps) => {
        let at = 0;
        for (const step of steps) {
          if (at >= size) break;
          const range = `bytes=${at}-${at + step - 1}`;
          const { status, from, length } = packageOutcome(stored, { ...asked, range, ifRange: `"${stored.sha256}"` });
          expect([status, from]).toEqual([206, at]);
          at += length;
        }
        const rest = packageOutcome(stored, { ...asked, range: `bytes=${at}-` });
        expect(rest.status === 416 ? at : at + rest.length).toBe(size);
      }),
    );
  });

  test("is nothing where the reader has it already, also for HEAD; a date does not say that it is the same", () => {
    expect(packageOutcome(stored, { ...asked, ifNoneMatch: `W/"${stored.sha256}"`, range: "bytes=0-1" })).toMatchObject({
      status: 304,
      bytes: 0,
    });
    expect(packageOutcome(stored, { ...asked, isHead: true })).toMatchObject({ status: 200, length: size, bytes: 0 });
    const ifRange = "Sun, 22 Nov 2026 09:30:00 GMT";
    expect(packageOutcome(stored, { ...asked, range: "bytes=0-1", ifRange })).toMatchObject({ status: 200, length: size });
  });
});
