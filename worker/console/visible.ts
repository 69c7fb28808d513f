/** Characters that draw nothing, or change the order of those that are drawn. Tabs are as they are. */
const UNSEEN = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Recorded text so that nothing in it is invisible: whoever reviews a line must see all of it. Control characters become
 * their pictures (`␛`), others their code point (`[U+202E]`).
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  });
}
