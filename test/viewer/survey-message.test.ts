import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageOf } from "../../viewer/survey/message.ts";
import { hostileLines } from "./hostile.ts";

const ANY = "\u2026";
const VARIABLE = /\{?[0-9a-f]{8}-[0-9a-f-]{27}\}?|0x[0-9a-f]+|[0-9a-f]{16,}|\d[\d.,:/-]*/i;

/** The same by patterns. */
function messageByPatterns(text: string): string | undefined {
  const words: string[] = [];
  for (const word of text.split(/\s+/)) {
    if (word === "" || (word === "|" && words.at(-1) === ANY)) continue;
    for (const [i, part] of word.split(VARIABLE).entries()) {
      if (i > 0) {
        while (/^[|+~^-]+$/.test(words.at(-1) ?? "")) words.pop();
        if (words.length > 0 && words.at(-1) !== ANY) words.push(ANY);
      }
      if (part !== "") words.push(part);
    }
  }
  const said = words.filter((word) => /[^\0-@[-`{-\x7f]{2}/.test(word));
  const isMessage = said.slice(0, -1).filter((word) => /\p{L}{3}/u.test(word)).length >= 2 && /\p{L}{2}/u.test(said.at(-1) ?? "");
  if (!isMessage) return undefined;
  const message = words.join(" ");
  const cut = message
    .slice(0, 140)
    .toWellFormed()
    .replace(/\ufffd$/, "");
  return message.length <= 140 ? message : `${cut}\u2026`;
}

describe("a message", () => {
  test.each([
    ["The service failed with error 0x80070005 after 3 tries", `The service failed with error ${ANY} after ${ANY} tries`],
    ["09/11/2026 08:15:01 7031 Error  The Print Spooler terminated", "Error The Print Spooler terminated"],
    ["error in {3F2504E0-4f89-11d3-9a0c-0305e82c3301}, see the log", `error in ${ANY} , see the log`],
    ["the error | 17 | is there", `the error ${ANY} is there`],
    ["Fehler: Zugriff \u00fcberall verweigert", "Fehler: Zugriff \u00fcberall verweigert"],
    ["error 5", undefined],
    ["", undefined],
  ])("of %j is %j", (line, message) => {
    expect(messageOf(line)?.name).toBe(message);
  });

  test("is what patterns make of any line", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "The",
        "error",
        "is",
        "12",
        "0x1F",
        "0xg",
        "1a",
        "|",
        "+--+",
        "~",
        "-",
        "{",
        "}",
        ANY,
        " ",
        " ",
        "  ",
        "\t",
        "\u00a0",
      ),
      fc.constantFrom(
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "abcdef0123456789",
        "abcdefabcdefabc",
        "10.0.0.1:80",
        "\u00e9t\u00e9",
      ),
      fc.constantFrom("\ufeff", "\u2028", "\u1680", "\u212a", "\ud83d\ude00", "x".repeat(70)),
      fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEFx-{}.:/,|+") }),
      fc.string({ unit: "binary", maxLength: 3 }),
      fc.constantFrom(...hostileLines()),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const line = pieces.join("").replaceAll("\n", "").slice(0, 2_000);
        const message = messageOf(line);
        expect(message?.name).toBe(messageByPatterns(line));
        expect(message?.key).toBe(message?.name.toLowerCase());
      }),
    );
  });

  test("is known again, and told from others that are as long", () => {
    const lines = Array.from(
      { length: 3_000 },
      (_, i) => `error of ${String.fromCharCode(97 + (i % 26), 97 + ((i / 26) % 26), 97 + i / 676)}`,
    );
    for (const line of [...lines, ...lines]) expect(messageOf(`${line} there`)?.name).toBe(`${line} there`);
  });
});
