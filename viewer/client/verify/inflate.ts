import { concat, concatAll } from "../../../record/bytes.ts";
import type { Inflate } from "../../../record/zip.ts";

/**
 * A browser's inflater holds some 100 KB until the garbage is collected, and its collector knows nothing of them: over thousands of files
 * hundreds of megabytes gather. So it is told of as much in another way: by buffers that are never written to, which the system therefore
 * gives no memory for, and of which each lives a while, so that it is not taken for one that goes by itself.
 */
const FILES = 2;
const WEIGHT = 2 * 1024 * 1024;
const weights: (ArrayBuffer | undefined)[] = Array.from({ length: 8 }, () => undefined);
let files = 0;

/** That of a gzip file (RFC 1952) of deflated data without a name or a time. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/**
 * Raw deflate by the browser, for record/zip.ts. It refuses by itself what is not deflate, ends early, or goes on after its end; and since
 * it gets the data as a gzip file, whose last bytes say so, also what has another CRC-32, which takes longer to compute in JavaScript.
 */
export const inflate: Inflate = Object.assign(inflated, { checksCrc: true });

async function* inflated(pieces: AsyncIterable<Uint8Array>, stated: { crc: number; size: number }): AsyncGenerator<Uint8Array> {
  if (++files % FILES === 0) weights[(files / FILES) % weights.length] = new ArrayBuffer(WEIGHT);
  const stream = new DecompressionStream("gzip");
  const writer = stream.writable.getWriter();
  const feed = async () => {
    try {
      for await (const piece of framed(pieces, stated)) await writer.write(piece as Uint8Array<ArrayBuffer>);
      await writer.close();
    } catch (error) {
      // What went wrong is told to whoever reads; after an error of its own the stream is closed already.
      await writer.abort(error).catch(() => {});
    }
  };
  const fed = feed();
  const reader = stream.readable.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {});
    await fed;
  }
}

/** The data between a gzip file's beginning and end; most often in one piece, as each costs the stream some turns. */
async function* framed(
  pieces: AsyncIterable<Uint8Array>,
  { crc, size }: { crc: number; size: number },
): AsyncGenerator<Uint8Array> {
  const end = new DataView(new ArrayBuffer(8));
  end.setUint32(0, crc, true);
  // Modulo 2^32, as RFC 1952 has it.
  end.setUint32(4, size, true);
  let held: Uint8Array[] = [HEADER];
  for await (const piece of pieces) {
    if (held.length === 2) {
      yield concatAll(held);
      held = [];
    }
    held.push(piece);
  }
  yield concat(...held, new Uint8Array(end.buffer));
}
