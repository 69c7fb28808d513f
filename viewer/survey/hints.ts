import { eachPiece, MARGIN } from "../text-bytes.ts";

/** A text that is looked for, of at least two characters of ASCII, in lower case. */
export interface Hint {
  text: string;
  /** Stand for it. */
  bits: number;
  /** Whether no letter, digit or underscore may stand before it. */
  begins?: boolean;
}

interface Sought {
  /** Character codes, in lower case. */
  codes: Uint8Array;
  /** Where in it the two characters stand by which it is looked for. */
  at: number;
  bits: number;
  begins: boolean;
}

/** Lower case of each byte. */
const LOWER = Uint8Array.from({ length: 256 }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));
const IS_WORD = Uint8Array.from({ length: 256 }, (_, code) => (code < 128 && /\w/.test(String.fromCharCode(code)) ? 1 : 0));
const NEWLINE = 10;
/** Stands in the table for the end of a line. */
const END = 255;

/**
 * Looks for some short texts at once, in whatever case. A look at every two characters of a text says whether one may be there: to look for
 * each by itself would take most of the time in which a session is surveyed.
 */
export class Hints {
  /** By two bytes, the place in `sought` of the texts that are looked for by these, plus 1; 0 for nearly all. */
  readonly #table = new Uint8Array(1 << 16);
  readonly #sought: Sought[][] = [];

  constructor(hints: Iterable<Hint>) {
    const bySought = new Map<string, Sought[]>();
    for (const { text, bits, begins = false } of hints) {
      const at = rarest(text);
      const pair = text.slice(at, at + 2);
      const others = bySought.get(pair) ?? [];
      if (others.length === 0) this.#look(pair, this.#sought.push(others));
      bySought.set(pair, others);
      others.push({ codes: Uint8Array.from(text, (char) => char.charCodeAt(0)), at, bits, begins });
    }
    for (let before = 0; before < 256; before++) this.#table[(before << 8) | NEWLINE] = END;
  }

  /** Gives each line that has any of the texts, with the bits of all that it has. */
  lines(text: string, take: (line: number, bits: number) => void): void {
    const table = this.#table;
    let line = 0;
    let bits = 0;
    eachPiece(text, (bytes, end) => {
      let pair = 0;
      for (let i = MARGIN; i < end; i++) {
        pair = ((pair & 0xff) << 8) | (bytes[i] as number);
        const found = table[pair] as number;
        if (found === 0) continue;
        if (found < END) bits |= this.#at(found, bytes, i, bits);
        else {
          if (bits !== 0) take(line, bits);
          bits = 0;
          line++;
        }
      }
    });
    if (bits !== 0) take(line, bits);
  }

  #look(pair: string, number: number): void {
    const [a, b] = [pair.charCodeAt(0), pair.charCodeAt(1)];
    const [capitalA, capitalB] = [pair.toUpperCase().charCodeAt(0), pair.toUpperCase().charCodeAt(1)];
    for (const first of [a, capitalA]) for (const second of [b, capitalB]) this.#table[(first << 8) | second] = number;
  }

  /** @param end where the second of the two characters stands. */
  #at(found: number, bytes: Uint8Array, end: number, known: number): number {
    let bits = known;
    for (const one of this.#sought[found - 1] as Sought[])
      if ((bits & one.bits) !== one.bits && stands(one, bytes, end)) bits |= one.bits;
    return bits;
  }
}

function stands({ codes, at, begins }: Sought, bytes: Uint8Array, end: number): boolean {
  const from = end - 1 - at;
  // Before and behind the text stand zeros, which are in no hint.
  for (let i = 0; i < codes.length; i++) if (LOWER[bytes[from + i] as number] !== codes[i]) return false;
  return !begins || IS_WORD[bytes[from - 1] as number] === 0;
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
