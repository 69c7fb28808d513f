import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeHtml, paragraphsHtml, textHtml } from "../../viewer/html/escape.ts";
import { visibleText } from "../../viewer/html/visible.ts";
import { hostileLines } from "./hostile.ts";
import { readStrict } from "./html.ts";

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.constantFrom(...hostileLines()));
/** Characters that draw nothing, or change the direction of others. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const IN_EMOJI = /[\u200d\ufe0f\u{1f3fb}-\u{1f3ff}]/gu;

/** HTML with every mark replaced by the character that its title names. */
function unmarked(html: string): string {
  return html.replace(/<span class="ctl" title="[^"]*U\+([0-9A-F]+)">[^<]*<\/span>/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  );
}

describe("escapeHtml", () => {
  test("leaves the text as it is for whoever reads the HTML", () => {
    fc.assert(fc.property(anyText, (text) => void expect(readStrict(escapeHtml(text)).text).toBe(text)));
  });

  test("can't close an attribute, quoted either way", () => {
    fc.assert(fc.property(anyText, (text) => void expect(escapeHtml(text)).not.toMatch(/["'`<>]/)));
  });

  test("escapes an ampersand that already looks like an entity", () => {
    expect(escapeHtml("&lt;")).toBe("&amp;lt;");
  });
});

describe("textHtml", () => {
  test("makes no elements but marks", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { names } = readStrict(textHtml(text));
        expect([...names].filter((name) => !["span", "span class", "span title"].includes(name))).toEqual([]);
      }),
    );
  });

  test("shows every character, those that can't be seen by name", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = readStrict(textHtml(text)).text;
        expect(shown.replaceAll("\t", "").replace(IN_EMOJI, "")).not.toMatch(UNSEEN);
        expect(readStrict(unmarked(textHtml(text))).text).toBe(text);
      }),
    );
  });

  test.each([
    ["\u001b[2J", "ESC[2J"],
    ["a\u0000b", "aNULb"],
    ["\u007f", "DEL"],
    ["\u202eexe.png", "U+202Eexe.png"],
    ["zero\u200bwidth", "zeroU+200Bwidth"],
    ["a\u2028b", "aU+2028b"],
    ["line\nfeed", "lineLFfeed"],
    ["\u3164", "U+3164"],
    ["\u{e0041}", "U+E0041"],
    ["x\ufe0f", "xU+FE0F"],
  ])("marks %j", (text, shown) => {
    expect(readStrict(textHtml(text)).text).toBe(shown);
  });

  test("leaves emoji, tabs and ordinary scripts alone", () => {
    const text = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u26a0\ufe0f \u{1f44d}\u{1f3fd}\tünlü \u05e9\u05dc\u05d5\u05dd 日本";
    expect(textHtml(text)).toBe(text);
  });

  test("keeps unusual spaces and points them out", () => {
    expect(textHtml("1\u00a0000")).toBe('1<span class="sp" title="No-break space, U+00A0">\u00a0</span>000');
  });

  test("puts a lone surrogate in words, so that the page stays UTF-8", () => {
    expect(readStrict(textHtml("a\ud800b")).text).toBe("aU+D800b");
  });
});

test("paragraphsHtml parts paragraphs at blank lines and keeps line breaks", () => {
  expect(paragraphsHtml("a <b>\r\nb\n\n \n\nc\n")).toBe("<p>a &lt;b&gt;<br>b</p><p>c</p>");
});

test("visibleText has nothing invisible left", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(visibleText(text).replaceAll("\t", "").replace(IN_EMOJI, "")).not.toMatch(UNSEEN);
    }),
  );
});
