import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { RecordError } from "../../record/error.ts";
import { type AllowedSigner, parseAllowedSigners } from "../../record/sshsig.ts";

/**
 * Keys of an allowed_signers file that the reader trusts.
 * @throws RecordError `signers/malformed` when there is none in it.
 */
export async function readSigners(path: string): Promise<AllowedSigner[]> {
  const signers = parseAllowedSigners((await readOption("signers", path)).toString());
  if (signers.length === 0)
    throw new RecordError("signers/malformed", `expected at least one Ed25519 key for packages in ${JSON.stringify(path)}`);
  return signers;
}

/** The file that an option names. What is wrong with it must not look like a fault of the package. */
export async function readOption(option: "signers" | "authorities" | "disclosure", path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new RecordError("path/malformed", `expected a file for --${option}: ${(error as Error).message}`);
  }
}

/**
 * Certificates of a PEM file, as DER.
 * @throws RecordError `timestamp/malformed` when there is none in it.
 */
export async function readCertificates(path: string): Promise<Uint8Array[]> {
  const blocks =
    (await readOption("authorities", path)).toString().match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new RecordError("timestamp/malformed", "expected at least one certificate in PEM");
  return blocks.map((block) => new X509Certificate(block).raw);
}
