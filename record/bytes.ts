import { RecordError } from "./error.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * UTF-8 bytes of a well-formed string.
 * @throws RecordError `text/not-well-formed` on a lone surrogate: two such strings would share the same bytes.
 */
export function utf8(text: string): Uint8Array {
  return encoder.encode(wellFormed(text));
}

/**
 * Writes a string's UTF-8 into bytes that have room for three a UTF-16 code unit. Saves the memory that {@link utf8} takes.
 * @returns how many bytes were written.
 * @throws RecordError `text/not-well-formed` on a lone surrogate.
 */
export function utf8Into(text: string, bytes: Uint8Array): number {
  return encoder.encodeInto(wellFormed(text), bytes).written;
}

/**
 * The string of UTF-8 bytes; a byte order mark stays.
 * @throws RecordError `text/not-well-formed` when the bytes are not UTF-8.
 */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new RecordError("text/not-well-formed", "expected UTF-8, got other bytes");
  }
}

/** Whether the string has no lone surrogate. */
export function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}

/** The string as it is. @throws RecordError `text/not-well-formed` on a lone surrogate. */
export function wellFormed(text: string): string {
  if (!isWellFormed(text)) throw new RecordError("text/not-well-formed", "expected well-formed Unicode, got a lone surrogate");
  return text;
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  return concatAll(parts);
}

/** As {@link concat}, for any number of parts: an argument each would not fit on the stack from some 100,000 on. */
export function concatAll(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lowercase hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let out = "";
  for (let from = 0; from < bytes.length; from += HEX_PART) {
    const to = Math.min(from + HEX_PART, bytes.length);
    let at = 0;
    for (let i = from; i < to; i++) {
      const byte = bytes[i] as number;
      codes[at++] = HEX_DIGITS[byte >> 4] as number;
      codes[at++] = HEX_DIGITS[byte & 15] as number;
    }
    out += String.fromCharCode.apply(null, (at === codes.length ? codes : codes.subarray(0, at)) as unknown as number[]);
  }
  return out;
}

/** Of a hash at once: a string that is put together of pairs is kept by engines as a tree of them, ten times its size. */
const HEX_PART = 64;
const codes = new Uint8Array(2 * HEX_PART);
const HEX_DIGITS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

/** Whether a text is {@link toHex} of the bytes. */
export function isHexOf(text: string, bytes: Uint8Array): boolean {
  if (text.length !== 2 * bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = HEX[bytes[i] as number] as string;
    if (text.charCodeAt(2 * i) !== byte.charCodeAt(0) || text.charCodeAt(2 * i + 1) !== byte.charCodeAt(1)) return false;
  }
  return true;
}

/** @throws RecordError `hex/malformed` unless lowercase hexadecimal of `length` bytes. */
export function fromHex(text: string, length: number): Uint8Array {
  if (text.length !== length * 2 || !/^[0-9a-f]*$/.test(text)) {
    throw new RecordError("hex/malformed", `expected ${length * 2} lowercase hexadecimal digits`);
  }
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x2000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x2000));
  return btoa(binary);
}

/**
 * Strict inverse of {@link toBase64}: other alphabets, missing padding and non-zero trailing bits are refused.
 * @throws RecordError `base64/malformed`, also when `length` is given and differs.
 */
export function fromBase64(text: string, length?: number): Uint8Array {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.length - padding;
  if (text.length % 4 !== 0) throw notBase64();
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < digits; i++) {
    const value = BASE64_VALUES[text.charCodeAt(i)];
    if (value === undefined || value > 63) throw notBase64();
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = held >>> bits;
  }
  // Bits that no byte takes up: other values would be other spellings of the same bytes.
  if ((held & ((1 << bits) - 1)) !== 0) throw new RecordError("base64/malformed", "expected canonical base64 with padding");
  if (length !== undefined && bytes.length !== length) {
    throw new RecordError("base64/malformed", `expected base64 of ${length} bytes, got ${bytes.length}`);
  }
  return bytes;
}

/** By character code; above 63 what is no digit. The platform's own decoder takes other spellings too, and longer for short ones. */
const BASE64_VALUES = new Uint8Array(128).fill(0xff);
for (const [value, digit] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries())
  BASE64_VALUES[digit.charCodeAt(0)] = value;

function notBase64(): RecordError {
  return new RecordError("base64/malformed", "expected standard base64 with padding");
}
