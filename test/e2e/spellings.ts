import { gunzipSync } from "node:zlib";

/**
 * Every way in which a string may stand in a file without standing there plainly: as it is, in JSON, HTML, URLs, hexadecimal, UTF-16, and
 * base64 at each of its three offsets.
 */
export function spellings(text: string): Buffer[] {
  const bytes = Buffer.from(text, "utf8");
  const json = JSON.stringify(text).slice(1, -1);
  const html = text.replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
  const plain = [text, json, JSON.stringify(json).slice(1, -1), html, encodeURIComponent(text), encodeURI(text)];
  const hex = bytes.toString("hex");
  return [
    ...new Set([...plain, hex, hex.toUpperCase(), ...base64Parts(bytes)]),
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

/** The bytes, and whatever is packed within them: long base64, inflated where it is gzip. */
export function layers(bytes: Buffer): Buffer[] {
  const found = [bytes];
  for (const [encoded] of bytes.toString("latin1").matchAll(/[A-Za-z0-9+/]{200,}={0,2}/g)) {
    const inner = Buffer.from(encoded, "base64");
    found.push(inner);
    if (inner[0] === 0x1f && inner[1] === 0x8b) found.push(gunzipSync(inner));
  }
  return found;
}
