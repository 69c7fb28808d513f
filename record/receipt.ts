import * as z from "zod";
import { equal, fromUtf8 } from "./bytes.ts";
import { canonicalBytes, parseCanonical } from "./canonical.ts";
import { handoffId, instant, issues } from "./entry.ts";
import { RecordError } from "./error.ts";
import { parseVerifierKey, SIGNATURE_TYPE } from "./key.ts";
import { type AllowedSigner, isSshSigned, parseSshSignature } from "./sshsig.ts";

/** Names format and version of a receipt; other values are refused. */
export const RECEIPT_FORMAT = "caisey-receipt/1";

/** Keeps the signatures of receipts apart from those of packages. */
export const RECEIPT_NAMESPACE = "caisey-receipt";

const text = (most: number) => z.string().min(1).max(most);

/** That somebody acknowledged the receipt of a package, in their own words, signed by the organisation that handed it over. */
export const receipt = z.strictObject({
  format: z.literal(RECEIPT_FORMAT),
  receipt: z.string().regex(/^rcp_[0-9a-hjkmnp-tv-z]{16}$/),
  handoff: handoffId,
  /** Of the ZIP. */
  package: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().min(1) }),
  /** By the Worker's clock. */
  at: instant,
  /** Name of the organisation that handed over, and its C2SP verifier key, which signs. */
  organization: text(200),
  key: text(400),
  /** What the link is called by whom it came from. */
  link: text(200),
  /** As the recipient wrote it; nobody has checked who wrote. */
  name: text(200),
  company: text(200),
  statement: text(4000),
});
export type Receipt = z.infer<typeof receipt>;

/** One canonical line and a newline: what is signed. */
export function encodeReceipt(value: Receipt): Uint8Array {
  const line = canonicalBytes(value);
  const out = new Uint8Array(line.length + 1);
  out.set(line);
  out[line.length] = 0x0a;
  return out;
}

/** @throws RecordError `receipt/malformed`; else as {@link parseCanonical} and {@link parseVerifierKey}. */
export function parseReceipt(bytes: Uint8Array): Receipt {
  if (bytes.at(-1) !== 0x0a) throw new RecordError("receipt/malformed", "expected one line that ends with a newline");
  const parsed = receipt.safeParse(parseCanonical(bytes.subarray(0, -1)));
  if (!parsed.success) throw new RecordError("receipt/malformed", `expected ${RECEIPT_FORMAT}: ${issues(parsed.error)}`);
  if (parseVerifierKey(parsed.data.key).type !== SIGNATURE_TYPE.log) {
    throw new RecordError("receipt/malformed", "expected the key of an organisation");
  }
  return parsed.data;
}

/** What became of a receipt: `signed` by a trusted key, by `untrusted` ones or without any to trust, or not at all. */
export type ReceiptVerdict = "signed" | "untrusted" | "not-signed";

/**
 * Whether the key that a receipt names signed exactly these bytes, and whether the reader trusts it.
 * @param signature armoured SSH signature. @param trusted undefined when the reader named no keys.
 * @throws RecordError `sshsig/malformed`, `base64/malformed`; as {@link parseReceipt}.
 */
export function checkReceipt(
  bytes: Uint8Array,
  signature: Uint8Array,
  trusted: readonly AllowedSigner[] | undefined,
): { receipt: Receipt; verdict: ReceiptVerdict } {
  const value = parseReceipt(bytes);
  const key = parseVerifierKey(value.key);
  const parsed = parseSshSignature(fromUtf8(signature));

  if (!equal(parsed.publicKey, key.publicKey) || !isSshSigned(parsed, bytes, RECEIPT_NAMESPACE)) {
    return { receipt: value, verdict: "not-signed" };
  }
  const isTrusted = trusted?.some(({ principal, publicKey }) => principal === key.name && equal(publicKey, key.publicKey));
  return { receipt: value, verdict: isTrusted ? "signed" : "untrusted" };
}
