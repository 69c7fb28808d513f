import { checkPath } from "../record/path.ts";
import { GeneratorError } from "./error.ts";
import type { PackedFile } from "./pack.ts";
import { dosTime, encodeDirectory, encodeLocalHeader, ZIP_LIMITS, type ZipLimits } from "./zip.ts";
import type { ZipRows } from "./zip-rows.ts";

/**
 * Writes a ZIP as a stream: files in the order given, then the directory. Nothing but the rows is kept, so that a writer given the
 * rows of an earlier one goes on where that one stopped.
 */
export class ZipWriter {
  /** One row a file, pushed when the last byte of the file is handed out. */
  readonly rows: ZipRows;
  readonly #modified: { time: number; date: number };
  readonly #limits: ZipLimits;
  /** Numbers of the paths that are written: of many files these take a fraction of the memory of their paths. */
  readonly #taken = new Set<number>();

  /** @param modified RFC 3339; stands as UTC at every file. */
  constructor(modified: string, rows: ZipRows = [], limits: ZipLimits = ZIP_LIMITS) {
    this.rows = rows;
    this.#modified = dosTime(modified);
    this.#limits = limits;
    for (const { path } of rows) this.#taken.add(numberOf(path));
  }

  /** How many bytes are written so far. */
  get length(): number {
    const last = this.rows.at(-1);
    return last === undefined ? 0 : last.start + last.packed;
  }

  /**
   * The bytes of one file: local header and packed content.
   * @throws GeneratorError `zip/path-twice`, also when two paths differ in case only; RecordError `path/malformed`.
   */
  async *add(file: PackedFile): AsyncGenerator<Uint8Array> {
    const path = checkPath(file.row.path);
    const number = numberOf(path);
    if (this.#taken.has(number) && this.#isWritten(path))
      throw new GeneratorError("zip/path-twice", `expected each path once, got ${path} again`);
    this.#taken.add(number);
    const offset = this.length;
    const header = encodeLocalHeader(file.row, this.#modified, this.#limits);
    yield header;
    yield* file.bytes();
    this.rows.push({ ...file.row, offset, start: offset + header.length });
  }

  /** The bytes that follow the last file. */
  finish(): Iterable<Uint8Array> {
    return encodeDirectory(this.rows, this.length, this.#modified, this.#limits);
  }

  #isWritten(path: string): boolean {
    for (const row of this.rows) if (folded(row.path) === folded(path)) return true;
    return false;
  }
}

function folded(path: string): string {
  return path.toLowerCase();
}

/** 32 bits (FNV-1a) that are the same for paths that differ in case only, and seldom for others. */
function numberOf(path: string): number {
  let number = 0x811c9dc5;
  const text = folded(path);
  for (let i = 0; i < text.length; i++) number = Math.imul(number ^ text.charCodeAt(i), 0x01000193);
  return number;
}
