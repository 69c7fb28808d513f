/** Letters that are also written as two. */
const PAIRS: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", å: "aa", ø: "oe", æ: "ae", œ: "oe" };
/** Letters without marks of their own that stand for a plain one. */
const PLAIN: Record<string, string> = { ø: "o", ł: "l", đ: "d", ı: "i", æ: "ae", œ: "oe", ß: "s" };
/** Two letters that also stand for one. */
const PAIR_OF = new Map([
  ["ae", "ä"],
  ["oe", "ö"],
  ["ue", "ü"],
]);
const ESCAPED = /[.*+?^${}()|[\]\\/]/g;

/**
 * A regular expression's source for a word or several in all their spellings: with marks and without (`José`, `Jose`), composed or not,
 * letters as two (`Müller`, `Mueller`, `Muller`), any apostrophe or none, and words joined by a space, `-`, `_`, `.` or nothing.
 * To be used with the flag `u`.
 */
export function spelled(text: string): string {
  const letters = [...text.normalize("NFC")];
  let source = "";
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i] ?? "";
    const pair = letter + (letters[i + 1] ?? "");
    const umlaut = PAIR_OF.get(pair.toLowerCase());
    // At an end, or among signs alone, it joins nothing.
    if (/[\s_-]/.test(letter) && /[\p{L}\p{N}]/u.test(source) && /[\p{L}\p{N}]/u.test(letters.slice(i + 1).join(""))) {
      while (/[\s._-]/.test(letters[i + 1] ?? "")) i++;
      source += String.raw`[\s._\-]{0,3}`;
    } else if (/['’`´]/.test(letter) && /\p{L}/u.test(source)) {
      source += "['’`´]?";
    } else if (umlaut !== undefined) {
      const upper = letter !== letter.toLowerCase();
      const whole = upper ? umlaut.toUpperCase() : umlaut;
      source += `(?:${marked(letter)}${marked(letters[i + 1] ?? "")}|${whole}|${whole.normalize("NFD")})`;
      i++;
    } else source += marked(letter);
  }
  return source;
}

/** A letter with its mark or without, and as two letters where that is usual. */
function marked(letter: string): string {
  const [base = "", ...marks] = [...letter.normalize("NFD")];
  const small = letter.toLowerCase();
  const isUpper = small !== letter;
  const cased = (one: string) =>
    isUpper ? (one.length > 1 ? `(?:${one.toUpperCase()}|${one.charAt(0).toUpperCase()}${one.slice(1)})` : one.toUpperCase()) : one;
  const pair = PAIRS[small];
  const plain = PLAIN[small];
  if (!/\p{L}/u.test(letter)) return letter.replace(ESCAPED, "\\$&");
  const ways = [`${base}\\p{M}*`];
  if (marks.length > 0) ways.push(letter);
  else ways.push(...withMarks(base));
  if (pair !== undefined) ways.push(cased(pair));
  if (plain !== undefined) ways.push(cased(plain));
  return ways.length === 1 ? (ways[0] ?? "") : `(?:${ways.join("|")})`;
}

const COMPOSED = new Map<string, string>();

/** All single letters that are this one with a mark. */
function withMarks(base: string): string[] {
  if (!/^[A-Za-z]$/.test(base)) return [];
  let composed = COMPOSED.get(base);
  if (composed === undefined) {
    composed = "";
    for (let mark = 0x300; mark <= 0x328; mark++) {
      const one = (base + String.fromCharCode(mark)).normalize("NFC");
      if (one.length === 1) composed += one;
    }
    COMPOSED.set(base, composed);
  }
  return composed === "" ? [] : [`[${composed}]`];
}
