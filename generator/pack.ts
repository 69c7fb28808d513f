import { concat, toHex } from "../record/bytes.ts";
import { blocks } from "./blocks.ts";
import type { Platform, Spool } from "./platform.ts";
import { METHOD, type UnplacedRow } from "./zip.ts";

/** One file of a package. Its content is made when it is asked for, and not at all if the file is written already. */
export interface PackageFile {
  path: string;
  /** Content type, as it is served. */
  type: string;
  content(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
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

/** Takes the whole content; what it gives back is deflating still. */
async function startPacking(file: PackageFile, platform: Platform): Promise<{ packed: Promise<PackedFile> }> {
  const sha256 = platform.sha256();
  let crc = 0;
  let size = 0;
  const tallied = (async function* () {
    for await (const block of blocks(file.content(), BLOCK)) {
      crc = platform.crc32(block, crc);
      size += block.length;
      await sha256.update(block);
      yield block;
    }
  })();
  const row = async (method: UnplacedRow["method"], packed: number): Promise<UnplacedRow> => {
    const digest = toHex(await sha256.digest());
    return { path: file.path, type: file.type, packed, size, method, crc32: crc, sha256: digest };
  };

  const head: Uint8Array[] = [];
  let more = false;
  while (size < WHOLE) {
    const next = await tallied.next();
    if (next.done) break;
    head.push(next.value);
    more = size >= WHOLE;
  }
  if (!more) {
    const bytes = concat(...head);
    return {
      packed: (async () => {
        const deflated = bytes.length === 0 ? bytes : await platform.deflate(bytes);
        const smaller = deflated.length < bytes.length;
        const content = smaller ? deflated : bytes;
        return {
          row: await row(smaller ? METHOD.deflated : METHOD.stored, content.length),
          bytes: () => [content],
          async close() {},
        };
      })(),
    };
  }

  const spool = platform.spool();
  try {
    const packed = await fill(spool, platform.deflateStream(chain(head, tallied)));
    const done = { row: await row(METHOD.deflated, packed), bytes: () => spool.read(), close: () => spool.close() };
    return { packed: Promise.resolve(done) };
  } catch (error) {
    await spool.close();
    throw error;
  }
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
