import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { concat, equal, fromBase64, fromHex, toBase64, toHex, utf8 } from "./bytes.ts";
import { RecordError } from "./error.ts";

/** C2SP signature types: what a key is used for is part of its identity. */
export const SIGNATURE_TYPE = { log: 0x01, cosignature: 0x04 } as const;
export type SignatureType = (typeof SIGNATURE_TYPE)[keyof typeof SIGNATURE_TYPE];

/** A key that can be named in a signed note (C2SP signed-note). */
export interface VerifierKey {
  name: string;
  type: SignatureType;
  /** First 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key). */
  id: Uint8Array;
  /** Raw Ed25519 public key, 32 bytes. */
  publicKey: Uint8Array;
}

/** Signs with a key held elsewhere: raw Ed25519, 64 bytes. */
export type Sign = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** @throws RecordError `key/malformed` unless the name has neither white space nor `+` and the key is 32 bytes. */
export function verifierKey(name: string, type: SignatureType, publicKey: Uint8Array): VerifierKey {
  checkKeyName(name);
  if (publicKey.length !== 32) throw new RecordError("key/malformed", `expected a public key of 32 bytes, got ${publicKey.length}`);
  const id = sha256(concat(utf8(name), Uint8Array.of(0x0a, type), publicKey)).subarray(0, 4);
  return { name, type, id, publicKey };
}

/** `name+8 hex digits of the id+base64(type ‖ public key)`, as C2SP writes verifier keys. */
export function encodeVerifierKey(key: VerifierKey): string {
  return `${key.name}+${toHex(key.id)}+${toBase64(concat(Uint8Array.of(key.type), key.publicKey))}`;
}

/** @throws RecordError `key/malformed`, also when the id is not the one that the key has. */
export function parseVerifierKey(text: string): VerifierKey {
  const [name, id, encoded, ...rest] = text.split("+").length > 3 ? rejoin(text) : text.split("+");
  if (name === undefined || id === undefined || encoded === undefined || rest.length > 0) {
    throw new RecordError("key/malformed", "expected a verifier key: name, id and key with + between them");
  }
  const bytes = readPart(() => fromBase64(encoded, 33));
  const type = bytes[0];
  if (type !== SIGNATURE_TYPE.log && type !== SIGNATURE_TYPE.cosignature) {
    throw new RecordError("key/malformed", `expected a key of type 1 or 4, got ${type}`);
  }
  const key = verifierKey(name, type, bytes.subarray(1));
  if (
    !equal(
      readPart(() => fromHex(id, 4)),
      key.id,
    )
  )
    throw new RecordError("key/malformed", `expected key id ${toHex(key.id)}, got another`);
  return key;
}

function readPart(read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch {
    throw new RecordError("key/malformed", "expected an id of 8 hexadecimal digits and a key in base64 of 33 bytes");
  }
}

/** base64 may hold `+`, names may not: all after the second one belongs together. */
function rejoin(text: string): string[] {
  const first = text.indexOf("+");
  const second = text.indexOf("+", first + 1);
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}

/** Printable ASCII without white space or `+`, at most 200 characters. */
export function isKeyName(name: string): boolean {
  return /^[!-*,-~]{1,200}$/.test(name);
}

/** @throws RecordError `key/malformed`. */
export function checkKeyName(name: string): string {
  if (!isKeyName(name)) {
    throw new RecordError("key/malformed", "expected a key name of printable ASCII without white space or +");
  }
  return name;
}

/** Public key of a 32-byte Ed25519 seed. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed);
}

/** Raw Ed25519 signature (RFC 8032) with a 32-byte seed. */
export function signWith(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return ed25519.sign(message, seed);
}

/** Checks an Ed25519 signature: raw signature of 64 bytes, message, raw public key of 32 bytes. Never throws. */
export type IsSigned = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

/**
 * Strict RFC 8032 check, so that what holds here holds for OpenSSL, OpenSSH and WebCrypto too. Never throws: a malformed key or
 * signature is a wrong one.
 *
 * RFC 8032 lets a verifier multiply its equation by 8 or not. The library's own check does, the other programs don't: a signer who
 * means to be believed by one and not by another could make a signature that they tell apart. So the equation must hold as it is.
 */
export function isSigned(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const { Point } = ed25519;
  const r = signature.subarray(0, 32);
  const s = bytesToNumberLE(signature.subarray(32));
  const a = pointOf(publicKey);
  // A larger one would be a second signature that says the same.
  if (s >= Point.Fn.ORDER || a === undefined) return false;
  try {
    const k = Point.Fn.create(bytesToNumberLE(sha512(concat(r, publicKey, message))));
    return equal(Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).toBytes(), r);
  } catch {
    return false;
  }
}

/** Whether these bytes are a key that strict verifiers take: a canonical point, and not of small order, under which any message is signed. */
export function isStrictKey(publicKey: Uint8Array): boolean {
  return pointOf(publicKey) !== undefined;
}

type Point = ReturnType<typeof ed25519.Point.fromBytes>;
const MOST_POINTS = 200;
/** A package has few keys and many signatures: with what is worked out once for a key, a check takes a fifth of the time. */
const points = new Map<string, { point: Point | undefined; used: number }>();

/** Undefined unless strict verifiers take the key. */
function pointOf(publicKey: Uint8Array): Point | undefined {
  const name = toHex(publicKey);
  let known = points.get(name);
  if (known === undefined) {
    if (points.size >= MOST_POINTS) points.clear();
    known = { point: strictPoint(publicKey), used: 0 };
    points.set(name, known);
  }
  if (++known.used === 3) known.point?.precompute(4, false);
  return known.point;
}

function strictPoint(publicKey: Uint8Array): Point | undefined {
  try {
    const point = ed25519.Point.fromBytes(publicKey);
    return point.isSmallOrder() ? undefined : point;
  } catch {
    return undefined;
  }
}
