import fc from "fast-check";
import { expect, test } from "vitest";
import { type Hint, Hints } from "../../viewer/survey/hints.ts";

const TEXTS = ["error", "net ", "kb", " service ", "not found", "can't", "0x"];

/** The bits of each line that has any. */
function found(hints: readonly Hint[], text: string): [line: number, bits: number][] {
  const lines: [number, number][] = [];
  new Hints(hints).lines(text, (line, bits) => lines.push([line, bits]));
  return lines;
}

test("hints are found in lines as the platform finds each by itself, in whatever case", () => {
  const piece = fc.oneof(
    fc.constantFrom(...TEXTS, ...TEXTS.map((text) => text.toUpperCase()), ...TEXTS.map((text) => text.slice(1))),
    fc.constantFrom(...TEXTS.map((text) => text.slice(0, -1)), "", "e", "r", " ", "\n", "_", "\u0130", "\u017f", "\ud83d\ude00"),
    fc.string({ unit: "binary", maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), (pieces, begins) => {
      const text = pieces.join("");
      const expected = text.split("\n").flatMap((line, number) => {
        const bits = TEXTS.reduce((all, sought, i) => {
          const pattern = new RegExp(`${begins[i] ? "(?<!\\w)" : ""}${sought}`, "i");
          return pattern.test(line) ? all | (1 << i) : all;
        }, 0);
        return bits === 0 ? [] : [[number, bits]];
      });
      const hints = TEXTS.map((sought, i) => ({ text: sought, bits: 1 << i, begins: begins[i] === true }));
      expect(found(hints, text)).toEqual(expected);
    }),
  );
});

test("hints are found behind lines of any length", () => {
  const hints = [{ text: "error", bits: 1 }];
  for (const length of [65_530, 65_535, 65_536, 65_537, 200_000]) {
    expect(found(hints, `${"a".repeat(length)}\nerror`)).toEqual([[1, 1]]);
    expect(found(hints, `${"a".repeat(length)} error\n\nError`)).toEqual([
      [0, 1],
      [2, 1],
    ]);
    expect(found(hints, `${"ab\n".repeat(length)}an error\u00e4`)).toEqual([[length, 1]]);
  }
});

test("one text may stand for several rules, and several for one", () => {
  const hints = [
    { text: "error", bits: 1 },
    { text: "error", bits: 2 },
    { text: "warning", bits: 2 },
  ];
  expect(found(hints, "An Error\na WARNING\nerro r, warnin")).toEqual([
    [0, 3],
    [1, 2],
  ]);
});
