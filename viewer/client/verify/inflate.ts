/**
 * Raw deflate by the browser, for record/zip.ts. It refuses by itself what is not deflate, ends early, or goes on after its end.
 */
export async function* inflate(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  const feed = async () => {
    try {
      for await (const piece of pieces) await writer.write(piece.slice());
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
