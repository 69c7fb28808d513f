import fc from "fast-check";
import { expect, test } from "vitest";
import { Hints } from "../../viewer/survey/hints.ts";

const TEXTS = ["error", "net ", "kb", " service ", "not found", "can't", "0x"];

test("hints are found in a line as the platform finds each by itself, in whatever case", () => {
  const hints = new Hints(TEXTS.map((text, i) => [text, 1 << i]));
  const piece = fc.oneof(
    fc.constantFrom(...TEXTS, ...TEXTS.map((text) => text.toUpperCase()), ...TEXTS.map((text) => text.slice(1))),
    fc.constantFrom(...TEXTS.map((text) => text.slice(0, -1)), "", "e", "r", " ", "\u0130", "\u017f"),
    fc.string({ unit: "binary", maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const line = pieces.join("");
      const lower = line.toLowerCase();
      const expected = TEXTS.reduce((bits, text, i) => bits | (lower.includes(text) ? 1 << i : 0), 0);
      expect(hints.in(line)).toBe(expected);
    }),
  );
});

test("one text may stand for several rules, and several for one", () => {
  const hints = new Hints([
    ["error", 1],
    ["error", 2],
    ["warning", 2],
  ]);
  expect(hints.in("An Error")).toBe(3);
  expect(hints.in("a WARNING")).toBe(2);
  expect(hints.in("erro r, warnin")).toBe(0);
});
