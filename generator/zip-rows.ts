import type { Method, ZipRow } from "./zip.ts";

/** The rows of a ZIP in their order. An array of rows is one. */
export interface ZipRows extends Iterable<ZipRow> {
  readonly length: number;
  /** As of an array; -1 is the last. */
  at(place: number): ZipRow | undefined;
  push(row: ZipRow): unknown;
}

/** Rows that are packed together. */
const PAGE = 256;
/** Numbers of a row: offset, start, packed, size, method, crc32. */
const NUMBERS = 6;
/** Hexadecimal digits of a SHA-256. */
const DIGITS = 64;

/** So many rows that they would take much memory one by one. */
interface Page {
  /** One after another; path `i` ends at `ends[i]`. */
  paths: string;
  ends: Uint32Array;
  types: string[];
  numbers: Float64Array;
  /** As digits: they are asked for several times, and bytes would be made into them each time. */
  digests: string;
}

/** Rows in three fifths of the memory that an array of them takes: a package of ten thousand sessions has sixty thousand. */
export class PackedRows implements ZipRows {
  readonly #pages: Page[] = [];
  /** Those that fill no page yet. */
  #last: ZipRow[] = [];

  get length(): number {
    return this.#pages.length * PAGE + this.#last.length;
  }

  push(row: ZipRow): void {
    this.#last.push(row);
    if (this.#last.length < PAGE) return;
    this.#pages.push(packed(this.#last));
    this.#last = [];
  }

  at(place: number): ZipRow | undefined {
    const at = place < 0 ? this.length + place : place;
    const page = this.#pages[Math.floor(at / PAGE)];
    return page === undefined ? this.#last[at - this.#pages.length * PAGE] : rowOf(page, at % PAGE);
  }

  *[Symbol.iterator](): Generator<ZipRow> {
    for (const page of this.#pages) for (let i = 0; i < PAGE; i++) yield rowOf(page, i);
    yield* this.#last;
  }
}

function packed(rows: readonly ZipRow[]): Page {
  const page: Page = {
    paths: rows.map(({ path }) => path).join(""),
    ends: new Uint32Array(rows.length),
    types: rows.map(({ type }) => type),
    numbers: new Float64Array(rows.length * NUMBERS),
    digests: rows.map(({ sha256 }) => sha256).join(""),
  };
  let end = 0;
  for (const [i, row] of rows.entries()) {
    end += row.path.length;
    page.ends[i] = end;
    page.numbers.set([row.offset, row.start, row.packed, row.size, row.method, row.crc32], i * NUMBERS);
  }
  return page;
}

function rowOf({ paths, ends, types, numbers, digests }: Page, i: number): ZipRow {
  const at = i * NUMBERS;
  return {
    path: paths.slice(i === 0 ? 0 : ends[i - 1], ends[i]),
    type: types[i] as string,
    offset: numbers[at] as number,
    start: numbers[at + 1] as number,
    packed: numbers[at + 2] as number,
    size: numbers[at + 3] as number,
    method: numbers[at + 4] as Method,
    crc32: numbers[at + 5] as number,
    sha256: digests.slice(i * DIGITS, (i + 1) * DIGITS),
  };
}
