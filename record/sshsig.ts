import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equal, fromBase64, toBase64, utf8 } from "./bytes.ts";
import { RecordError } from "./error.ts";
import { checkKeyName, isSigned, type Sign } from "./key.ts";

/** Keeps these signatures apart from all others that the same key makes. */
export const SSHSIG_NAMESPACE = "caisey-handoff";

const KEY_TYPE = "ssh-ed25519";
const MAGIC = utf8("SSHSIG");
const BEGIN = "-----BEGIN SSH SIGNATURE-----\n";
const END = "-----END SSH SIGNATURE-----\n";

/** A detached OpenSSH signature (PROTOCOL.sshsig). */
export interface SshSignature {
  /** Raw Ed25519 public key, 32 bytes; names the signer, proves nothing by itself. */
  publicKey: Uint8Array;
  namespace: string;
  /** 64 bytes. */
  signature: Uint8Array;
}

/** The bytes that are signed: "SSHSIG" ‖ namespace ‖ reserved ‖ "sha512" ‖ SHA-512(message). */
export function sshSignedBytes(message: Uint8Array, namespace: string): Uint8Array {
  return sshSignedDigest(sha512(message), namespace);
}

function sshSignedDigest(digest: Uint8Array, namespace: string): Uint8Array {
  return concat(MAGIC, string(utf8(namespace)), string(new Uint8Array()), string(utf8("sha512")), string(digest));
}

/** Armoured signature over a message, as `ssh-keygen -Y sign` makes it. */
export async function sshSign(
  message: Uint8Array,
  publicKey: Uint8Array,
  sign: Sign,
  namespace = SSHSIG_NAMESPACE,
): Promise<string> {
  return encodeSshSignature({ publicKey, namespace, signature: await sign(sshSignedBytes(message, namespace)) });
}

/** Whether the signature holds over the message for its own key. Whether that key is trusted is the caller's question. */
export function isSshSigned(signature: SshSignature, message: Uint8Array, namespace = SSHSIG_NAMESPACE): boolean {
  return (
    signature.namespace === namespace && isSigned(signature.signature, sshSignedBytes(message, namespace), signature.publicKey)
  );
}

export function encodeSshSignature(signature: SshSignature): string {
  const blob = concat(
    MAGIC,
    u32(1),
    string(keyBlob(signature.publicKey)),
    string(utf8(signature.namespace)),
    string(new Uint8Array()),
    string(utf8("sha512")),
    string(concat(string(utf8(KEY_TYPE)), string(signature.signature))),
  );
  return BEGIN + (toBase64(blob).match(/.{1,70}/g) ?? []).map((line) => `${line}\n`).join("") + END;
}

/** @throws RecordError `sshsig/malformed` unless it is an armoured Ed25519 signature of version 1 with SHA-512. */
export function parseSshSignature(text: string): SshSignature {
  if (!text.startsWith(BEGIN) || !text.endsWith(END)) throw malformed("an armoured SSH signature");
  const blob = fromBase64(text.slice(BEGIN.length, -END.length).replaceAll("\n", ""));
  const reader = new Reader(blob);
  if (!equal(reader.take(6), MAGIC) || reader.u32() !== 1) throw malformed("SSHSIG version 1");
  const publicKey = parseKeyBlob(reader.string());
  const namespace = ascii(reader.string());
  reader.string();
  if (ascii(reader.string()) !== "sha512") throw malformed("the hash sha512");
  const inner = new Reader(reader.string());
  if (ascii(inner.string()) !== KEY_TYPE) throw malformed(`a signature of type ${KEY_TYPE}`);
  const signature = inner.string();
  if (signature.length !== 64) throw malformed("a signature of 64 bytes");
  inner.end();
  reader.end();
  const parsed = { publicKey, namespace, signature };
  if (encodeSshSignature(parsed) !== text) throw malformed("the armour as ssh-keygen writes it");
  return parsed;
}

/** One line of an allowed_signers file: who may sign with which key in our namespace. */
export interface AllowedSigner {
  principal: string;
  publicKey: Uint8Array;
}

export function encodeAllowedSigner(signer: AllowedSigner): string {
  const key = toBase64(keyBlob(signer.publicKey));
  return `${checkKeyName(signer.principal)} namespaces="${SSHSIG_NAMESPACE}" ${KEY_TYPE} ${key}\n`;
}

/**
 * The Ed25519 signers of an allowed_signers file (ssh-keygen(1)). Comments, blank lines, other key types and signers for other
 * namespaces are passed over.
 * @throws RecordError `signers/malformed` on a line that is none of these.
 */
export function parseAllowedSigners(text: string): AllowedSigner[] {
  const signers: AllowedSigner[] = [];
  for (const [number, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const match = /^(\S+)\s+(?:(\S*="[^"]*"\S*|cert-authority)\s+)?([a-z0-9@.-]+)\s+([A-Za-z0-9+/=]+)(?:\s.*)?$/.exec(line);
    if (!match) throw new RecordError("signers/malformed", `expected principal, options, key type and key on line ${number + 1}`);
    const [, principal, options, type, key] = match as unknown as [string, string, string | undefined, string, string];
    const namespaces = options && /namespaces="([^"]*)"/.exec(options)?.[1];
    if (type !== KEY_TYPE || options === "cert-authority") continue;
    if (namespaces !== undefined && namespaces !== "" && !namespaces.split(",").includes(SSHSIG_NAMESPACE)) continue;
    signers.push({ principal, publicKey: parseKeyBlob(fromBase64(key)) });
  }
  return signers;
}

/** Public key as SSH writes it (RFC 8709): what a fingerprint is taken over. */
export function keyBlob(publicKey: Uint8Array): Uint8Array {
  return concat(string(utf8(KEY_TYPE)), string(publicKey));
}

function parseKeyBlob(blob: Uint8Array): Uint8Array {
  const reader = new Reader(blob);
  if (ascii(reader.string()) !== KEY_TYPE) throw malformed(`a key of type ${KEY_TYPE}`);
  const publicKey = reader.string();
  reader.end();
  if (publicKey.length !== 32) throw malformed("a key of 32 bytes");
  return publicKey;
}

/** Reads the SSH wire encoding (RFC 4251 section 5). */
class Reader {
  #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw malformed(`${length} more bytes`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  u32(): number {
    const bytes = this.take(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  }

  string(): Uint8Array {
    return this.take(this.u32());
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw malformed("nothing more");
  }
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 200));
}

function u32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

function string(bytes: Uint8Array): Uint8Array {
  return concat(u32(bytes.length), bytes);
}

function malformed(expected: string): RecordError {
  return new RecordError("sshsig/malformed", `expected ${expected}`);
}
