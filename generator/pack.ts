import { concat, toHex } from "../record/bytes.ts";
import { blocks } from "./blocks.ts";
import { contentType } from "./content-type.ts";
import type { DeflateManner, Platform, Spool } from "./platform.ts";
import { METHOD, type UnplacedRow } from "./zip.ts";

/** One file of a package. Its content is made when it is asked for, and not at all if the file is written already. */
export interface PackageFile {
  path: string;
  /** Content type, as it is served. */
  type: string;
  /** How it is deflated, if not as usual. */
  manner?: DeflateManner;
  content(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** The file as it goes into the ZIP, when it is packed already: then its content is not to be had. */
  packed?: PackedFile | Promise<PackedFile>;
}

/** A file as it goes into a ZIP: its row, and its packed bytes. */
export interface PackedFile {
  row: UnplacedRow;
  bytes(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Frees the packed bytes. */
  close(): Promise<void>;
}

/** A file up to this size is deflated in one go, a larger one as a stream. */
const WHOLE = 1 << 20;
/** Content is taken in blocks of this size, so that the packed bytes don't depend on the pieces in which it was made. */
const BLOCK = 1 << 16;
/** How many files may be deflated while the next are being made. */
const AHEAD = 4;

/** A packed file as one of a package: its row and bytes are taken as they are. */
export function packedFile({ row: sent, bytes, close }: PackedFile): PackageFile {
  // A type that came from another thread would be a string of its own for each of many files.
  const row = { ...sent, type: contentType(sent.path) };
  const content = () => {
    throw new TypeError("expected a packed file to be taken as it is");
  };
  return { path: row.path, type: row.type, content, packed: { row, bytes, close } };
}

/** Packs files in their order. On platforms that deflate beside the main thread, the next files are made meanwhile. */
export async function* packFiles(
  files: AsyncIterable<PackageFile> | Iterable<PackageFile>,
  platform: Platform,
): AsyncGenerator<PackedFile> {
  const pending: Promise<PackedFile>[] = [];
  try {
    for await (const file of files) {
      const { packed } = await startPacking(file, platform);
      // Whoever takes it sees the failure; until then it is not an unhandled one.
      packed.catch(() => {});
      pending.push(packed);
      if (pending.length > AHEAD) yield await (pending.shift() as Promise<PackedFile>);
    }
    while (pending.length > 0) yield await (pending.shift() as Promise<PackedFile>);
  } finally {
    for (const packed of await Promise.allSettled(pending)) if (packed.status === "fulfilled") await packed.value.close();
  }
}

/** Packs one file. */
export async function packFile(file: PackageFile, platform: Platform): Promise<PackedFile> {
  return (await startPacking(file, platform)).packed;
}

/** The file, of which packing begins at once. Who never takes it must close what is packed. */
export function packAhead(file: PackageFile, platform: Platform): PackageFile & { packed: Promise<PackedFile> } {
  const packed = packFile(file, platform);
  // A failure shows where it is taken.
  packed.catch(() => {});
  return { ...file, packed };
}

/** Takes the whole content; what it gives back is deflating still. */
async function startPacking(file: PackageFile, platform: Platform): Promise<{ packed: Promise<PackedFile> }> {
  if (file.packed !== undefined) return { packed: Promise.resolve(file.packed) };
  const pieces = iterate(file.content());
  const { head, ended } = await takeWhole(pieces);
  if (!ended) return { packed: Promise.resolve(await packStream(file, chain(head, pieces), platform)) };
  return { packed: packWhole(file, head.length === 1 ? (head[0] as Uint8Array) : concat(...head), platform) };
}

async function packWhole({ path, type, manner }: PackageFile, bytes: Uint8Array, platform: Platform): Promise<PackedFile> {
  const deflating = bytes.length === 0 ? bytes : platform.deflate(bytes, manner);
  const facts = { size: bytes.length, crc32: platform.crc32(bytes), sha256: platform.digest(bytes) };
  const deflated = await deflating;
  const smaller = deflated.length < bytes.length;
  const content = smaller ? deflated : bytes;
  const method = smaller ? METHOD.deflated : METHOD.stored;
  return heldFile({ path, type, packed: content.length, method, ...facts }, content);
}

async function packStream(
  { path, type }: PackageFile,
  content: AsyncIterable<Uint8Array>,
  platform: Platform,
): Promise<PackedFile> {
  const sha256 = platform.sha256();
  let crc32 = 0;
  let size = 0;
  const tallied = async function* (): AsyncGenerator<Uint8Array> {
    for await (const block of blocks(content, BLOCK)) {
      crc32 = platform.crc32(block, crc32);
      size += block.length;
      await sha256.update(block);
      yield block;
    }
  };
  const spool = platform.spool(`packed/${path}`);
  try {
    const packed = await fill(spool, platform.deflateStream(tallied()));
    const row = { path, type, packed, size, method: METHOD.deflated, crc32, sha256: toHex(await sha256.digest()) };
    return spooledFile(row, spool);
  } catch (error) {
    await spool.close();
    throw error;
  }
}

/** By itself, as the next: what waits to be written would else hold on to all that it was made of. */
function spooledFile(row: UnplacedRow, spool: Spool): PackedFile {
  return { row, bytes: () => spool.read(), close: () => spool.close() };
}

/** A packed file in memory. */
export function heldFile(row: UnplacedRow, content: Uint8Array): PackedFile {
  return { row, bytes: () => [content], async close() {} };
}

/** Pieces until they are more than a file that is deflated in one go may have. */
async function takeWhole(pieces: AsyncIterator<Uint8Array>): Promise<{ head: Uint8Array[]; ended: boolean }> {
  const head: Uint8Array[] = [];
  for (let length = 0; length <= WHOLE; ) {
    const next = await pieces.next();
    if (next.done) return { head, ended: true };
    head.push(next.value);
    length += next.value.length;
  }
  return { head, ended: false };
}

async function* iterate(content: ReturnType<PackageFile["content"]>): AsyncGenerator<Uint8Array> {
  yield* content;
}

async function fill(spool: Spool, content: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const bytes of content) {
    length += bytes.length;
    await spool.append(bytes);
  }
  return length;
}

async function* chain(head: Iterable<Uint8Array>, tail: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* head;
  yield* tail;
}
