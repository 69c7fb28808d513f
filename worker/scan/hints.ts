const PAIRS = 128;
const ASCII = /^[ -~]*$/;

/** Finds which of some hundred short words a line holds, in one pass: a table of their first two characters says where one may begin. */
export class Hints {
  readonly #rows = new Map<string, number[]>();
  readonly #pairs = new Uint8Array(PAIRS * PAIRS);
  readonly #begins = new Map<number, string[]>();
  /** Those of one character, or with letters beyond ASCII: looked for one by one. */
  readonly #apart = new Map<string, number[]>();

  /** @param hint in lower case. */
  add(hint: string, row: number): void {
    const isApart = hint.length === 1 || !ASCII.test(hint);
    const rows = isApart ? this.#apart : this.#rows;
    const there = rows.get(hint);
    if (there !== undefined) there.push(row);
    else rows.set(hint, [row]);
    if (isApart || there !== undefined) return;
    const pair = hint.charCodeAt(0) * PAIRS + hint.charCodeAt(1);
    this.#pairs[pair] = 1;
    this.#begins.set(pair, [...(this.#begins.get(pair) ?? []), hint]);
  }

  /** Rows of the hints that the line holds, in ascending order. */
  rows(lower: string): Iterable<number> {
    const found = new Set<number>();
    for (const [hint, rows] of this.#apart) if (lower.includes(hint)) for (const row of rows) found.add(row);
    let before = lower.charCodeAt(0);
    for (let i = 1; i < lower.length; i++) {
      const unit = lower.charCodeAt(i);
      if (before < PAIRS && unit < PAIRS && this.#pairs[before * PAIRS + unit] === 1) {
        for (const hint of this.#begins.get(before * PAIRS + unit) ?? []) {
          if (!lower.startsWith(hint, i - 1)) continue;
          for (const row of this.#rows.get(hint) ?? []) found.add(row);
        }
      }
      before = unit;
    }
    return found.size > 1 ? [...found].sort((a, b) => a - b) : found;
  }
}
