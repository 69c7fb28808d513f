import { Readable } from "node:stream";
import { createInflateRaw, inflateRawSync } from "node:zlib";
import { RecordError } from "../../record/error.ts";

/** Small files are inflated in one go, as a stream costs more than the work: deflated and inflated bytes. */
const SMALL = 512 * 1024;
const SMALL_INFLATED = 4 * 1024 * 1024;

/** Raw deflate by zlib, for record/zip.ts. Bytes after the end of the deflated data are refused: zlib alone would pass them over. */
export async function* inflate(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let length = 0;
  let next = await iterator.next();
  for (; !next.done && length <= SMALL; next = await iterator.next()) {
    held.push(next.value);
    length += next.value.length;
  }
  if (next.done && length <= SMALL) {
    const whole = inflateSmall(held.length === 1 ? (held[0] as Uint8Array) : Buffer.concat(held));
    if (whole !== undefined) {
      yield whole;
      return;
    }
  }
  yield* inflateStream(chain(held, next.done ? undefined : next.value, iterator));
}

/** Undefined when it would be too large for one go. */
function inflateSmall(deflated: Uint8Array): Uint8Array | undefined {
  try {
    // The declared type leaves out what `info` adds.
    const { buffer, engine } = inflateRawSync(deflated, { maxOutputLength: SMALL_INFLATED, info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten !== deflated.length) throw trailing();
    return buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return undefined;
    throw error;
  }
}

async function* inflateStream(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let fed = 0;
  let last = false;
  /** One piece behind, so that it is known of each whether it is the last: zlib may end before all were asked for. */
  async function* counted(): AsyncGenerator<Uint8Array> {
    let held: Uint8Array | undefined;
    for await (const piece of pieces) {
      if (held !== undefined) {
        fed += held.length;
        yield held;
      }
      held = piece;
    }
    last = true;
    if (held !== undefined) {
      fed += held.length;
      yield held;
    }
  }
  const engine = createInflateRaw({ chunkSize: 256 * 1024 });
  const source = Readable.from(counted(), { objectMode: false });
  source.on("error", (error) => engine.destroy(error));
  source.pipe(engine);
  try {
    for await (const piece of engine) yield piece as Uint8Array;
  } finally {
    source.destroy();
    engine.destroy();
  }
  if (!last || engine.bytesWritten !== fed) throw trailing();
}

async function* chain(
  held: readonly Uint8Array[],
  next: Uint8Array | undefined,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* held;
    if (next === undefined) return;
    yield next;
    for (let more = await rest.next(); !more.done; more = await rest.next()) yield more.value;
  } finally {
    // A reader that stops early must not leave the source open.
    await rest.return?.();
  }
}

function trailing(): RecordError {
  return new RecordError("zip/malformed", "expected nothing after the deflated data");
}
