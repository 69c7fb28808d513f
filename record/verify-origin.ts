import { equal, fromUtf8, utf8 } from "./bytes.ts";
import { type Finding, failure, finding } from "./finding.ts";
import { ALLOWED_SIGNERS, SIGNATURE, TAG_MANIFEST } from "./path.ts";
import { type AllowedSigner, encodeAllowedSigner, isSshSigned, parseSshSignature } from "./sshsig.ts";
import type { BagCheck } from "./verify-bag.ts";

/** Who signed the package, as far as the reader's own keys can tell. */
export async function checkOrigin(
  bag: BagCheck,
  trusted: readonly AllowedSigner[] | undefined,
): Promise<{ signer: Uint8Array | undefined; findings: Finding[] }> {
  if (!bag.has(SIGNATURE))
    return { signer: undefined, findings: [finding("origin/signature-missing", SIGNATURE, "expected a signature")] };
  let signer: Uint8Array;
  try {
    const signature = parseSshSignature(fromUtf8(await bag.read(SIGNATURE)));
    if (!isSshSigned(signature, await bag.read(TAG_MANIFEST))) {
      return {
        signer: undefined,
        findings: [finding("origin/signature-bad", SIGNATURE, `expected a valid signature over ${TAG_MANIFEST}`)],
      };
    }
    signer = signature.publicKey;
  } catch (error) {
    return { signer: undefined, findings: [failure("origin/signature-bad", SIGNATURE, error)] };
  }
  const findings: Finding[] = [];
  if (bag.has(ALLOWED_SIGNERS) && !(await packs(bag, signer))) {
    findings.push(finding("origin/key-differs", ALLOWED_SIGNERS, "expected one line with the key that signed the package"));
  }
  if (trusted === undefined) {
    findings.push(finding("origin/unknown", "package", "signed by a key that you did not name"));
    return { signer, findings };
  }
  const known = trusted.find((one) => equal(one.publicKey, signer));
  findings.push(
    known === undefined
      ? finding("origin/not-trusted", "package", `signed by none of the ${trusted.length} keys that you named`)
      : finding("origin/trusted", "package", `signed by ${known.principal}`),
  );
  return { signer, findings };
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
