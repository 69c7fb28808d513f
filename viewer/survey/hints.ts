/** Lower case of each character of ASCII. */
const LOWER = Uint8Array.from({ length: 128 }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));

interface Hint {
  /** Character codes, in lower case. */
  codes: number[];
  /** Where in it the two characters stand by which it is looked for. */
  at: number;
  bits: number;
}

/**
 * Looks for some short texts at once, in whatever case. A look at every two characters of a line says whether one may be there: to look for
 * each by itself would take most of the time in which a session is surveyed.
 */
export class Hints {
  /** By two characters, the place in `hints` of the texts that are looked for by these, plus 1. */
  readonly #table = new Uint8Array(128 * 128);
  readonly #hints: Hint[][] = [];

  /** @param hints texts of at least two characters of ASCII, in lower case, each with the bits that stand for it. */
  constructor(hints: Iterable<readonly [text: string, bits: number]>) {
    for (const [text, bits] of hints) {
      const codes = Array.from(text, (char) => char.charCodeAt(0));
      const at = rarest(text);
      const pair = ((codes[at] as number) << 7) | (codes[at + 1] as number);
      if (this.#table[pair] === 0) this.#table[pair] = this.#hints.push([]);
      this.#hints[(this.#table[pair] as number) - 1]?.push({ codes, at, bits });
    }
  }

  /** The bits of all texts that a line has. */
  in(line: string): number {
    let bits = 0;
    let pair = 0;
    for (let i = 0; i < line.length; i++) {
      const code = line.charCodeAt(i);
      pair = ((pair & 127) << 7) | (code < 128 ? (LOWER[code] as number) : 0);
      const found = this.#table[pair] as number;
      if (found === 0) continue;
      for (const hint of this.#hints[found - 1] as Hint[])
        if ((bits & hint.bits) !== hint.bits && stands(hint, line, i)) bits |= hint.bits;
    }
    return bits;
  }
}

/** @param end where the second of the two characters stands. */
function stands({ codes, at }: Hint, line: string, end: number): boolean {
  const from = end - 1 - at;
  if (from < 0 || from + codes.length > line.length) return false;
  for (const [i, code] of codes.entries()) {
    const there = line.charCodeAt(from + i);
    if (there !== code && (there >= 128 || LOWER[there] !== code)) return false;
  }
  return true;
}

/** Frequent letters of English, the most frequent first. */
const FREQUENT = " etaoinsrldhcum";

/** Where the two neighbouring characters stand that other texts have most seldom. */
function rarest(text: string): number {
  const weight = (char: string) => (FREQUENT.includes(char) ? FREQUENT.indexOf(char) : FREQUENT.length);
  let best = 0;
  let most = -1;
  for (let i = 0; i + 1 < text.length; i++) {
    const here = weight(text[i] as string) + weight(text[i + 1] as string);
    if (here > most) [best, most] = [i, here];
  }
  return best;
}
