import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "./error.ts";

/** The RSA key that signs session tokens of the local sign-in. */
export interface IssuerKey {
  privateKey: KeyObject;
  /** SPKI in PEM: the Worker's `CLERK_JWT_KEY`. */
  publicPem: string;
}

/**
 * The key of a data folder; made on first use, readable by its owner only.
 * @throws LocalError `data/damaged` when the file is there and is no RSA key.
 */
export function openIssuerKey(dataFolder: string): IssuerKey {
  const file = join(dataFolder, "sign-in.pem");
  const pem = readIfThere(file) ?? create(file);
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (cause) {
    throw new LocalError("data/damaged", `${file} should hold the local sign-in's key, but it is not a private key in PEM.`, {
      cause,
    });
  }
  if (privateKey.asymmetricKeyType !== "rsa") {
    throw new LocalError("data/damaged", `${file} should hold an RSA key, but it holds another kind of key.`);
  }
  return { privateKey, publicPem: createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString() };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function create(file: string): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  writeFileSync(file, pem, { mode: 0o600, flag: "wx" });
  return pem;
}
