/**
 * A browser's inflater holds some 100 KB until the garbage is collected, and its collector knows nothing of them: over thousands of files
 * hundreds of megabytes gather. So it is told of as much in another way: by buffers that are never written to, which the system therefore
 * gives no memory for, and of which each lives a while, so that it is not taken for one that goes by itself.
 */
const FILES = 3;
const WEIGHT = 2 * 1024 * 1024;
const weights: (ArrayBuffer | undefined)[] = Array.from({ length: 8 }, () => undefined);
let files = 0;

/**
 * Raw deflate by the browser, for record/zip.ts. It refuses by itself what is not deflate, ends early, or goes on after its end.
 */
export async function* inflate(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (++files % FILES === 0) weights[(files / FILES) % weights.length] = new ArrayBuffer(WEIGHT);
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  const feed = async () => {
    try {
      for await (const piece of pieces) await writer.write(piece as Uint8Array<ArrayBuffer>);
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
