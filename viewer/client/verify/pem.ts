import { fromBase64 } from "../../../record/bytes.ts";
import { RecordError } from "../../../record/error.ts";

/** Certificates of a PEM text, as DER. @throws RecordError `timestamp/malformed` when there is none in it. */
export function certificatesIn(pem: string): Uint8Array[] {
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)];
  if (blocks.length === 0) throw new RecordError("timestamp/malformed", "expected at least one certificate in PEM");
  return blocks.map(([, base64]) => fromBase64((base64 ?? "").replace(/\s+/g, "")));
}
