/** Crockford's base32 in lower case: no i, l, o, u. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

/** `count` random characters of Crockford's base32, 5 bits each. */
export function randomDigits(count: number): string {
  let out = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(count))) out += DIGITS[byte % 32];
  return out;
}

/** A new id: `ses_` and so on, and 80 random bits in 16 characters. */
export function newId(prefix: "ses" | "grp" | "end" | "hnd" | "red" | "lnk" | "rcp" | "fnd"): string {
  return `${prefix}_${randomDigits(16)}`;
}

/** base64url without padding (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Inverse of {@link toBase64Url}; undefined for another length, another alphabet, or bits that stand for nothing. */
export function fromBase64Url(text: string, length: number): Uint8Array | undefined {
  if (text.length !== Math.ceil((length * 4) / 3) || !/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  return toBase64Url(bytes) === text ? bytes : undefined;
}
