import type { Handoff } from "../../record/handoff.ts";
import type { PackageReader } from "../../record/package-reader.ts";
import { payloadFiles } from "../package.ts";
import type { Platform } from "../platform.ts";
import type { Viewer } from "../viewer.ts";
import { packageSource } from "./package-source.ts";

/** How one file of the package stands to what its records give when they are rendered again. */
export interface Difference {
  path: string;
  kind: "differs" | "missing" | "extra";
  /** First byte that differs, from 0. */
  at?: number;
}

/** What rendering a package's records again gave. */
export interface Comparison {
  handoff: Handoff;
  /** Whether these are the pages that the package says it was made with; if not, differences are to be expected. */
  sameViewer: boolean;
  /** Files that are the same, byte by byte. */
  same: number;
  differences: Difference[];
}

/**
 * Renders every file below `data/`, and what stands beside it, again from the package's records alone, and compares byte by byte.
 * Manifests and signature are not rendered: the verify command checks them.
 * @throws RecordError, GeneratorError when the records can't be read or rendered.
 */
export async function comparePackage(
  reader: PackageReader,
  platform: Platform,
  viewer: Viewer,
  onFile?: (done: number, total: number) => void,
): Promise<Comparison> {
  const { source, handoff } = await packageSource(reader);
  const left = new Set(reader.files.filter(({ path }) => path.startsWith("data/")).map(({ path }) => path));
  const known = new Set(reader.files.map(({ path }) => path));
  const differences: Difference[] = [];
  let same = 0;
  for await (const file of payloadFiles(source, handoff, platform, viewer)) {
    left.delete(file.path);
    if (!known.has(file.path)) {
      for await (const _ of file.content());
      differences.push({ path: file.path, kind: "missing" });
      continue;
    }
    const at = await firstDifference(file.content(), reader.open(file.path));
    if (at === undefined) same++;
    else differences.push({ path: file.path, kind: "differs", at });
    onFile?.(same + differences.length, reader.files.length);
  }
  for (const path of left) differences.push({ path, kind: "extra" });
  return { handoff, sameViewer: handoff.generator.viewer === viewer.viewerHash, same, differences };
}

/** Where two streams part; undefined when they are the same. Both are read to their ends: a half-read one may hold a file open. */
async function firstDifference(
  made: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  found: AsyncIterable<Uint8Array>,
): Promise<number | undefined> {
  const other = bytesOf(found);
  let at = 0;
  let difference: number | undefined;
  for await (const piece of made) {
    const same = await other.take(piece.length);
    if (difference === undefined) {
      for (let i = 0; i < piece.length; i++) {
        if (piece[i] !== same[i]) {
          difference = at + i;
          break;
        }
      }
    }
    at += piece.length;
  }
  const more = await other.rest();
  return difference ?? (more > 0 ? at : undefined);
}

/** Takes a stream in pieces of the lengths that are asked for; the last one may be shorter. */
function bytesOf(stream: AsyncIterable<Uint8Array>) {
  const iterator = stream[Symbol.asyncIterator]();
  let held = new Uint8Array();
  return {
    async take(length: number): Promise<Uint8Array> {
      const pieces: Uint8Array[] = [held];
      let have = held.length;
      while (have < length) {
        const next = await iterator.next();
        if (next.done) break;
        pieces.push(next.value);
        have += next.value.length;
      }
      const all = pieces.length === 1 ? held : Buffer.concat(pieces);
      held = all.slice(length);
      return all.subarray(0, length);
    },
    async rest(): Promise<number> {
      let length = held.length;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) length += next.value.length;
      return length;
    },
  };
}
