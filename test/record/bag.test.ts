import fc from "fast-check";
import { expect, test } from "vitest";
import { type BagInfo, encodeBagInfo, encodeManifest, parseBagInfo, parseManifest, payloadOxum } from "../../record/bag.ts";
import { utf8 } from "../../record/bytes.ts";
import { anyBytes, anyString, mutated } from "./arbitraries.ts";
import { expectOneSpelling, thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

const digest = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
const path = fc.string({
  unit: fc.oneof(fc.constantFrom(..."ab/.% \r\n%0AD25"), fc.string({ unit: "binary", maxLength: 1 })),
  minLength: 1,
});
const rows = fc.uniqueArray(fc.record({ digest, path: path.filter((one) => one !== "") }), { selector: (row) => row.path });
const info: fc.Arbitrary<BagInfo> = fc.array(fc.tuple(fc.constantFrom("Payload-Oxum", "Bagging-Date", "X"), anyString), {
  minLength: 1,
  maxLength: 5,
});

test("any rows come back, in order of their paths", () => {
  fc.assert(
    fc.property(rows, (value) => {
      const sorted = [...value].sort((a, b) => (a.path < b.path ? -1 : 1));
      expect(parseManifest(utf8(encodeManifest(value)))).toEqual(sorted);
    }),
    runs(200),
  );
});

test("whatever manifest is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  let taken = 0;
  const encode = (value: Parameters<typeof encodeManifest>[0]) => utf8(encodeManifest(value));
  fc.assert(
    fc.property(fc.oneof(anyBytes(), rows.map(encode), mutated(rows.map(encode))), (bytes) => {
      if (expectOneSpelling(bytes, parseManifest, encode)) taken++;
    }),
    runs(500),
  );
  expect(taken).toBeGreaterThan(0);
});

const HASH = "0".repeat(64);
test.each([
  ["one space", `${HASH} a\n`],
  ["a tab", `${HASH}\ta\n`],
  ["the star of binary mode", `${HASH} *a\n`],
  ["upper case", `${"A".repeat(64)}  a\n`],
  ["another hash", `${"0".repeat(40)}  a\n`],
  ["no newline at the end", `${HASH}  a`],
  ["a blank line", `${HASH}  a\n\n`],
  ["carriage returns", `${HASH}  a\r\n`],
  ["no path", `${HASH}  \n`],
  ["a path twice", `${HASH}  a\n${HASH}  a\n`],
  ["another order", `${HASH}  b\n${HASH}  a\n`],
  ["a percent sign as it is", `${HASH}  50%\n`],
  ["a percent encoding that need not be", `${HASH}  %41\n`],
  ["a percent encoding in lower case", `${HASH}  a%0a\n`],
])("a manifest with %s is refused", (_, text) => expect(thrownBy(() => parseManifest(utf8(text)))?.code).toBe("bag/malformed"));

test("bag-info comes back, white space made one space", () => {
  fc.assert(
    fc.property(info, (value) => {
      const expected = value.map(([label, text]) => [label, text.replace(/\s+/g, " ").trim()]);
      expect(parseBagInfo(utf8(encodeBagInfo(value)))).toEqual(expected);
    }),
    runs(200),
  );
});

test("whatever bag-info is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  let taken = 0;
  const encode = (value: BagInfo) => utf8(encodeBagInfo(value));
  fc.assert(
    fc.property(fc.oneof(anyBytes(), info.map(encode), mutated(info.map(encode))), (bytes) => {
      if (expectOneSpelling(bytes, parseBagInfo, encode)) taken++;
    }),
    runs(500),
  );
  expect(taken).toBeGreaterThan(0);
});

test.each([
  "",
  "\n",
  "Label\n",
  "Label:value\n",
  "Label : value\n",
  " Label: value\n",
  "Label: a\n b\n",
  "Label:  a\n",
  "Label: a \n",
  "Label: a",
])("%j is no bag-info", (text) => expect(thrownBy(() => parseBagInfo(utf8(text)))?.code).toBe("bag/malformed"));

test("the payload's octets and files are stated as BagIt has it", () =>
  expect(payloadOxum(279164409832, 1198)).toBe("279164409832.1198"));
