import fc from "fast-check";
import { expect, test } from "vitest";
import { eachPiece, LETTER_BEYOND, MARGIN, OTHER_BEYOND } from "../../viewer/text-bytes.ts";

/** All pieces, and the bytes of all of them. */
function taken(text: string) {
  const pieces: string[] = [];
  const bytes: number[] = [];
  eachPiece(text, (all, end, piece) => {
    pieces.push(piece);
    for (const byte of all.subarray(MARGIN, end)) bytes.push(byte);
    expect([...all.subarray(0, MARGIN), ...all.subarray(end, end + MARGIN)].every((byte) => byte === 0)).toBe(true);
  });
  return { pieces, bytes };
}

/** The byte of each code unit, character by character. */
function expected(text: string): number[] {
  return [...text].flatMap((char) => {
    const kind = /[\p{L}\p{N}\p{M}]/u.test(char) ? LETTER_BEYOND : OTHER_BEYOND;
    return char < "\x80" ? [char.charCodeAt(0)] : new Array<number>(char.length).fill(kind);
  });
}

test("a text has a byte for each code unit: its own one in ASCII, and else what kind it is of", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "binary-ascii" })), (text) => {
      expect(taken(text).bytes).toEqual(expected(text));
    }),
  );
  const lone = `a\ud83d\ude00\ud83d\u00e9\ude00`;
  expect(taken(lone).bytes).toEqual([97, OTHER_BEYOND, OTHER_BEYOND, OTHER_BEYOND, LETTER_BEYOND, OTHER_BEYOND]);
});

test("a long text comes in pieces that end with a line, and a longer line as a whole", () => {
  const lines = [10, 65_000, 534, 535, 536, 65_535, 65_536, 65_537, 200_000, 3].map((length, i) => String(i).repeat(length));
  for (const end of ["", "\n", "\u00e9"]) {
    const text = lines.join("\n") + end;
    const { pieces, bytes } = taken(text);
    expect(pieces.join("")).toBe(text);
    expect(bytes).toEqual(expected(text));
    expect(pieces.slice(0, -1).every((piece) => piece.endsWith("\n"))).toBe(true);
    for (const piece of pieces) if (piece.slice(0, -1).includes("\n")) expect(piece.length).toBeLessThanOrEqual(65_536);
  }
});
