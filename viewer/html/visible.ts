// Recorded text is hostile: characters that a reader can't see, or that change the order of those that can be seen, are
// shown as marks. Browsers draw most of them as nothing at all.

const EMOJI = String.raw`\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}]?\uFE0F?`;
const INVISIBLE = String.raw`(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]`;
const SPACE = String.raw`[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]`;

/**
 * Matches a whole emoji, whose joiners and selectors are part of what is seen (group 1); one invisible character
 * (group 2); or one space that is not U+0020 (group 3). Without flag `g`, so that it keeps no state.
 */
const SOURCE = `(${EMOJI}(?:\\u200D${EMOJI})*)|(${INVISIBLE})|(${SPACE})`;
const ANY = new RegExp(SOURCE, "u");
/** Looked for first: far quicker than the properties above. */
const NOT_PRINTABLE_ASCII = /[^\t -~]/;
const EACH = new RegExp(SOURCE, "gu");

/** The abbreviations of ASCII for U+0000 to U+001F. Their pictures (U+2400 and on) are missing from many fonts. */
const CONTROLS =
  "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US".split(" ");

const NAMES: Record<number, string> = {
  0: "Null",
  7: "Bell",
  8: "Backspace",
  10: "Line feed",
  11: "Line tabulation",
  12: "Form feed",
  13: "Carriage return",
  27: "Escape",
  127: "Delete",
  155: "Control sequence introducer",
  160: "No-break space",
  173: "Soft hyphen",
  1564: "Arabic letter mark",
  8203: "Zero width space",
  8204: "Zero width non-joiner",
  8205: "Zero width joiner",
  8206: "Left-to-right mark",
  8207: "Right-to-left mark",
  8232: "Line separator",
  8233: "Paragraph separator",
  8234: "Left-to-right embedding",
  8235: "Right-to-left embedding",
  8236: "Pop directional formatting",
  8237: "Left-to-right override",
  8238: "Right-to-left override",
  8239: "Narrow no-break space",
  8294: "Left-to-right isolate",
  8295: "Right-to-left isolate",
  8296: "First strong isolate",
  8297: "Pop directional isolate",
  65279: "Byte order mark",
};

/** `U+202E`. */
function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** What stands for an invisible character: `ESC` and the like for the controls of ASCII, else its code point. */
export function mark(char: string): string {
  const code = char.codePointAt(0) as number;
  return CONTROLS[code] ?? (code === 0x7f ? "DEL" : codePoint(char));
}

/** Name and code point, for whoever points at a mark. */
export function describe(char: string): string {
  const name = NAMES[char.codePointAt(0) as number];
  return name === undefined ? `Invisible character ${codePoint(char)}` : `${name}, ${codePoint(char)}`;
}

/** Replaces each invisible character and each unusual space; everything else stays. */
export function replaceInvisible(text: string, invisible: (char: string) => string, space: (char: string) => string): string {
  if (!NOT_PRINTABLE_ASCII.test(text) || !ANY.test(text)) return text;
  return text.replace(EACH, (whole: string, emoji?: string, hidden?: string) => {
    if (emoji !== undefined) return whole;
    return hidden === undefined ? space(whole) : invisible(whole);
  });
}

/** The text as a plain string in which nothing is invisible: `[ESC]`, `[U+202E]`. */
export function visibleText(text: string): string {
  return replaceInvisible(
    text,
    (char) => `[${mark(char)}]`,
    (char) => char,
  );
}
