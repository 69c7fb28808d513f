import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { codePageLabel, localeCharset, outputDecoder } from "../../agent/decode.ts";

const bytes = (text: string) => Buffer.from(text);

/** What comes out when the bytes come in these pieces. */
function decode(pieces: readonly Uint8Array[], encoding?: string): { text: string; replaced: number } {
  const decoder = outputDecoder(encoding);
  const parts = [...pieces.map((piece) => decoder.push(piece)), decoder.end()];
  return { text: parts.map((part) => part.text).join(""), replaced: parts.reduce((sum, part) => sum + part.replaced, 0) };
}

function everyCut(all: Buffer): Buffer[][] {
  return Array.from({ length: all.length + 1 }, (_, cut) => [all.subarray(0, cut), all.subarray(cut)]);
}

describe("UTF-8", () => {
  test("counts what was replaced, not what was sent", () => {
    const all = Buffer.concat([bytes("a\ufffdb"), Buffer.from([0xff, 0x41, 0xc3])]);
    for (const pieces of everyCut(all)) expect(decode(pieces)).toEqual({ text: "a\ufffdb\ufffdA\ufffd", replaced: 2 });
  });

  test("is what the platform makes of it, whatever the bytes and however cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 })), (pieces) => {
        const whole = Buffer.concat(pieces);
        expect(decode(pieces).text).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole));
      }),
    );
  });
});

/** Code pages of consoles, with something that their countries write. */
const PAGES: [label: string, text: string][] = [
  ["cp437", "Volume in drive C: ñ ░ ═ ß"],
  ["cp850", "Größe: 5 Ü, naïve façade"],
  ["cp852", "Příliš žluťoučký kůň"],
  ["cp858", "Preis: 5 €"],
  ["cp866", "Том в устройстве C"],
  ["windows-1252", "“Größe” – 5 €"],
  ["iso-8859-1", "Größe"],
  ["iso-8859-15", "5 €"],
  ["shift_jis", "ドライブ C のボリューム"],
  ["gbk", "驱动器 C 中的卷"],
  ["big5", "磁碟區"],
  ["euc-kr", "드라이브"],
  ["koi8-r", "Привет"],
];

describe.each(PAGES)("a console in %s", (label, text) => {
  test("its own lines and those in UTF-8 are both read, however they are cut", () => {
    const all = Buffer.concat([iconv.encode(`${text}\r\n`, label), bytes(`plain\n${text}\n`), iconv.encode(text, label)]);
    for (const pieces of everyCut(all))
      expect(decode(pieces, label)).toEqual({ text: `${text}\r\nplain\n${text}\n${text}`, replaced: 0 });
    const one = [...all].map((byte) => Buffer.from([byte]));
    expect(decode(one, label)).toEqual({ text: `${text}\r\nplain\n${text}\n${text}`, replaced: 0 });
  });

  test("whatever is written, the pieces it comes in change nothing, and every replacement is counted", () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom("\n", text, "ascii").map(bytes),
      fc.constantFrom(text, `${text}\n`).map((line) => iconv.encode(line, label)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const whole = Buffer.concat(pieces);
        const decoded = decode([whole], label);
        expect(decode(pieces, label)).toEqual(decoded);
        expect(
          decode(
            [...whole].map((byte) => Buffer.from([byte])),
            label,
          ),
        ).toEqual(decoded);
        const sent = whole.toString("latin1").split("\xef\xbf\xbd").length - 1;
        const shown = decoded.text.split("\ufffd").length - 1;
        expect(decoded.replaced).toBeGreaterThanOrEqual(shown - sent);
        expect(decoded.replaced).toBeLessThanOrEqual(shown);
        expect(decoded.text.isWellFormed()).toBe(true);
        // Lines stay lines.
        expect(decoded.text.split("\n").length).toBe(whole.toString("latin1").split("\n").length);
      }),
      { numRuns: 60 },
    );
  });
});

test("the first character that is not ASCII decides for its line", () => {
  const latin = Buffer.from([0xfc]);
  expect(decode([bytes("ü "), latin, bytes("\n"), latin, bytes(" ü\n")], "cp850").text).toBe("ü \ufffd\n³ ├╝\n");
  // A character in its middle when the stream ends was none of UTF-8.
  expect(decode([Buffer.from([0x41, 0xc3])], "cp850")).toEqual({ text: "A├", replaced: 0 });
  // cp1252 has no character for some bytes.
  expect(decode([Buffer.from([0x81, 0x8d, 0x0a])], "iso-8859-8")).toMatchObject({ text: expect.stringMatching(/\n$/) });
});

test.each([
  [65001, "utf-8"],
  [437, "cp437"],
  [850, "cp850"],
  [932, "shift_jis"],
  [1252, "cp1252"],
  [28605, "cp28605"],
  [20127, "utf-8"],
  [0, "utf-8"],
  [Number.NaN, "utf-8"],
])("Windows' code page %j is %s", (page, label) => expect(codePageLabel(page)).toBe(label));

test.each([
  [{}, "utf-8"],
  [{ LANG: "C" }, "utf-8"],
  [{ LANG: "de_DE.UTF-8" }, "utf-8"],
  [{ LANG: "de_DE.ISO-8859-1" }, "iso-8859-1"],
  [{ LANG: "de_DE.iso88591" }, "iso-8859-1"],
  [{ LANG: "de_DE@euro" }, "iso-8859-15"],
  [{ LANG: "en_US.UTF-8", LC_CTYPE: "ru_RU.KOI8-R" }, "koi8-r"],
  [{ LANG: "ru_RU.KOI8-R", LC_CTYPE: "ru_RU.KOI8-R", LC_ALL: "en_US.utf8" }, "utf-8"],
  [{ LANG: "ja_JP.eucJP" }, "eucjp"],
  [{ LANG: "xx_XX.no-such-thing" }, "utf-8"],
])("the locale %j writes %s", (environment, expected) =>
  expect(localeCharset(environment).replace("utf8", "utf-8")).toBe(expected),
);
