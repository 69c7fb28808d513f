import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findWords } from "../../../worker/search/find.ts";
import { fold, parseQuery } from "../../../worker/search/query.ts";

describe("a query", () => {
  test.each([
    ["KB5034441 spooler", ["kb5034441", "spooler"]],
    ['"Access is denied" 0x80070005', ["access is denied", "0x80070005"]],
    ['say "unclosed', ["say", '"unclosed']],
    ['a"b c"', ['a"b', 'c"']],
    ["C:\\Windows\\System32\\spool", ["c:\\windows\\system32\\spool"]],
    ["x x X", ["x"]],
    ['"" " "', ['""']],
  ])("%j is read as words", (typed, words) => {
    expect(parseQuery(typed).words).toEqual(words);
  });

  test("asks the index for trigrams, and for none when every word is too short", () => {
    expect(parseQuery('a"bc').match).toBe('"a""b" AND """bc"');
    expect(parseQuery("C: 42").match).toBeUndefined();
    expect(parseQuery("x".repeat(200)).match).toBe('"xxx"');
    expect(
      parseQuery(Array.from({ length: 180 }, (_, i) => String.fromCharCode(0x4e00 + i)).join("")).match?.split(" AND "),
    ).toHaveLength(31);
  });
});

test("folding keeps every place where it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(fold(text)).toHaveLength(text.length);
    }),
  );
  expect(fold("İSTANBUL Straße ΟΔΟΣ")).toHaveLength("İSTANBUL Straße ΟΔΟΣ".length);
});

const alphabet = fc.constantFrom("a", "B", "b", "\n", " ", "\u{1f5a8}", "É");
const texts = fc.string({ unit: alphabet, maxLength: 60 });
const words = fc.string({ unit: fc.constantFrom("a", "b", "\u{1f5a8}", "é"), minLength: 1, maxLength: 4 });

describe("what is found", () => {
  test("is all that a plain search finds, marked where it stands", () => {
    fc.assert(
      fc.property(texts, fc.array(words, { minLength: 1, maxLength: 2 }), (text, asked) => {
        const found = findWords(text, 0, 10, asked);
        const plain = asked.every((word) => text.toLowerCase().includes(word));
        expect(found !== undefined).toBe(plain);
        const lines = text.split("\n");
        let last = -1;
        for (const { line, text: shown, marks, before, after } of found ?? []) {
          expect(line).toBeGreaterThan(last);
          last = line;
          expect(lines[line - 10]).toBe(shown);
          expect([before, after]).toEqual([false, false]);
          expect(marks.length).toBeGreaterThan(0);
          let end = -1;
          for (const { from, to } of marks) {
            expect(from).toBeGreaterThan(end);
            expect(to).toBeGreaterThan(from);
            end = to;
            expect(asked.some((word) => fold(shown.slice(from, to)).includes(word))).toBe(true);
          }
        }
      }),
    );
  });

  test("is not found again in what was carried over from the passage before", () => {
    expect(findWords("error: end", 6, 4, ["error"])).toBeUndefined();
    expect(findWords("KB5034441 installed", 4, 4, ["kb5034441"])).toMatchObject([{ line: 4, marks: [{ from: 0, to: 9 }] }]);
  });

  test("is shown with as much of a long line as fits, cut between characters", () => {
    const long = `${"\u{1f5a8}".repeat(200)}NEEDLE${"\u{1f5a8}".repeat(200)}`;
    const [line] = findWords(long, 0, 0, ["needle"]) ?? [];
    expect(line?.text.length).toBeLessThanOrEqual(242);
    expect(line?.text.isWellFormed()).toBe(true);
    expect([line?.before, line?.after]).toEqual([true, true]);
    const [mark] = line?.marks ?? [];
    expect(line?.text.slice(mark?.from, mark?.to)).toBe("NEEDLE");
  });
});
