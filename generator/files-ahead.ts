import { type PackageFile, type PackedFile, packedFile } from "./pack.ts";

/** So many bytes may wait, of files that are packed and not taken yet. */
const MOST = 4 << 20;

/** Files that are packed from the start, while what stands before them is still being made: as many as little memory holds. */
export class FilesAhead {
  readonly #waiting: PackedFile[] = [];
  readonly #filled: Promise<void>;
  #bytes = 0;
  #isOver = false;
  #isClosed = false;
  #changed = Promise.withResolvers<void>();

  constructor(files: AsyncIterable<PackedFile>) {
    this.#filled = this.#fill(files).finally(() => {
      this.#isOver = true;
      this.#tell();
    });
    // A failure shows where the files are taken.
    this.#filled.catch(() => {});
  }

  /** All of them, in their order. @throws what packing them threw. */
  async *files(): AsyncGenerator<PackageFile> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        this.#bytes -= next.row.packed;
        this.#tell();
        yield packedFile(next);
      } else if (this.#isOver) break;
      else await this.#changed.promise;
    }
    await this.#filled;
  }

  /** Frees what nobody took. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#tell();
    await this.#filled.catch(() => {});
    for (const { close } of this.#waiting.splice(0)) await close();
  }

  async #fill(files: AsyncIterable<PackedFile>): Promise<void> {
    for await (const file of files) {
      this.#waiting.push(file);
      this.#bytes += file.row.packed;
      this.#tell();
      while (this.#bytes > MOST && !this.#isClosed) await this.#changed.promise;
      if (this.#isClosed) return;
    }
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
