import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isBucket, tokenize } from "../../viewer/search/tokenize.ts";
import { hostileLines } from "./hostile.ts";

describe("tokenize", () => {
  test.each([
    ["Event 7031: The Print Spooler service", ["event", "7031", "the", "print", "spooler", "service"]],
    ["KB5034441 (0x80070005)", ["kb5034441", "0x80070005"]],
    ["ACME-SQL01.acme.local", ["acme", "sql01", "acme", "local"]],
    ["ping 192.168.1.20, then 10.0.0.1.", ["ping", "192.168.1.20", "192", "168", "then", "10.0.0.1"]],
    ["version 10.0.19045.3803 and 1.2.3.4.5", ["version", "19045", "3803", "and"]],
    ["999.168.1.20 x192.168.1.20", ["999", "168", "x192", "168"]],
    ["C:\\Windows\\System32\\spool", ["windows", "system32", "spool"]],
    ["HKLM\\SOFTWARE\\Microsoft", ["hklm", "software", "microsoft"]],
    ["a 1 22 b2 333", ["b2", "333"]],
    ["jane@acme.example", ["jane", "acme", "example"]],
    ["Ärger mit Münzgeräten, 東京", ["ärger", "mit", "münzgeräten", "東京"]],
    ["2026-03-09 08:15:01.123 and 12:00:59,456", ["2026", "and"]],
    ["{3F2504E0-4f89-11d3-9a0c-0305e82c3301} it", ["~3f25", "it"]],
    ["S-1-5-21-1234567890-987654321-555000111-1105", ["~1234"]],
    ["b4-2e-99-aa-0c-12, 00:0A:95:9D:68:16", ["~b42e", "~0c12", "~000a", "~6816"]],
    ["0x800706BA 0x00007ff812345678", ["0x800706ba", "~7ff8"]],
    ["89123456 bytes, 00012345678", ["~8912", "bytes", "~1234"]],
    ["INC0012345 WO4711 srv0123b", ["inc0012345", "~1234", "wo4711", "4711", "srv0123b"]],
    [`${"ab1x".repeat(20)} end`, ["~ab1x", "end"]],
    ["decade-facade 2026-added", ["decade", "facade", "2026", "added"]],
    ["", []],
  ])("takes %j apart", (text, words) => {
    expect(tokenize(text)).toEqual(words);
  });

  test("gives the same words for composed and decomposed letters", () => {
    expect(tokenize("Mu\u0308ller")).toEqual(tokenize("M\u00fcller"));
  });

  test("cuts words that nobody types", () => {
    expect(tokenize("x".repeat(5000))).toEqual(["~xxxx"]);
  });

  test("gives words that are their own only word, whatever the text", () => {
    const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostileLines()));
    fc.assert(
      fc.property(anyText, (text) => {
        for (const word of tokenize(text)) if (!isBucket(word)) expect(tokenize(word, true)).toEqual([word]);
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
  ["192.168.1", ["192.168.1"]],
  ["192.168.1.", ["192.168.1"]],
  ["10.0.19045", ["19045"]],
  ["B4-2E-99", ["~b42e"]],
  ["3f2504e0-4f8", ["~3f25"]],
  ["08:15:01.123", []],
  ["INC0012345", ["inc0012345"]],
])("takes %j for what it may become when it is typed", (text, words) => {
  expect(tokenize(text, true)).toEqual(words);
});

test("what is asked for is in the index, however it stands in a line", () => {
  const hex = (length: number) => fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
  const identifier = fc.oneof(
    fc.tuple(hex(8), hex(4), hex(4), hex(4), hex(12)).map((parts) => parts.join("-")),
    fc.tuple(hex(2), hex(2), hex(2), hex(2), hex(2), hex(2)).map((parts) => parts.join(":")),
    fc.ipV4(),
    fc.integer({ min: 100 }).map(String),
    hex(8).map((code) => `0x${code}`),
    hex(40),
    fc.integer({ min: 100_000, max: 9_999_999 }).map((number) => `KB${number}`),
    fc.domain(),
    fc.string({ unit: "grapheme", minLength: 3, maxLength: 12 }),
  );
  fc.assert(
    fc.property(
      identifier,
      fc.constantFrom(" ", "(", "'", "=", "\t"),
      fc.constantFrom(" ", ")", "'", ",", "\n", ""),
      (one, before, after) => {
        const there = new Set(tokenize(`at ${before}${one}${after}`));
        for (const word of tokenize(one, true)) expect([...there]).toContain(word);
      },
    ),
  );
});
