import fc from "fast-check";
import { expect, test } from "vitest";
import {
  concat,
  concatAll,
  equal,
  fromBase64,
  fromHex,
  fromUtf8,
  isWellFormed,
  toBase64,
  toHex,
  utf8,
} from "../../record/bytes.ts";
import { anyBytes, anyString } from "./arbitraries.ts";
import { thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

test("hex and base64 are those of Node, and come back", () => {
  fc.assert(
    fc.property(anyBytes(), (bytes) => {
      expect(toHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(fromHex(toHex(bytes), bytes.length)).toEqual(bytes);
      expect(fromBase64(toBase64(bytes), bytes.length)).toEqual(bytes);
    }),
    runs(200),
  );
});

test("base64 of a megabyte comes back", () => {
  const bytes = Uint8Array.from({ length: 1_000_003 }, (_, i) => i * 7);
  expect(equal(fromBase64(toBase64(bytes)), bytes)).toBe(true);
});

test("text comes back from UTF-8, a byte order mark too", () => {
  fc.assert(
    fc.property(anyString, (text) => {
      expect(fromUtf8(utf8(`\ufeff${text}`))).toBe(`\ufeff${text}`);
      expect(utf8(text)).toEqual(new Uint8Array(Buffer.from(text)));
    }),
    runs(200),
  );
});

test("whatever bytes are UTF-8 are the only ones of their text", () => {
  fc.assert(
    fc.property(anyBytes(6), (bytes) => {
      let text = "";
      if (thrownBy(() => (text = fromUtf8(bytes))) === undefined) expect(utf8(text)).toEqual(bytes);
    }),
    runs(500),
  );
});

test("a lone surrogate is not well-formed, a pair is", () => {
  expect(isWellFormed("a\ud800")).toBe(false);
  expect(isWellFormed("\udc00a")).toBe(false);
  expect(isWellFormed("\ud83d\ude00")).toBe(true);
  expect(thrownBy(() => utf8("\udfff"))?.code).toBe("text/not-well-formed");
});

test.each(["ab", "AB==", "A", "AA", "AAA", "AA=", "AB==", "AA==\n", " AA==", "A-==", "A_==", "AA===", "=", "é"])(
  "%j is not base64 as we write it",
  (text) => expect(thrownBy(() => fromBase64(text))?.code).toBe("base64/malformed"),
);

test.each(["0", "0G", "AA", " a", "0x", "aaa"])("%j is not one byte in hexadecimal as we write it", (text) =>
  expect(thrownBy(() => fromHex(text, 1))?.code).toBe("hex/malformed"),
);

test("bytes are equal only when all are", () => {
  fc.assert(
    fc.property(anyBytes(8), anyBytes(8), (a, b) => {
      expect(equal(a, b)).toBe(Buffer.from(a).equals(b));
      expect(equal(a, a.slice())).toBe(true);
    }),
    runs(200),
  );
});

test("any number of parts can be joined", () => {
  expect(concat(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
  const parts = Array.from({ length: 300_000 }, (_, i) => Uint8Array.of(i & 0xff));
  expect(
    equal(
      concatAll(parts),
      Uint8Array.from(parts, (part) => part[0] as number),
    ),
  ).toBe(true);
});
