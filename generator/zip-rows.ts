import { fromHex, toHex } from "../record/bytes.ts";
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
const DIGEST = 32;

/** So many rows that they would take much memory one by one. */
interface Page {
  /** One after another; path `i` ends at `ends[i]`. */
  paths: string;
  ends: Uint32Array;
  types: string[];
  numbers: Float64Array;
  digests: Uint8Array;
}

/** Rows in a third of the memory that an array of them takes: a package of ten thousand sessions has sixty thousand. */
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
    digests: new Uint8Array(rows.length * DIGEST),
  };
  let end = 0;
  for (const [i, row] of rows.entries()) {
    end += row.path.length;
    page.ends[i] = end;
    page.numbers.set([row.offset, row.start, row.packed, row.size, row.method, row.crc32], i * NUMBERS);
    page.digests.set(fromHex(row.sha256, DIGEST), i * DIGEST);
  }
  return page;
}

function rowOf({ paths, ends, types, numbers, digests }: Page, i: number): ZipRow {
  const [offset, start, packed, size, method, crc32] = numbers.subarray(i * NUMBERS, (i + 1) * NUMBERS) as unknown as number[];
  return {
    path: paths.slice(ends[i - 1] ?? 0, ends[i]),
    type: types[i] as string,
    offset: offset as number,
    start: start as number,
    packed: packed as number,
    size: size as number,
    method: method as Method,
    crc32: crc32 as number,
    sha256: toHex(digests.subarray(i * DIGEST, (i + 1) * DIGEST)),
  };
}
