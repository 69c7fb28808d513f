import { fromUtf8, isWellFormed, utf8, wellFormed } from "./bytes.ts";
import { RecordError } from "./error.ts";

/** What a committed line may hold: the part of JSON on which RFC 8785 needs no rule for fractions. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * Canonical JSON: RFC 8785 restricted to safe integers. No white space, keys in order of their UTF-16 code units,
 * shortest escapes. Each value has one encoding, so no two different values share a committed line.
 * @throws RecordError `canonical/unsupported-value` on fractions, unsafe integers, -0, lone surrogates, undefined, and on
 * objects that JSON has not, such as dates and bytes.
 */
export function encodeCanonical(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw unsupported("a number that is not a safe integer");
    return String(value);
  }
  if (typeof value === "string") {
    if (!isWellFormed(value)) throw unsupported("a string with a lone surrogate");
    return JSON.stringify(value);
  }
  let out = "";
  if (Array.isArray(value)) {
    // Unlike `map`, an index does not pass over holes.
    for (let i = 0; i < value.length; i++) out += `${i === 0 ? "" : ","}${encodeCanonical(value[i])}`;
    return `[${out}]`;
  }
  if (typeof value === "object" && isPlain(value)) {
    for (const key of Object.keys(value).sort()) {
      const field = (value as Record<string, unknown>)[key];
      if (field !== undefined) out += `${out === "" ? "" : ","}${encodedKey(key)}:${encodeCanonical(field)}`;
    }
    return `{${out}}`;
  }
  throw unsupported(typeof value);
}

/** Names of fields as they are written: the format has some fifty, and each line a dozen of them. */
const keys = new Map<string, string>();

function encodedKey(key: string): string {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const encoded = encodeCanonical(key);
  if (keys.size < 200 && key.length < 40) keys.set(key, encoded);
  return encoded;
}

/**
 * The value of one canonical line, given without the newline as its exact bytes, or as the string of these.
 * @throws RecordError `text/not-well-formed`, `canonical/not-json`, or `canonical/not-canonical` when encoding the value
 * again gives other bytes (duplicate keys, white space, another key order, escapes that need not be).
 */
export function parseCanonical(line: Uint8Array | string): Json {
  const text = typeof line === "string" ? wellFormed(line) : fromUtf8(line);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new RecordError("canonical/not-json", "expected one JSON value on the line");
  }
  if (!isCanonical(value, text)) {
    throw new RecordError(
      "canonical/not-canonical",
      "expected the line as RFC 8785 writes it, got another spelling of the same value",
    );
  }
  return value;
}

function isCanonical(value: Json, text: string): boolean {
  try {
    // The platform's own encoder is far faster than ours; it differs only in what `inOrder` looks for.
    return (JSON.stringify(value) === text && inOrder(value, text.includes("\\ud"))) || encodeCanonical(value) === text;
  } catch (error) {
    if (error instanceof RangeError) throw new RecordError("canonical/not-canonical", "expected less nesting");
    throw error;
  }
}

/** Whether its prototype is Object's, of whatever realm, or none. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (typeof prototype === "object" && Object.getPrototypeOf(prototype) === null);
}

/**
 * Whether keys are sorted, numbers safe integers and strings well-formed.
 * @param surrogates whether a string may hold a lone surrogate: JSON.stringify writes one as an escape and nothing else so.
 */
function inOrder(value: Json, surrogates: boolean): boolean {
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (typeof value === "string") return !surrogates || isWellFormed(value);
  if (value === null || typeof value === "boolean") return true;
  if (Array.isArray(value)) {
    for (const item of value) if (!inOrder(item, surrogates)) return false;
    return true;
  }
  let previous: string | undefined;
  for (const key in value) {
    if (previous !== undefined && key <= previous) return false;
    if ((surrogates && !isWellFormed(key)) || !inOrder(value[key] as Json, surrogates)) return false;
    previous = key;
  }
  return true;
}

/** UTF-8 bytes of {@link encodeCanonical}, as they are hashed. */
export function canonicalBytes(value: unknown): Uint8Array {
  return utf8(encodeCanonical(value));
}

function unsupported(what: string): RecordError {
  return new RecordError(
    "canonical/unsupported-value",
    `expected null, boolean, safe integer, string, list or object, got ${what}`,
  );
}
