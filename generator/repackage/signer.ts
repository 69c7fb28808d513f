import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fromUtf8 } from "../../record/bytes.ts";
import type { Handoff } from "../../record/handoff.ts";
import { isSigned, parseVerifierKey } from "../../record/key.ts";
import type { PackageReader } from "../../record/package-reader.ts";
import { SIGNATURE, TIMESTAMP } from "../../record/path.ts";
import { parseSshSignature } from "../../record/sshsig.ts";
import { GeneratorError } from "../error.ts";
import { missingInput } from "../missing-input.ts";
import type { PackageSigner } from "../source.ts";

/**
 * Signs with a key from a file: PKCS #8 in PEM, Ed25519.
 * @throws GeneratorError `input/missing`, `signer/malformed`.
 */
export async function fileSigner(path: string): Promise<PackageSigner> {
  const pem = await readFile(path).catch(missingInput("a key for --key", path));
  const key = readKey(pem);
  const raw = createPublicKey(key).export({ format: "jwk" }).x ?? "";
  return {
    publicKey: new Uint8Array(Buffer.from(raw, "base64url")),
    sign: async (message) => new Uint8Array(sign(null, message, key)),
  };
}

function readKey(pem: Buffer): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    // What it holds is nobody's business: not even the reason is told.
  }
  if (key?.asymmetricKeyType !== "ed25519") {
    throw new GeneratorError("signer/malformed", "expected an Ed25519 private key, PKCS #8 in PEM without a passphrase");
  }
  return key;
}

/**
 * Signs nothing: gives the signature and the time stamp that lie with the records, and only over the very bytes that they were made
 * for. So the package that the organisation signed can be made again by whoever has its records.
 * @throws GeneratorError `signer/missing` when there is no signature; RecordError when it can't be read.
 */
export async function keptSigner(reader: PackageReader, handoff: Handoff): Promise<PackageSigner> {
  const text = await read(reader, SIGNATURE);
  if (text === undefined) {
    throw new GeneratorError("signer/missing", `expected ${SIGNATURE} beside the records, or a key to sign with (--key)`);
  }
  const kept = parseSshSignature(fromUtf8(text)).signature;
  const { publicKey } = parseVerifierKey(handoff.from.key);
  const timestamp = await read(reader, TIMESTAMP);
  return {
    publicKey,
    async sign(message) {
      if (isSigned(kept, message, publicKey)) return kept;
      throw new GeneratorError(
        "signer/other-bytes",
        "expected the signature to hold for the package that the records give here; it was made with another version, or records were changed",
      );
    },
    ...(timestamp === undefined ? {} : { timestamp: async () => timestamp }),
  };
}

async function read(reader: PackageReader, path: string): Promise<Uint8Array | undefined> {
  if (!reader.files.some((file) => file.path === path)) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of reader.open(path)) pieces.push(piece);
  return Buffer.concat(pieces);
}
