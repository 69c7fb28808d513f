import type { ServedFile } from "./objects/handoff/links.ts";
import type { PackageFileView } from "./objects/handoff.ts";
import { acceptsGzip, hasEntityTag, parseRange } from "./range.ts";

/** An answer, and how many bytes of the package it carries, for the log. */
export interface Served {
  response: Response;
  bytes: number;
}

/**
 * What goes with everything out of a package. Recorded output is hostile: its pages live in an opaque origin, as they do on a disk,
 * and reach nothing of the console or of anybody else.
 */
const HEADERS = {
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
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex, nofollow, noarchive",
  // Asked for again each time, so that nothing is shown after its expiry; an entity tag saves the bytes.
  "cache-control": "private, no-cache",
} as const;

const DEFLATED = 8;

/**
 * One file out of the ZIP in the bucket: its packed bytes as they are, framed as gzip. Nothing is compressed again, so what is
 * served and what is handed over are the same bytes.
 */
export async function serveFile(bucket: R2Bucket, stored: PackageFileView, file: ServedFile, request: Request): Promise<Served> {
  const gzip = file.method === DEFLATED && acceptsGzip(request.headers.get("accept-encoding"));
  const length = gzip ? file.packed + GZIP_HEADER.length + 8 : file.size;
  // Two tags, for these are two sequences of bytes.
  const tag = `"${file.sha256.slice(0, 32)}${gzip ? "-gzip" : ""}"`;
  const headers = new Headers({ ...HEADERS, etag: tag, vary: "accept-encoding" });
  if (hasEntityTag(request.headers.get("if-none-match"), tag))
    return { response: new Response(null, { status: 304, headers }), bytes: 0 };
  headers.set("content-type", file.type);
  headers.set("content-length", String(length));
  if (gzip) headers.set("content-encoding", "gzip");
  const encodeBody = gzip ? "manual" : "automatic";
  if (request.method === "HEAD") return { response: new Response(null, { headers, encodeBody }), bytes: 0 };
  if (file.packed === 0) return { response: new Response("", { headers }), bytes: 0 };
  const object = await bucket.get(stored.key, { range: { offset: file.start, length: file.packed } });
  if (object === null) return { response: new Response(null, { status: 404 }), bytes: 0 };
  let body: ReadableStream = object.body;
  if (gzip) body = framed(object.body, file, length);
  else if (file.method === DEFLATED) {
    const inflate: ReadableWritablePair<Uint8Array, Uint8Array> = new DecompressionStream("deflate-raw");
    body = object.body.pipeThrough(inflate).pipeThrough(new FixedLengthStream(length));
  }
  return { response: new Response(body, { headers, encodeBody }), bytes: length };
}

/** The package as a whole, or the part of it that was asked for. */
export async function servePackage(bucket: R2Bucket, stored: PackageFileView, request: Request): Promise<Served> {
  const tag = `"${stored.sha256}"`;
  const headers = new Headers({
    ...HEADERS,
    etag: tag,
    "accept-ranges": "bytes",
    "last-modified": new Date(stored.created).toUTCString(),
  });
  if (hasEntityTag(request.headers.get("if-none-match"), tag))
    return { response: new Response(null, { status: 304, headers }), bytes: 0 };
  headers.set("content-type", "application/zip");
  headers.set("content-disposition", `attachment; filename="${stored.handoff}.zip"`);
  const ifRange = request.headers.get("if-range");
  const fresh = ifRange === null || ifRange.trim() === tag;
  const range = fresh ? parseRange(request.headers.get("range"), stored.bytes) : "whole";
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${stored.bytes}`);
    return { response: new Response(null, { status: 416, headers }), bytes: 0 };
  }
  const { from, length } = range === "whole" ? { from: 0, length: stored.bytes } : range;
  headers.set("content-length", String(length));
  if (range !== "whole") headers.set("content-range", `bytes ${from}-${from + length - 1}/${stored.bytes}`);
  const status = range === "whole" ? 200 : 206;
  if (request.method === "HEAD") return { response: new Response(null, { status, headers }), bytes: 0 };
  const object = await bucket.get(stored.key, { range: { offset: from, length } });
  if (object === null) return { response: new Response(null, { status: 404 }), bytes: 0 };
  return { response: new Response(object.body, { status, headers }), bytes: length };
}

/** RFC 1952: magic, deflate, no flags, no time, no extra flags, unknown system. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** A gzip member around deflated bytes: header before, CRC-32 and size after. */
function framed(deflated: ReadableStream, file: ServedFile, length: number): ReadableStream {
  const { readable, writable } = new FixedLengthStream(length);
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, file.crc32, true);
  trailer.setUint32(4, file.size % 2 ** 32, true);
  const pumped = (async () => {
    const writer = writable.getWriter();
    await writer.write(GZIP_HEADER);
    writer.releaseLock();
    await deflated.pipeTo(writable, { preventClose: true });
    const last = writable.getWriter();
    await last.write(new Uint8Array(trailer.buffer));
    await last.close();
  })();
  // A reader who goes away ends the pump; there is nobody left to tell.
  pumped.catch(() => {});
  return readable;
}
