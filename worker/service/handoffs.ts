import type * as z from "zod";
import type { Disclosure } from "../../record/disclosure.ts";
import type { Recorded } from "../../record/wire.ts";
import { accepted } from "../answer.ts";
import { type Caller, demand } from "../caller.ts";
import { toBase64Url } from "../id.ts";
import { hashPreview } from "../link-secret.ts";
import type { PackageFileView } from "../objects/handoff/door.ts";
import { groupObject, handoffObject } from "../objects/name.ts";
import { linkOrigin } from "../place.ts";
import type {
  DisclosureBody,
  HandoffRow,
  HandoffView,
  Page,
  publishBody,
  RedactionBody,
  RedactionView,
  ReviewBody,
  SelectedSession,
  SelectionBody,
} from "../schema.ts";
import { noteView } from "./viewing.ts";

export async function createHandoff(caller: Caller, group: string, recipient: string): Promise<HandoffRow> {
  demand(caller, "org:handoff:prepare");
  return accepted(groupObject(caller.env, caller.organization, group).makeHandoff(recipient, caller.user));
}

export async function listHandoffs(
  caller: Caller,
  group: string,
  cursor: string | undefined,
  limit: number,
): Promise<Page<HandoffRow>> {
  demand(caller, "org:sessions:read");
  return accepted(groupObject(caller.env, caller.organization, group).listHandoffs(cursor, limit));
}

export async function getHandoff(caller: Caller, handoff: string): Promise<HandoffView> {
  demand(caller, "org:sessions:read");
  return accepted(of(caller, handoff).get());
}

export async function setPeriod(caller: Caller, handoff: string, { from, to }: { from: string; to: string }): Promise<null> {
  demand(caller, "org:handoff:prepare");
  return accepted(of(caller, handoff).setPeriod(from, to, caller.user));
}

export async function selectSessions(caller: Caller, handoff: string, selection: SelectionBody): Promise<null> {
  demand(caller, "org:handoff:prepare");
  return accepted(of(caller, handoff).select(selection, caller.user));
}

export async function addRedaction(caller: Caller, handoff: string, place: RedactionBody): Promise<RedactionView> {
  demand(caller, "org:handoff:prepare");
  return accepted(of(caller, handoff).redact(place, caller.user));
}

export async function removeRedaction(caller: Caller, handoff: string, redaction: string): Promise<null> {
  demand(caller, "org:handoff:prepare");
  return accepted(of(caller, handoff).unredact(redaction));
}

export async function reviewSession(
  caller: Caller,
  handoff: string,
  session: string,
  review: ReviewBody,
): Promise<SelectedSession> {
  demand(caller, "org:handoff:prepare");
  return accepted(of(caller, handoff).review(session, review, caller.user));
}

export async function setLetter(caller: Caller, handoff: string, letter: string): Promise<null> {
  demand(caller, "org:handoff:prepare");
  return accepted(of(caller, handoff).setLetter(letter));
}

/** A selected session's entries as reviewed: hidden lines stand as hidden. */
export async function readReviewedEntries(
  caller: Caller,
  handoff: string,
  session: string,
  from: number,
  limit: number,
): Promise<{ entries: Recorded[]; size: number }> {
  demand(caller, "org:handoff:prepare");
  const page = await accepted(of(caller, handoff).entries(session, from, limit));
  await noteView(caller, "handoff.reviewed", `${handoff} ${session}`);
  return page;
}

/**
 * Opens the pages of the package as they would be now, for an hour. The address's secret is stored nowhere.
 * @param origin of the request. @returns the address that paths in the package are appended to.
 */
export async function openPreview(caller: Caller, handoff: string, origin: string): Promise<{ url: string }> {
  demand(caller, "org:handoff:prepare");
  const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  const { ref } = await accepted(of(caller, handoff).allowPreview(hashPreview(secret), caller.user));
  return { url: `${linkOrigin(caller.env, origin)}/preview/${ref}.${secret}/` };
}

/** Says that the caller has reviewed a session that somebody else reviewed before. */
export async function reviewAgain(caller: Caller, handoff: string, session: string): Promise<SelectedSession> {
  demand(caller, "org:handoff:prepare");
  return accepted(of(caller, handoff).reviewAgain(session, caller.user));
}

/** Begins to make the package; `getHandoff` tells how it is getting on. */
export async function publishHandoff(
  caller: Caller,
  handoff: string,
  { days, recipient }: z.infer<typeof publishBody>,
): Promise<null> {
  demand(caller, "org:handoff:publish");
  return accepted(of(caller, handoff).publish(days, recipient, caller.user));
}

/** Gives up a package that is being made; the handoff can be edited again. */
export async function cancelGeneration(caller: Caller, handoff: string): Promise<null> {
  demand(caller, "org:handoff:publish");
  return accepted(of(caller, handoff).cancel(caller.user));
}

/** Begins a later version of a published handoff. It starts with what that one said, and its package will name that one's. */
export async function replaceHandoff(caller: Caller, handoff: string, recipient: string | undefined): Promise<HandoffRow> {
  demand(caller, "org:handoff:prepare");
  const { group, from, recipient: before } = await accepted(of(caller, handoff).successor());
  const made = await accepted(
    groupObject(caller.env, caller.organization, group).makeHandoff(recipient ?? before, caller.user, from),
  );
  await accepted(of(caller, handoff).replaced(made.handoff, caller.user));
  return made;
}

export async function revokeHandoff(caller: Caller, handoff: string): Promise<null> {
  demand(caller, "org:handoff:publish");
  return accepted(of(caller, handoff).revoke(caller.user));
}

/** Reveals a line that the published package hides. */
export async function unsealLine(caller: Caller, handoff: string, place: DisclosureBody): Promise<Disclosure> {
  demand(caller, "org:records:unseal");
  return accepted(of(caller, handoff).unseal(place, caller.user));
}

/** Where the package lies in the bucket. */
export async function findPackage(caller: Caller, handoff: string): Promise<PackageFileView> {
  demand(caller, "org:handoff:publish");
  return accepted(of(caller, handoff).packageFile(caller.user));
}

function of(caller: Caller, handoff: string) {
  return handoffObject(caller.env, caller.organization, handoff);
}
