import { describe, expect, test } from "vitest";
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
