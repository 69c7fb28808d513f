import { checkDisclosure, type Disclosure, disclosure } from "../../record/disclosure.ts";
import { RecordError } from "../../record/error.ts";
import type { HiddenLine } from "../../record/recompute-session.ts";
import { GeneratorError } from "../error.ts";

/** How long the server may take, in milliseconds. */
const TIME_LIMIT = 60_000;

/** Whom to ask, and as whom. */
export interface Server {
  url: URL;
  /** Clerk session token. */
  token: string;
}

/** @throws RecordError `path/malformed` unless it is an address to which a token may be sent: https, or this machine. */
export function parseServerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const local = url !== undefined && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (url === undefined || !(url.protocol === "https:" || (url.protocol === "http:" && local))) {
    throw new RecordError("path/malformed", "expected an address with https for --url");
  }
  return url;
}

/**
 * Asks the MSP's server for a hidden line, and believes it only if it has the digest that the package has in that place.
 * @throws GeneratorError `unseal/refused`, `unseal/not-proven` when it sends another line; RecordError `wire/malformed` when it can't be reached.
 */
export async function requestDisclosure(
  { url, token }: Server,
  handoff: string,
  place: HiddenLine,
  reason: string,
): Promise<Disclosure> {
  const { session, seq, field, line } = place;
  const base = url.href.endsWith("/") ? url.href : `${url.href}/`;
  const address = new URL(`api/handoffs/${handoff}/disclosures`, base);
  const { status, body } = await post(address, token, { session, seq, field, line, reason });
  if (status !== 201) throw new GeneratorError("unseal/refused", `The server refused it: ${refusalOf(body) ?? `status ${status}`}`);
  const parsed = disclosure.safeParse(body);
  if (!parsed.success) throw new GeneratorError("unseal/not-proven", "The server's answer is no disclosure.");
  const proof = checkDisclosure(parsed.data, handoff, [place]);
  if (proof.status !== "ok")
    throw new GeneratorError("unseal/not-proven", `The server's answer is not the hidden line: ${proof.code}`);
  return parsed.data;
}

async function post(url: URL, token: string, body: object): Promise<{ status: number; body: unknown }> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      // A token is for the server that was named, and for no other.
      redirect: "error",
      signal: AbortSignal.timeout(TIME_LIMIT),
    });
    const text = await response.text();
    return { status: response.status, body: parseJson(text) };
  } catch {
    throw new RecordError("wire/malformed", `expected an answer from ${url.origin}, got none`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{error: {code, message}}`, in printable characters. */
function refusalOf(body: unknown): string | undefined {
  const error = (body as { error?: { code?: unknown; message?: unknown } } | null | undefined)?.error;
  if (typeof error?.code !== "string" || typeof error.message !== "string") return undefined;
  return `${error.message} (${error.code})`.slice(0, 500).replace(/[^ \p{L}\p{M}\p{N}\p{P}\p{S}]/gu, "?");
}
