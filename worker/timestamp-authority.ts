import { sha256 } from "@noble/hashes/sha2.js";
import { OctetString } from "asn1js";
import { AlgorithmIdentifier, MessageImprint, TimeStampReq } from "pkijs";
import { RecordError } from "../record/error.ts";
import { checkTimestamp, type Timestamp } from "../record/timestamp.ts";

/** Why there is no token. Closed: it stands in the audit trail. */
export type StampFailure = "misconfigured" | "unreachable" | "refused" | "too-large" | "not-valid" | "other-authority";

/** A time-stamping authority that gave no token that holds. The message is for the operator; it holds nothing that was stamped. */
export class StampError extends Error {
  readonly code: StampFailure;

  constructor(code: StampFailure, message: string) {
    super(message);
    this.name = "StampError";
    this.code = code;
  }
}

/** A token, as it goes into a package (RFC 3161 TimeStampResp in DER), and what it says. */
export interface Stamped {
  response: Uint8Array;
  stamp: Timestamp;
}

/** Milliseconds that an authority has to answer. */
const PATIENCE = 10_000;
/** Tokens with their certificates have some kilobytes. */
const MOST = 65_536;
const SHA256 = "2.16.840.1.101.3.4.2.1";

/** The authority that the deployment names; undefined when it names none. */
export function authorityOf(env: {
  TIMESTAMP_URL?: string;
  TIMESTAMP_AUTHORITY?: string;
}): { url: string; name: string | undefined } | undefined {
  return env.TIMESTAMP_URL ? { url: env.TIMESTAMP_URL, name: env.TIMESTAMP_AUTHORITY || undefined } : undefined;
}

/**
 * Asks for a token over these bytes, and checks it before it is used for anything. The authority sees their hash only.
 * @throws StampError.
 */
export async function askForStamp(
  authority: { url: string; name: string | undefined },
  data: Uint8Array,
  ask: typeof fetch = fetch,
): Promise<Stamped> {
  const url = stampUrl(authority.url);
  const response = await answer(() =>
    ask(url, {
      method: "POST",
      headers: { "content-type": "application/timestamp-query", accept: "application/timestamp-reply" },
      body: encodeStampRequest(data),
      // Where it leads to was nobody's choice.
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    }),
  );
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new StampError("refused", `expected status 200 from the time-stamping authority, got ${response.status}`);
  }
  const bytes = await answer(() => limited(response));
  const stamp = await checked(bytes, data);
  if (authority.name !== undefined && stamp.authority !== authority.name) {
    throw new StampError("other-authority", "expected a token of the authority that TIMESTAMP_AUTHORITY names, got another one's");
  }
  return { response: bytes, stamp };
}

/** TimeStampReq of RFC 3161, section 2.4.1: the hash, and the wish for the certificate in the token. */
export function encodeStampRequest(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256 }),
      hashedMessage: new OctetString({ valueHex: sha256(data).slice().buffer }),
    }),
    certReq: true,
  });
  return new Uint8Array(request.toSchema().toBER());
}

/** https; http only to this computer, where somebody is trying it out. @throws StampError `misconfigured`. */
function stampUrl(text: string): URL {
  const url = URL.parse(text);
  const isLocal = url?.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url === null || (url.protocol !== "https:" && !isLocal) || url.username !== "" || url.password !== "") {
    throw new StampError("misconfigured", "expected TIMESTAMP_URL to be an address with https: and without a password");
  }
  return url;
}

async function answer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StampError) throw error;
    // The platform's own words may hold the address.
    throw new StampError("unreachable", "expected an answer of the time-stamping authority, got none in time");
  }
}

async function limited(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > MOST) throw new StampError("too-large", `expected a token of ${MOST} bytes at most`);
    parts.push(part);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function checked(response: Uint8Array, data: Uint8Array): Promise<Timestamp> {
  try {
    return await checkTimestamp(response, data);
  } catch (error) {
    if (error instanceof RecordError) throw new StampError("not-valid", `expected a token that holds: ${error.code}`);
    throw error;
  }
}
