import { sha256, sha512 } from "@noble/hashes/sha2.js";
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

/** @throws RecordError `signers/malformed` on a principal that ssh-keygen would take for a pattern, a list or a comment. */
export function encodeAllowedSigner(signer: AllowedSigner, namespaces: readonly string[] = [SSHSIG_NAMESPACE]): string {
  if (/["#!*?,\\]/.test(checkKeyName(signer.principal))) {
    throw new RecordError("signers/malformed", "expected a principal without quotes, # ! * ? , and backslash");
  }
  const key = toBase64(keyBlob(signer.publicKey));
  return `${signer.principal} namespaces="${namespaces.join(",")}" ${KEY_TYPE} ${key}\n`;
}

/**
 * The Ed25519 signers of an allowed_signers file (ssh-keygen(1)). Comments, blank lines, other key types, certificate authorities
 * and signers for other namespaces are passed over.
 * @throws RecordError `signers/malformed` on a line that is none of these, and on limits in time: they can't be checked here, and
 * passing over them would trust a key for longer than the file says.
 */
export function parseAllowedSigners(text: string, namespace = SSHSIG_NAMESPACE): AllowedSigner[] {
  const signers: AllowedSigner[] = [];
  for (const [number, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const match = SIGNER.exec(line);
    if (!match) throw new RecordError("signers/malformed", `expected principal, options, key type and key on line ${number + 1}`);
    const [, quoted, bare, options = "", type, key = ""] = match;
    if (!maySign(options, number + 1, namespace) || type !== KEY_TYPE) continue;
    signers.push({ principal: quoted ?? bare ?? "", publicKey: parseKeyBlob(fromBase64(key)) });
  }
  return signers;
}

const SIGNER = /^(?:"([^"]+)"|([^\s"]+))\s+(?:((?:[^\s"]|"[^"]*")+)\s+)?([a-z0-9@.-]+)\s+([A-Za-z0-9+/=]+)(?:\s.*)?$/;

/** Whether a signer with these options may sign in this namespace. */
function maySign(options: string, number: number, namespace: string): boolean {
  let may = true;
  for (const option of options.match(/(?:[^,"]|"[^"]*")+/g) ?? []) {
    const [, name = "", value] = /^([a-z-]+)(?:="([^"]*)")?$/i.exec(option) ?? [];
    if (name.toLowerCase() === "namespaces" && value !== undefined) may &&= matchesList(namespace, value);
    else if (name.toLowerCase() === "cert-authority" && value === undefined) may = false;
    else {
      throw new RecordError("signers/malformed", `expected only namespaces="…" and cert-authority as options on line ${number}`);
    }
  }
  return may;
}

/** Patterns of ssh_config(5): `*` and `?`, a `!` in front refuses, and one at least must match. */
function matchesList(text: string, patterns: string): boolean {
  const matches = (pattern: string) =>
    new RegExp(
      `^${pattern
        .replace(/[\\^$.+()[\]{}|]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".")}$`,
    ).test(text);
  const list = patterns.split(",");
  return (
    list.some((pattern) => !pattern.startsWith("!") && matches(pattern)) &&
    !list.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1)))
  );
}

/** Public key as SSH writes it (RFC 8709): what a fingerprint is taken over. */
export function keyBlob(publicKey: Uint8Array): Uint8Array {
  return concat(string(utf8(KEY_TYPE)), string(publicKey));
}

/** Fingerprint of a raw Ed25519 key as `ssh-keygen -l` prints it: `SHA256:` and 43 characters. */
export function sshFingerprint(publicKey: Uint8Array): string {
  return `SHA256:${toBase64(sha256(keyBlob(publicKey))).replace(/=+$/, "")}`;
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
