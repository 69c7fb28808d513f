import { concat } from "../record/bytes.ts";
import type { PackageFileView } from "./objects/handoff/door.ts";
import type { ServedFile } from "./objects/handoff/package-files.ts";
import { type Asked, fileOutcome, GZIP_FRAME, isGzipped, packageOutcome } from "./outcome.ts";

/**
 * What goes with everything out of a package. Recorded output is hostile: its pages live in an opaque origin, as they do on a disk,
 * and reach nothing of the console or of anybody else.
 * @param ancestors who may show them in a frame.
 */
export function packageHeaders(ancestors: string) {
  return {
    "content-security-policy": [
      // allow-forms: the search field of every page is a form that leads to the search page.
      "sandbox allow-scripts allow-forms allow-downloads allow-popups allow-modals",
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "worker-src blob:",
      "base-uri 'none'",
      "form-action 'self'",
      `frame-ancestors ${ancestors}`,
    ].join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
    // Asked for again each time, so that nothing is shown after its expiry; an entity tag saves the bytes. Nobody on the way may
    // compress or improve what was signed.
    "cache-control": "private, no-cache, no-transform",
  } as const;
}

const HEADERS = packageHeaders("'none'");

/**
 * One file out of the ZIP in the bucket: its packed bytes as they are, framed as gzip. Nothing is compressed again, so what is
 * served and what is handed over are the same bytes.
 * @returns undefined when the package was taken away a moment ago.
 */
export async function serveFile(
  bucket: R2Bucket,
  { key }: PackageFileView,
  file: ServedFile,
  asked: Asked,
): Promise<Response | undefined> {
  const { status, tag, length } = fileOutcome(file, asked);
  const headers = new Headers({ ...HEADERS, etag: tag, vary: "accept-encoding" });
  if (status === 304) return new Response(null, { status, headers });
  headers.set("content-type", file.type);
  headers.set("content-length", String(length));
  const gzip = isGzipped(file, asked);
  if (gzip) headers.set("content-encoding", "gzip");
  const encodeBody = gzip ? "manual" : "automatic";
  if (asked.isHead) return new Response(null, { headers, encodeBody });
  if (file.packed === 0) return new Response("", { headers });
  const object = await bucket.get(key, { range: { offset: file.start, length: file.packed } });
  if (object === null) return undefined;
  if (gzip && file.packed <= AT_ONCE) return new Response(framedBytes(await object.arrayBuffer(), file), { headers, encodeBody });
  if (gzip) return new Response(framed(object.body, file, length), { headers, encodeBody });
  if (file.method === 0) return new Response(object.body, { headers });
  const inflate: ReadableWritablePair<Uint8Array, Uint8Array> = new DecompressionStream("deflate-raw");
  return new Response(object.body.pipeThrough(inflate).pipeThrough(new FixedLengthStream(length)), { headers });
}

/**
 * The package as a whole, or the part of it that was asked for.
 * @param watch gets what the transfer comes to: undefined when all went out, else how many bytes did. It must keep the request alive
 * until then (`waitUntil`): a reader who goes away would end it before that is known.
 * @returns undefined when the package was taken away a moment ago.
 */
export async function servePackage(
  bucket: R2Bucket,
  stored: PackageFileView,
  asked: Asked,
  watch?: (cutShort: Promise<number | undefined>) => void,
): Promise<Response | undefined> {
  const { status, tag, from, length } = packageOutcome(stored, asked);
  const headers = new Headers({
    ...HEADERS,
    etag: tag,
    "accept-ranges": "bytes",
    "last-modified": new Date(stored.created).toUTCString(),
  });
  if (status === 304) return new Response(null, { status, headers });
  if (status === 416) {
    headers.set("content-range", `bytes */${stored.bytes}`);
    return new Response(null, { status, headers });
  }
  headers.set("content-type", "application/zip");
  headers.set("content-disposition", `attachment; filename="${stored.handoff}.zip"`);
  headers.set("content-length", String(length));
  if (status === 206) headers.set("content-range", `bytes ${from}-${from + length - 1}/${stored.bytes}`);
  if (asked.isHead) return new Response(null, { status, headers });
  const object = await bucket.get(stored.key, { range: { offset: from, length } });
  if (object === null) return undefined;
  const body = watch === undefined ? object.body : counted(object.body, length, watch);
  return new Response(body, { status, headers });
}

/** RFC 1952: magic, deflate, no flags, no time, no extra flags, unknown system. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** Up to so many bytes are put together at once, which is far quicker than as a stream. */
const AT_ONCE = 1 << 18;

/** RFC 1952: CRC-32 and size of what was deflated. */
function gzipTrailer(file: ServedFile): Uint8Array {
  const trailer = new DataView(new ArrayBuffer(GZIP_FRAME - GZIP_HEADER.length));
  trailer.setUint32(0, file.crc32, true);
  trailer.setUint32(4, file.size % 2 ** 32, true);
  return new Uint8Array(trailer.buffer);
}

/** A gzip member around deflated bytes: header before, CRC-32 and size after. */
function framedBytes(deflated: ArrayBuffer, file: ServedFile): Uint8Array {
  return concat(GZIP_HEADER, new Uint8Array(deflated), gzipTrailer(file));
}

/** The same as a stream. */
function framed(deflated: ReadableStream, file: ServedFile, length: number): ReadableStream {
  const { readable, writable } = new FixedLengthStream(length);
  const pumped = (async () => {
    const writer = writable.getWriter();
    await writer.write(GZIP_HEADER);
    writer.releaseLock();
    await deflated.pipeTo(writable, { preventClose: true });
    const last = writable.getWriter();
    await last.write(gzipTrailer(file));
    await last.close();
  })();
  // A reader who goes away ends the pump; there is nobody left to tell.
  pumped.catch(() => {});
  return readable;
}

/** The same bytes, watched: see {@link servePackage}. */
function counted(
  body: ReadableStream<Uint8Array>,
  length: number,
  watch: (cutShort: Promise<number | undefined>) => void,
): ReadableStream {
  const { readable, writable } = new FixedLengthStream(length);
  const pump = async (): Promise<number | undefined> => {
    const reader = body.getReader();
    const writer = writable.getWriter();
    let sent = 0;
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        await writer.write(read.value);
        sent += read.value.length;
      }
      await writer.close();
      return undefined;
    } catch {
      await reader.cancel().catch(() => {});
      return sent;
    }
  };
  watch(pump());
  return readable;
}
