import { accepted } from "../answer.ts";
import { type Caller, demand } from "../caller.ts";
import { toBase64Url } from "../id.ts";
import type { AccessView, LinkBody, LinkChangeBody, LinkView, ReceiptView, SignedReceipt } from "../link-schema.ts";
import { linkHash } from "../link-secret.ts";
import { handoffObject } from "../objects/name.ts";
import { linkOrigin } from "../place.ts";
import type { Page } from "../schema.ts";

/**
 * Makes a link. Its secret is in the address that comes back, and nowhere else.
 * @param origin of the request, without a slash at its end: that of links, where they have no host of their own.
 */
export async function createLink(
  caller: Caller,
  handoff: string,
  { name, ...terms }: LinkBody,
  origin: string,
): Promise<LinkView & { url: string }> {
  demand(caller, "org:handoff:publish");
  const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  const { ref, link } = await accepted(of(caller, handoff).makeLink(name, terms, linkHash(secret), caller.user));
  return { ...link, url: `${linkOrigin(caller.env, origin)}/h/${ref}.${secret}/` };
}

/** Extends a link, or gives it another passcode or limit. */
export async function changeLink(caller: Caller, handoff: string, link: string, body: LinkChangeBody): Promise<LinkView> {
  demand(caller, "org:handoff:publish");
  return accepted(of(caller, handoff).changeLink(link, body, caller.user));
}

/** Ends one link; others to the same package go on. */
export async function revokeLink(caller: Caller, handoff: string, link: string): Promise<null> {
  demand(caller, "org:handoff:publish");
  return accepted(of(caller, handoff).revokeLink(link, caller.user));
}

export async function listAccesses(
  caller: Caller,
  handoff: string,
  cursor: string | undefined,
  limit: number,
): Promise<Page<AccessView>> {
  demand(caller, "org:handoff:prepare");
  return accepted(of(caller, handoff).accesses(cursor, limit));
}

export async function listReceipts(
  caller: Caller,
  handoff: string,
  cursor: string | undefined,
  limit: number,
): Promise<Page<ReceiptView>> {
  demand(caller, "org:handoff:prepare");
  return accepted(of(caller, handoff).receipts(cursor, limit));
}

export async function getReceipt(caller: Caller, handoff: string, receipt: string): Promise<SignedReceipt> {
  demand(caller, "org:handoff:prepare");
  return accepted(of(caller, handoff).receipt(receipt));
}

function of(caller: Caller, handoff: string) {
  return handoffObject(caller.env, caller.organization, handoff);
}
