import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tokenize, wordAndParts } from "../../viewer/search/tokenize.ts";
import { hostileLines } from "./hostile.ts";

describe("tokenize", () => {
  test.each([
    ["Event 7031: The Print Spooler service", ["event", "7031", "the", "print", "spooler", "service"]],
    ["KB5034441 (0x80070005)", ["kb5034441", "0x80070005"]],
    ["ACME-SQL01.acme.local", ["acme", "sql01", "acme", "local"]],
    ["ping 192.168.1.20, then 10.0.0.1.", ["ping", "192.168.1.20", "then", "10.0.0.1"]],
    ["version 10.0.19045.3803 and 1.2.3.4.5", ["version", "19045", "3803", "and"]],
    ["999.168.1.20 x192.168.1.20", ["999", "168", "x192", "168"]],
    ["C:\\Windows\\System32\\spool", ["windows", "system32", "spool"]],
    ["HKLM\\SOFTWARE\\Microsoft", ["hklm", "software", "microsoft"]],
    ["a 1 22 b2 333", ["b2", "333"]],
    ["jane@acme.example", ["jane", "acme", "example"]],
    ["Ärger mit Münzgeräten, 東京", ["ärger", "mit", "münzgeräten", "東京"]],
    ["", []],
  ])("takes %j apart", (text, words) => {
    expect(tokenize(text)).toEqual(words);
  });

  test("gives the same words for composed and decomposed letters", () => {
    expect(tokenize("Mu\u0308ller")).toEqual(tokenize("M\u00fcller"));
  });

  test("cuts words that nobody types", () => {
    expect(tokenize("x".repeat(5000))).toEqual(["x".repeat(64)]);
  });

  test("gives words that are their own only word, whatever the text", () => {
    const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostileLines()));
    fc.assert(
      fc.property(anyText, (text) => {
        for (const word of tokenize(text)) expect(tokenize(word)).toEqual([word]);
      }),
    );
  });

  test("finds the words of each side again when texts are joined by a space", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
        expect(tokenize(`${a} ${b}`)).toEqual([...tokenize(a), ...tokenize(b)]);
      }),
    );
  });

  test("takes one pass over a text without spaces", () => {
    const started = performance.now();
    tokenize("1.1.1.".repeat(200_000));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test.each([
  ["kb5034441", ["kb5034441", "5034441"]],
  ["0x80070005", ["0x80070005", "80070005"]],
  ["192.168.1.20", ["192.168.1.20", "192", "168"]],
  ["sql01", ["sql01"]],
  ["spooler", ["spooler"]],
])("%s is also looked for by its parts", (word, parts) => {
  expect(wordAndParts(word)).toEqual(parts);
});
