import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textHtml } from "../../viewer/html/escape.ts";
import { SgrText } from "../../viewer/html/sgr.ts";
import { HOSTILE, REAL } from "./hostile.ts";
import { readStrict } from "./html.ts";

const show = (line: string) => new SgrText().line(line);

describe("SgrText", () => {
  test.each([
    ["\u001b[31mred\u001b[0m plain", '<span class="c1">red</span> plain'],
    ["\u001b[1;92mok\u001b[m", '<span class="b c2">ok</span>'],
    ["\u001b[38;5;196mx\u001b[39m", '<span class="c1">x</span>'],
    ["\u001b[38;2;0;200;255mx", '<span class="c6">x</span>'],
    ["\u001b[7mx\u001b[27my", '<span class="g7">x</span>y'],
    ["\u001b[3;4;9mx\u001b[23;24;29my", '<span class="i u s">x</span>y'],
  ])("shows %j in colour", (line, html) => {
    expect(show(line)).toBe(html);
  });

  test("conceals nothing: neither by the concealing code nor by ink on ground of the same colour", () => {
    expect(show("\u001b[8msecret\u001b[28m")).toBe("secret");
    expect(show("\u001b[31;41msecret")).toBe('<span class="g1">secret</span>');
  });

  test("carries the look over to the next line", () => {
    const text = new SgrText();
    expect(text.line("\u001b[33ma")).toBe('<span class="c3">a</span>');
    expect(text.line("b\u001b[0m")).toBe('<span class="c3">b</span>');
    expect(text.line("c")).toBe("c");
  });

  test.each(["\u001b[2K", "\u001b[999m", "\u001b[38;5;300m", "\u001b[38;2;1;2m", "\u001b]0;t\u0007", "\u001b[1A\u001b[0G"])(
    "marks %j, which it does not understand",
    (line) => {
      expect(show(line)).toBe(textHtml(line));
    },
  );

  test("keeps all text but the sequences it follows", () => {
    const sequence = fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 5 }).map((codes) => `\u001b[${codes.join(";")}m`);
    const piece = fc.oneof(sequence, fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const line = pieces.join("");
        const { text, names } = readStrict(show(line));
        expect([...names].filter((name) => !["span", "span class", "span title"].includes(name))).toEqual([]);
        const visible = (value: string) => readStrict(textHtml(value)).text.replace(/ESC\[[0-9;:]{0,40}m/g, "");
        expect(visible(text)).toBe(visible(line));
      }),
    );
  });

  const casts = join(REAL, "casts");
  test.runIf(existsSync(casts))("shows real terminal recordings as well-formed HTML", () => {
    for (const name of readdirSync(casts)) {
      const text = new SgrText();
      for (const line of readFileSync(join(casts, name), "utf8")
        .slice(0, 200_000)
        .split(/\\r\\n|\n/)) {
        readStrict(text.line(line.replaceAll("\\u001b", "\u001b")));
      }
    }
  });
});
