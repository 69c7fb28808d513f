import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8 } from "../../record/bytes.ts";
import { crc32 } from "../../record/crc32.ts";
import { anyBytes, inPieces } from "./arbitraries.ts";
import { runs } from "./runs.ts";

test("is that of zlib, whole and in pieces", () => {
  fc.assert(
    fc.property(inPieces(anyBytes(300)), ({ bytes, pieces }) => {
      expect(crc32(bytes)).toBe(zlibCrc32(bytes));
      expect(pieces.reduce((crc, piece) => crc32(piece, crc), 0)).toBe(zlibCrc32(bytes));
    }),
    runs(200),
  );
});

test("has the published check value", () => expect(crc32(utf8("123456789"))).toBe(0xcbf43926));
