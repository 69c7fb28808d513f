import { type ManifestRow, manifestLine } from "../record/bag.ts";
import { utf8 } from "../record/bytes.ts";
import type { Platform } from "./platform.ts";

/** What of a written file the manifests need. */
export interface WrittenFile {
  path: string;
  size: number;
  /** 64 lowercase hexadecimal digits. */
  sha256: string;
}

/** Written files by place: an array, or the rows of a ZIP. */
export interface WrittenFiles extends Iterable<WrittenFile> {
  at(place: number): WrittenFile | undefined;
}

/** Lines that are put together. */
const LINES = 500;

/** A manifest of some of the written files, which is put together in pieces: of many files it takes more memory than their pages. */
export class Manifest {
  /** Sum of the files' sizes. */
  readonly octets: number = 0;
  readonly #written: WrittenFiles;
  /** Places of the files, in the order of their paths. */
  readonly #order: Uint32Array;

  /** @param isListed which of the files, by path. */
  constructor(written: WrittenFiles, isListed: (path: string) => boolean) {
    const paths: string[] = [];
    const listed: number[] = [];
    for (const { path, size } of written) {
      if (isListed(path)) {
        listed.push(paths.length);
        this.octets += size;
      }
      paths.push(path);
    }
    const compare = (a: number, b: number) => ((paths[a] as string) < (paths[b] as string) ? -1 : 1);
    this.#written = written;
    this.#order = Uint32Array.from(listed).sort(compare);
  }

  get length(): number {
    return this.#order.length;
  }

  /** As {@link encodeManifest} has them. */
  *rows(): Generator<ManifestRow> {
    for (const place of this.#order) {
      const { path, sha256 } = this.#written.at(place) as WrittenFile;
      yield { path, digest: sha256 };
    }
  }

  /** The file, in pieces. */
  *pieces(): Generator<Uint8Array> {
    let piece = "";
    let lines = 0;
    for (const row of this.rows()) {
      piece += manifestLine(row);
      if (++lines % LINES !== 0) continue;
      yield utf8(piece);
      piece = "";
    }
    if (piece !== "") yield utf8(piece);
  }

  /** SHA-256 of the file. */
  async sha256(platform: Pick<Platform, "sha256">): Promise<Uint8Array> {
    const hash = platform.sha256();
    for (const piece of this.pieces()) await hash.update(piece);
    return hash.digest();
  }
}
