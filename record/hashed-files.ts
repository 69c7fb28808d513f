import { toHex } from "./bytes.ts";
import { type Finding, failure, finding } from "./finding.ts";
import type { Hashes } from "./hash.ts";
import type { PackageReader } from "./package-reader.ts";

/** What reading a file to its end gave: its SHA-256 in hexadecimal, or why it can't be read. */
export interface FileDigest {
  path: string;
  digest?: string;
  unreadable?: Finding;
}

/** Up to so many digests may be under way while the next files are read. */
const UNDER_WAY = 4;

/** Files that are hashed as they are read, so that none needs to be read for its hash alone. */
export class HashedFiles {
  readonly #reader: PackageReader;
  readonly #hashes: Hashes;
  readonly #onRead: ((path: string, bytes: number) => void) | undefined;
  readonly #known = new Map<string, FileDigest>();
  readonly #underWay = new Map<string, Promise<void>>();

  /** @param onRead called as a file is read: how many of its bytes so far. */
  constructor(reader: PackageReader, hashes: Hashes, onRead?: (path: string, bytes: number) => void) {
    this.#reader = reader;
    this.#hashes = hashes;
    this.#onRead = onRead;
  }

  /** The file's bytes. Once they were read to the end, its digest will be known. Throws as the reader does. */
  async *open(path: string): AsyncGenerator<Uint8Array> {
    const hash = this.#hashes.file?.() ?? this.#hashes.stream();
    let length = 0;
    try {
      for await (const piece of this.#reader.open(path)) {
        hash.update(piece);
        length += piece.length;
        this.#onRead?.(path, length);
        yield piece;
      }
    } catch (error) {
      this.add({ path, unreadable: failure("file/unreadable", path, error) });
      throw error;
    }
    const digest = hash.digest();
    if (digest instanceof Uint8Array) {
      this.add({ path, digest: toHex(digest) });
      return;
    }
    if (this.#underWay.size >= UNDER_WAY) await Promise.race(this.#underWay.values());
    await this.#underWay.get(path);
    const known = digest.then((bytes) => {
      this.#underWay.delete(path);
      this.add({ path, digest: toHex(bytes) });
    });
    this.#underWay.set(path, known);
  }

  /** Until all digests are known of files that were read to the end. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  /** Takes what was found of a file, here or by someone else who read it. */
  add(found: FileDigest): void {
    const before = this.#known.get(found.path);
    if (before?.unreadable !== undefined) return;
    const other = before?.digest !== undefined && found.digest !== undefined && before.digest !== found.digest;
    const unreadable = finding("file/unreadable", found.path, "expected the same bytes each time, got others");
    this.#known.set(found.path, other ? { path: found.path, unreadable } : found);
  }

  /** Undefined when the file was not read to its end yet, or its digest is not known yet: see {@link settled}. */
  get(path: string): FileDigest | undefined {
    return this.#known.get(path);
  }

  /** What is known of every file that was read. */
  async all(): Promise<FileDigest[]> {
    await this.settled();
    return [...this.#known.values()];
  }

  /** Reads a file for its digest, unless that is known. Never throws: it is told by {@link get}. */
  async hash(path: string): Promise<void> {
    if (this.#known.has(path) || this.#underWay.has(path)) return;
    try {
      for await (const _ of this.open(path));
    } catch {
      // `open` keeps the reason.
    }
  }
}
