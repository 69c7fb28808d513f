/** Words and a number for each, in the order in which they came: what a map of strings does, without a string a word. */
export class Terms {
  count = 0;
  /** All words, one behind another; word n is from `starts[n]` to `starts[n + 1]`. */
  bytes = new Uint8Array(1 << 16);
  starts = new Uint32Array(1 << 12);
  /** Hash table with open addressing: number of the word, plus 1. */
  #table = new Int32Array(1 << 13);

  /** The number of a word, a new one if it was not there. */
  intern(word: Uint8Array, length: number): number {
    const mask = this.#table.length - 1;
    for (let slot = hashOf(word, 0, length) & mask; ; slot = (slot + 1) & mask) {
      const found = (this.#table[slot] as number) - 1;
      if (found < 0) {
        this.#table[slot] = this.#add(word, length) + 1;
        if (2 * this.count > mask) this.#rehash();
        return this.count - 1;
      }
      if (this.#is(found, word, length)) return found;
    }
  }

  clear(): void {
    this.count = 0;
    this.#table.fill(0);
  }

  /** Numbers of all words, in the order of their bytes. */
  sorted(): Uint32Array {
    // The beginning of a word and its number in one number each, which the platform sorts many times faster than by a function of ours.
    const scale = 2 ** Math.ceil(Math.log2(this.count + 1));
    const letters = Math.floor(Math.log2(2 ** 53 / scale) / 7);
    const keys = new Float64Array(this.count);
    for (let n = 0; n < this.count; n++) keys[n] = this.#head(n, letters) * scale + n;
    keys.sort();
    const order = new Uint32Array(this.count);
    for (let from = 0; from < order.length; ) {
      const head = Math.floor((keys[from] as number) / scale) * scale;
      let to = from;
      for (; to < order.length && (keys[to] as number) < head + scale; to++) order[to] = (keys[to] as number) - head;
      // Those that begin alike are not yet in order.
      if (to - from > 1) order.subarray(from, to).sort((a, b) => this.#compare(a, b));
      from = to;
    }
    return order;
  }

  /** The first letters of a word as a number; they have 7 bits each. */
  #head(number: number, letters: number): number {
    const end = this.starts[number + 1] as number;
    let head = 0;
    for (let i = 0, at = this.starts[number] as number; i < letters; i++, at++)
      head = head * 128 + (at < end ? (this.bytes[at] as number) : 0);
    return head;
  }

  #compare(a: number, b: number): number {
    const { bytes, starts } = this;
    return compareBytes(bytes, starts[a], starts[a + 1], bytes, starts[b], starts[b + 1]);
  }

  #is(number: number, word: Uint8Array, length: number): boolean {
    const start = this.starts[number] as number;
    if ((this.starts[number + 1] as number) - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.bytes[start + i] !== word[i]) return false;
    return true;
  }

  #add(word: Uint8Array, length: number): number {
    const start = this.starts[this.count] as number;
    if (start + length > this.bytes.length) this.bytes = larger(this.bytes, new Uint8Array(2 * this.bytes.length));
    if (this.count + 2 > this.starts.length) this.starts = larger(this.starts, new Uint32Array(2 * this.starts.length));
    for (let i = 0; i < length; i++) this.bytes[start + i] = word[i] as number;
    this.starts[this.count + 1] = start + length;
    return this.count++;
  }

  #rehash(): void {
    const table = new Int32Array(2 * this.#table.length);
    const mask = table.length - 1;
    for (let n = 0; n < this.count; n++) {
      let slot = hashOf(this.bytes, this.starts[n] as number, this.starts[n + 1] as number) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = n + 1;
    }
    this.#table = table;
  }
}

/** Which of two words comes first, by their bytes; below 0 when it is the first. */
export function compareBytes(a: Uint8Array, aFrom = 0, aTo = a.length, b: Uint8Array, bFrom = 0, bTo = b.length): number {
  const length = Math.min(aTo - aFrom, bTo - bFrom);
  for (let i = 0; i < length; i++) {
    const difference = (a[aFrom + i] as number) - (b[bFrom + i] as number);
    if (difference !== 0) return difference;
  }
  return aTo - aFrom - (bTo - bFrom);
}

function larger<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** FNV-1a, with the upper bits mixed into those that a small table looks at. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}
