const DIGITS = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PAD = 0x3d;
/** Bytes that a line of 76 characters stands for (RFC 2045, section 6.8). */
const LINE = 57;

/** Base64 in lines of 76 characters, each ended by CRLF, as mails have it. */
export function base64Lines(bytes: Uint8Array): Uint8Array {
  const lines = Math.ceil(bytes.length / LINE);
  const out = new Uint8Array(4 * Math.ceil(bytes.length / 3) + 2 * lines);
  let to = 0;
  for (let from = 0; from < bytes.length; from += LINE) {
    const end = Math.min(from + LINE, bytes.length);
    for (let at = from; at < end; at += 3) {
      const [a = 0, b = 0, c = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
      out[to++] = DIGITS[a >> 2] as number;
      out[to++] = DIGITS[((a & 3) << 4) | (b >> 4)] as number;
      out[to++] = at + 1 < end ? (DIGITS[((b & 15) << 2) | (c >> 6)] as number) : PAD;
      out[to++] = at + 2 < end ? (DIGITS[c & 63] as number) : PAD;
    }
    out[to++] = 13;
    out[to++] = 10;
  }
  return out;
}
