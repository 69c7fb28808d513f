import { equal, fromUtf8, utf8 } from "./bytes.ts";
import { RecordError } from "./error.ts";
import { type Finding, failure, finding } from "./finding.ts";
import type { Handoff } from "./handoff.ts";
import { parseVerifierKey, SIGNATURE_TYPE, type VerifierKey } from "./key.ts";
import { type KeyStatement, keyChain, openKeyStatement } from "./key-statement.ts";
import { ALLOWED_SIGNERS, HANDOFF, isKeyStatementPath, keyStatementPath, SIGNATURE, TAG_MANIFEST } from "./path.ts";
import { type AllowedSigner, encodeAllowedSigner, isSshSigned, parseSshSignature } from "./sshsig.ts";
import type { BagCheck } from "./verify-bag.ts";

/** Whose signature the package has. */
export interface Signed {
  /** Raw Ed25519 key; undefined when there is no signature that holds. */
  signer: Uint8Array | undefined;
  findings: Finding[];
}

/** Checks the signature over the tag manifest, and that the packed allowed_signers names its key. */
export async function checkSignature(bag: BagCheck): Promise<Signed> {
  if (!bag.has(SIGNATURE))
    return { signer: undefined, findings: [finding("origin/signature-missing", SIGNATURE, "expected a signature")] };
  try {
    const signature = parseSshSignature(fromUtf8(await bag.read(SIGNATURE)));
    if (!isSshSigned(signature, await bag.read(TAG_MANIFEST))) {
      return {
        signer: undefined,
        findings: [finding("origin/signature-bad", SIGNATURE, `expected a valid signature over ${TAG_MANIFEST}`)],
      };
    }
    const findings: Finding[] = [];
    if (bag.has(ALLOWED_SIGNERS) && !(await packs(bag, signature.publicKey))) {
      findings.push(finding("origin/key-differs", ALLOWED_SIGNERS, "expected one line with the key that signed the package"));
    }
    return { signer: signature.publicKey, findings };
  } catch (error) {
    return { signer: undefined, findings: [failure("origin/signature-bad", SIGNATURE, error)] };
  }
}

/** The organisation's keys, the oldest first, as its own signed statements chain them to the one of handoff.json. */
export async function readKeys(bag: BagCheck, handoff: Handoff): Promise<{ keys: VerifierKey[]; findings: Finding[] }> {
  let current: VerifierKey;
  try {
    current = parseVerifierKey(handoff.from.key);
    if (current.type !== SIGNATURE_TYPE.log)
      throw new RecordError("key/malformed", "expected the organisation's key to be of type 1");
  } catch (error) {
    return { keys: [], findings: [failure("handoff/malformed", HANDOFF, error)] };
  }
  const statements: KeyStatement[] = [];
  for (const [i, path] of bag.paths.filter(isKeyStatementPath).sort().entries()) {
    try {
      if (path !== keyStatementPath(i + 1)) throw new RecordError("key/malformed", `expected ${keyStatementPath(i + 1)} first`);
      statements.push(openKeyStatement(await bag.read(path)));
    } catch (error) {
      return { keys: [current], findings: [failure("origin/key-statement", path, error)] };
    }
  }
  try {
    return { keys: keyChain(statements, current, handoff.created), findings: [] };
  } catch (error) {
    return { keys: [current], findings: [failure("origin/key-statement", HANDOFF, error)] };
  }
}

/** Whether the reader's own keys show whose package it is. */
export function checkTrust(
  signer: Uint8Array,
  keys: readonly VerifierKey[] | undefined,
  trusted: readonly AllowedSigner[] | undefined,
): Finding[] {
  const current = keys?.at(-1);
  if (current !== undefined && !equal(current.publicKey, signer)) {
    return [finding("origin/key-differs", HANDOFF, "expected the organisation's key to be the one that signed the package")];
  }
  if (trusted === undefined) return [finding("origin/unknown", "package", "signed by a key that you did not name")];
  const known = trusted.find((one) => equal(one.publicKey, signer));
  if (known !== undefined) return [finding("origin/trusted", "package", `signed by ${known.principal}`)];
  const before = trusted.find((one) => keys?.some((key) => equal(one.publicKey, key.publicKey)));
  if (before !== undefined)
    return [finding("origin/trusted-before", "package", `signed by a key that follows from the one of ${before.principal}`)];
  return [finding("origin/not-trusted", "package", `signed by none of the ${trusted.length} keys that you named`)];
}

/** Whether the packed allowed_signers is the one line that names the signer's key. */
async function packs(bag: BagCheck, signer: Uint8Array): Promise<boolean> {
  try {
    const bytes = await bag.read(ALLOWED_SIGNERS);
    const principal = fromUtf8(bytes).split(" ")[0] ?? "";
    return equal(bytes, utf8(encodeAllowedSigner({ principal, publicKey: signer })));
  } catch {
    return false;
  }
}
