const WIDTH = 128;
const ASCII = /^[ -~]*$/;

/**
 * Finds which of some hundred short words a line holds, in any case and in one pass: an automaton (Aho and Corasick, 1975) that knows of
 * each run of characters what it may become. Words with letters beyond ASCII are looked for one by one, in lines that hold such letters.
 */
export class Hints {
  readonly #words = new Map<string, number[]>();
  readonly #apart = new Map<string, number[]>();
  /** Of each state and character the next state. */
  #next = new Uint16Array(WIDTH);
  /** Of each state the rows whose word ends there. */
  #ends: (readonly number[] | undefined)[] = [];
  #isBuilt = false;
  /** Of each row the line in which it was last seen. */
  #seen = new Uint32Array(0);
  #line = 0;

  /** @param hint in lower case. */
  add(hint: string, row: number): void {
    const words = ASCII.test(hint) ? this.#words : this.#apart;
    words.set(hint, [...(words.get(hint) ?? []), row]);
    this.#isBuilt = false;
  }

  /** Rows of the hints that the line holds, in ascending order. */
  rows(line: string): readonly number[] {
    if (!this.#isBuilt) this.#build();
    this.#line++;
    const found: number[] = [];
    let state = 0;
    let isAscii = true;
    for (let i = 0; i < line.length; i++) {
      const unit = line.charCodeAt(i);
      if (unit >= WIDTH) {
        isAscii = false;
        state = 0;
        continue;
      }
      state = this.#next[state * WIDTH + unit] ?? 0;
      const ends = this.#ends[state];
      if (ends !== undefined) this.#add(ends, found);
    }
    if (!isAscii) {
      const lower = line.toLowerCase();
      for (const [hint, rows] of this.#apart) if (lower.includes(hint)) this.#add(rows, found);
    }
    return found.length > 1 ? found.sort((a, b) => a - b) : found;
  }

  #add(rows: readonly number[], found: number[]): void {
    for (const row of rows) {
      if (this.#seen[row] === this.#line) continue;
      this.#seen[row] = this.#line;
      found.push(row);
    }
  }

  #build(): void {
    const children: Map<number, number>[] = [new Map()];
    const ends: number[][] = [[]];
    for (const [word, rows] of this.#words) {
      let state = 0;
      for (let i = 0; i < word.length; i++) {
        const unit = word.charCodeAt(i);
        let next = children[state]?.get(unit);
        if (next === undefined) {
          next = children.length;
          children[state]?.set(unit, next);
          children.push(new Map());
          ends.push([]);
        }
        state = next;
      }
      ends[state]?.push(...rows);
    }
    this.#next = new Uint16Array(children.length * WIDTH);
    // Breadth first: where a state's longest ending goes is known before the state's own.
    const queue: [state: number, ending: number][] = [[0, 0]];
    for (const [state, ending] of queue) {
      if (state !== 0) ends[state]?.push(...(ends[ending] ?? []));
      for (let unit = 0; unit < WIDTH; unit++) {
        const child = children[state]?.get(unit);
        const other = state === 0 ? 0 : (this.#next[ending * WIDTH + unit] ?? 0);
        this.#next[state * WIDTH + unit] = child ?? other;
        if (child !== undefined) queue.push([child, other]);
      }
    }
    // Capitals go where the small letters go.
    for (let state = 0; state < children.length; state++)
      for (let unit = 65; unit <= 90; unit++) this.#next[state * WIDTH + unit] = this.#next[state * WIDTH + unit + 32] ?? 0;
    this.#ends = ends.map((rows) => (rows.length > 0 ? [...new Set(rows)] : undefined));
    this.#seen = new Uint32Array(1 + Math.max(0, ...ends.flat(), ...[...this.#apart.values()].flat()));
    this.#isBuilt = true;
  }
}
