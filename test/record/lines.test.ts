import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromUtf8, utf8 } from "../../record/bytes.ts";
import { LINE_LIMIT, linesOf } from "../../record/lines.ts";
import { inPieces } from "./arbitraries.ts";
import { rejectionOf } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

async function* streamOf(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function readAll(pieces: Iterable<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(streamOf(pieces))) lines.push(fromUtf8(line));
  return lines;
}

const text = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "\r", " ") }), { maxLength: 8 });
const bytes = text.map((lines) => utf8(lines.map((line) => `${line}\n`).join("")));

test("lines come out whole, whatever the pieces in which they come", async () => {
  await fc.assert(
    fc.asyncProperty(inPieces(bytes), async ({ bytes: whole, pieces }) => {
      const lines = fromUtf8(whole).split("\n").slice(0, -1);
      expect(await readAll([whole])).toEqual(lines);
      expect(await readAll(pieces)).toEqual(lines);
      expect(await readAll(Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(lines);
    }),
    runs(200),
  );
});

test("a piece that is used again later does not change lines that were held", async () => {
  async function* reused() {
    const piece = new Uint8Array(2);
    for (const byte of utf8("abcd\n")) yield piece.fill(byte);
  }
  const lines: string[] = [];
  for await (const line of linesOf(reused())) lines.push(fromUtf8(line));
  expect(lines).toEqual(["aabbccdd", ""]);
});

test("the last line must end", async () => {
  expect((await rejectionOf(() => readAll([utf8("a\nb")])))?.code).toBe("text/malformed");
  expect(await readAll([])).toEqual([]);
  expect(await readAll([new Uint8Array()])).toEqual([]);
});

describe("the limit of a line", () => {
  const most = new Uint8Array(LINE_LIMIT).fill(0x61);
  const newline = Uint8Array.of(0x0a);
  const lengthOf = async (pieces: Uint8Array[]) => {
    for await (const line of linesOf(streamOf(pieces))) return line.length;
    return undefined;
  };

  test("is kept, in one piece as in two", async () => {
    expect(await lengthOf([most, newline])).toBe(LINE_LIMIT);
    expect(await lengthOf([concat(most, newline)])).toBe(LINE_LIMIT);
    expect((await rejectionOf(() => lengthOf([most, Uint8Array.of(0x61), newline])))?.code).toBe("text/malformed");
    expect((await rejectionOf(() => lengthOf([concat(most, Uint8Array.of(0x61, 0x0a))])))?.code).toBe("text/malformed");
  });

  test("is noticed before the line has ended", async () => {
    async function* endless() {
      for (;;) yield most.subarray(0, 1 << 20);
    }
    const read = async () => {
      for await (const _ of linesOf(endless()));
    };
    expect((await rejectionOf(read))?.code).toBe("text/malformed");
  });
});

test("a line in hundreds of thousands of pieces is read in a time that grows with it only", async () => {
  const pieces = Array.from({ length: 400_000 }, () => Uint8Array.of(0x61));
  const [line] = await readAll([...pieces, Uint8Array.of(0x0a)]);
  expect(line?.length).toBe(400_000);
});

test("the source is closed when reading stops early, and when it fails", async () => {
  let closed = 0;
  async function* watched() {
    try {
      for (;;) yield utf8("a\nb\n");
    } finally {
      closed++;
    }
  }
  for await (const line of linesOf(watched())) {
    expect(fromUtf8(line)).toBe("a");
    break;
  }
  expect(closed).toBe(1);
});
