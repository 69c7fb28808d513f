import { checkPath } from "../record/path.ts";
import { GeneratorError } from "./error.ts";
import type { PackedFile } from "./pack.ts";
import { dosTime, encodeDirectory, encodeLocalHeader, ZIP_LIMITS, type ZipLimits, type ZipRow } from "./zip.ts";

/**
 * Writes a ZIP as a stream: files in the order given, then the directory. Nothing but the rows is kept, so that a writer given the
 * rows of an earlier one goes on where that one stopped.
 */
export class ZipWriter {
  /** One row a file, pushed when the last byte of the file is handed out. */
  readonly rows: ZipRow[];
  readonly #modified: { time: number; date: number };
  readonly #limits: ZipLimits;
  readonly #taken: Set<string>;

  /** @param modified RFC 3339; stands as UTC at every file. */
  constructor(modified: string, rows: ZipRow[] = [], limits: ZipLimits = ZIP_LIMITS) {
    this.rows = rows;
    this.#modified = dosTime(modified);
    this.#limits = limits;
    this.#taken = new Set(rows.map((row) => folded(row.path)));
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
    if (this.#taken.has(folded(path))) throw new GeneratorError("zip/path-twice", `expected each path once, got ${path} again`);
    this.#taken.add(folded(path));
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
}

function folded(path: string): string {
  return path.toLowerCase();
}
