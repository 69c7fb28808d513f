import * as asn1js from "asn1js";
import { Certificate, type ExtKeyUsage, SignedData, TimeStampResp, TSTInfo } from "pkijs";
import { equal } from "./bytes.ts";
import { RecordError } from "./error.ts";
import { type Hashes, nobleHashes } from "./hash.ts";

/** A checked time stamp: these bytes were there at this time, says this authority. */
export interface Timestamp {
  /** `genTime` of the token, RFC 3339 in UTC with milliseconds. */
  time: string;
  /** Common name of the certificate that signed it. */
  authority: string;
  /** Whether its certificate chains to one of the authorities that the reader named. */
  trusted: boolean;
}

const OID = {
  tstInfo: "1.2.840.113549.1.9.16.1.4",
  sha256: "2.16.840.1.101.3.4.2.1",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  extendedKeyUsage: "2.5.29.37",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  commonName: "2.5.4.3",
};

/**
 * Checks an RFC 3161 time-stamp response (DER) over `data`: granted, SHA-256 imprint of exactly these bytes, the signature, a signing
 * certificate that may stamp times (critical extended key usage) and is the one that the token names (RFC 5816).
 * @param authorities certificates (DER) that the reader trusts; the signer's must chain to one of them to be `trusted`.
 * @throws RecordError `timestamp/malformed`, `timestamp/other-data`, `timestamp/bad-signature`.
 */
export async function checkTimestamp(
  response: Uint8Array,
  data: Uint8Array,
  authorities: readonly Uint8Array[] = [],
  hashes: Hashes = nobleHashes,
): Promise<Timestamp> {
  const { signed, info } = parse(response);
  const { hashAlgorithm, hashedMessage } = info.messageImprint;
  if (hashAlgorithm.algorithmId !== OID.sha256) throw malformed("an imprint by SHA-256");
  if (!equal(hashedMessage.valueBlock.valueHexView, hashes.sha256(data))) {
    throw new RecordError("timestamp/other-data", "expected a token over these bytes, got one over others");
  }
  const signer = await checkSignature(signed, data);
  checkPurpose(signer);
  checkNamed(signed, signer, hashes);
  return {
    time: info.genTime.toISOString(),
    authority: commonName(signer),
    trusted: authorities.length > 0 && (await chains(signed, data, authorities)),
  };
}

function parse(response: Uint8Array): { signed: SignedData; info: TSTInfo } {
  try {
    const parsed = asn1js.fromBER(copy(response));
    // Bytes after the response would not be covered by anything.
    if (parsed.offset !== response.length) throw malformed("one DER structure");
    const reply = new TimeStampResp({ schema: parsed.result });
    if (reply.status.status > 1 || reply.timeStampToken === undefined) throw malformed("a granted time stamp");
    const signed = new SignedData({ schema: reply.timeStampToken.content });
    const content = signed.encapContentInfo.eContent;
    if (signed.encapContentInfo.eContentType !== OID.tstInfo || content === undefined || signed.signerInfos.length !== 1) {
      throw malformed("a time-stamp token with one signature");
    }
    return { signed, info: TSTInfo.fromBER(content.getValue()) };
  } catch (error) {
    if (error instanceof RecordError) throw error;
    throw malformed("an RFC 3161 time-stamp response in DER");
  }
}

async function checkSignature(signed: SignedData, data: Uint8Array): Promise<Certificate> {
  try {
    const result = await signed.verify({ signer: 0, data: copy(data), extendedMode: true });
    if (result.signatureVerified === true && result.signerCertificate) return result.signerCertificate;
  } catch {
    // Said below: the library's own words name no more than that it failed.
  }
  throw new RecordError("timestamp/bad-signature", "expected a signature that holds, by a certificate in the token");
}

async function chains(signed: SignedData, data: Uint8Array, authorities: readonly Uint8Array[]): Promise<boolean> {
  try {
    const trustedCerts = authorities.map((der) => Certificate.fromBER(copy(der)));
    return (await signed.verify({ signer: 0, data: copy(data), checkChain: true, trustedCerts })) === true;
  } catch {
    return false;
  }
}

/** RFC 3161 section 2.3: the extended key usage is critical and is time stamping alone. */
function checkPurpose(certificate: Certificate): void {
  const usage = certificate.extensions?.find((extension) => extension.extnID === OID.extendedKeyUsage);
  const purposes = (usage?.parsedValue as ExtKeyUsage | undefined)?.keyPurposes;
  if (!usage?.critical || purposes?.length !== 1 || purposes[0] !== OID.timeStamping) {
    throw new RecordError("timestamp/bad-signature", "expected a certificate for time stamping alone");
  }
}

/** RFC 5816: a signed attribute holds the hash of the signer's certificate, so that no other one can be put in its place. */
function checkNamed(signed: SignedData, certificate: Certificate, hashes: Hashes): void {
  const attributes = signed.signerInfos[0]?.signedAttrs?.attributes ?? [];
  const value = attributes.find((attribute) => attribute.type === OID.signingCertificateV2)?.values[0] as
    | asn1js.Sequence
    | undefined;
  const first = ((value?.valueBlock.value[0] as asn1js.Sequence | undefined)?.valueBlock.value[0] as asn1js.Sequence | undefined)
    ?.valueBlock.value;
  // hashAlgorithm is left out when it is SHA-256, the default.
  const digest = first?.[0];
  if (
    !(digest instanceof asn1js.OctetString) ||
    !equal(digest.valueBlock.valueHexView, hashes.sha256(new Uint8Array(certificate.toSchema(false).toBER())))
  ) {
    throw new RecordError(
      "timestamp/bad-signature",
      "expected the token to name its signing certificate by SHA-256 (signingCertificateV2)",
    );
  }
}

function commonName(certificate: Certificate): string {
  const found = certificate.subject.typesAndValues.find((one) => one.type === OID.commonName);
  return found === undefined ? "unnamed authority" : String(found.value.valueBlock.value);
}

/** The libraries keep the whole buffer behind a view. */
function copy(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function malformed(expected: string): RecordError {
  return new RecordError("timestamp/malformed", `expected ${expected}`);
}
