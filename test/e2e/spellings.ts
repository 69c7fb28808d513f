import { gunzipSync, inflateRawSync } from "node:zlib";

/**
 * Every way in which a string may stand in a file without standing there plainly: as it is, in JSON, HTML, URLs, hexadecimal, UTF-16, and
 * base64 of either alphabet at each of its three offsets.
 */
export function spellings(text: string): Buffer[] {
  const bytes = Buffer.from(text, "utf8");
  const json = JSON.stringify(text).slice(1, -1);
  const html = text.replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
  const named = text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c] ?? c);
  const quoted = named.replaceAll('"', "&quot;");
  const plain = [
    ...[text, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(text), encodeURI(text)],
    ...[html, named, quoted, quoted.replaceAll("'", "&#39;"), named.replaceAll("'", "&#39;"), quoted.replaceAll("'", "&apos;")],
  ];
  const hex = bytes.toString("hex");
  const base64 = base64Parts(bytes);
  return [
    ...new Set([...plain, hex, hex.toUpperCase(), ...base64]),
    // As URLs and tokens have base64.
    ...base64.map((part) => part.replaceAll("+", "-").replaceAll("/", "_")),
    // Escapes of every character, as some writers of JSON do.
    [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  ]
    .map((spelling) => Buffer.from(spelling, "utf8"))
    .concat(Buffer.from(text, "utf16le"));
}

/** What is in base64 of anything that holds these bytes: the first and last characters depend on what stands beside them. */
function base64Parts(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const end = (offset + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    return encoded.slice(offset === 0 ? 0 : offset + 1, end);
  });
}

/** The bytes, and whatever is packed within them, however deep: base64, in one line or as mails have it; gzip; members of a ZIP. */
export function layers(bytes: Buffer): Buffer[] {
  const inner = [...unpacked(bytes)];
  return [bytes, ...inner.flatMap(layers)];
}

/** Lines of one length each, but for the last, as mails have base64; or one long run. */
const BASE64 = /(?:[A-Za-z0-9+/]{60,}\r?\n)+[A-Za-z0-9+/]*={0,2}|[A-Za-z0-9+/]{200,}={0,2}/g;

function* unpacked(bytes: Buffer): Generator<Buffer> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return yield gunzipSync(bytes);
  if (bytes.length < 4) return;
  if (bytes.readUInt32LE(0) === 0x04034b50) return yield* members(bytes);
  for (const [encoded] of bytes.toString("latin1").matchAll(BASE64)) {
    const decoded = Buffer.from(encoded.replace(/[\r\n]/g, ""), "base64");
    if (decoded.length > 0) yield decoded;
  }
}

/** What the members of a ZIP hold, by its directory (APPNOTE 4.3.12). */
function* members(zip: Buffer): Generator<Buffer> {
  for (let at = zip.indexOf("PK\x01\x02", 0, "latin1"); at >= 0; at = zip.indexOf("PK\x01\x02", at + 46, "latin1")) {
    const [method, packed, start] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    const from = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    const content = zip.subarray(from, from + packed);
    yield method === 0 ? content : inflateRawSync(content);
  }
}
