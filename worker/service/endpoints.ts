import type * as z from "zod";
import { fromBase64 } from "../../record/bytes.ts";
import { RecordError } from "../../record/error.ts";
import { isSigned } from "../../record/key.ts";
import { enrolmentProof } from "../../record/wire.ts";
import { accepted } from "../answer.ts";
import { type Caller, demand } from "../caller.ts";
import type { Bindings } from "../env.ts";
import { WorkerError } from "../error.ts";
import type { EndpointRow } from "../objects/client-group/endpoint-list.ts";
import { parseCode, refused } from "../objects/client-group/enrolment-codes.ts";
import { endpointObject, groupObject, objectOfRef, organizationObject } from "../objects/name.ts";
import type { EndpointView, EnrolmentCodeView, enrolmentBody, NewEnrolmentCode, Page } from "../schema.ts";

/** @param endpointName the one machine that the code is for; undefined when any may use it. */
export async function makeEnrolmentCode(
  caller: Caller,
  group: string,
  endpointName: string | undefined,
): Promise<NewEnrolmentCode> {
  demand(caller, "org:endpoints:manage");
  const code = await accepted(groupObject(caller.env, caller.organization, group).makeEnrolmentCode(endpointName));
  await accepted(organizationObject(caller.env, caller.organization).audit(caller.user, "enrolment-code.made", group));
  return code;
}

/** Codes of the last day, without their secret part. */
export async function listEnrolmentCodes(caller: Caller, group: string): Promise<EnrolmentCodeView[]> {
  demand(caller, "org:endpoints:manage");
  return accepted(groupObject(caller.env, caller.organization, group).listEnrolmentCodes());
}

/** Ends a code at once. */
export async function revokeEnrolmentCode(caller: Caller, group: string, code: string): Promise<EnrolmentCodeView> {
  demand(caller, "org:endpoints:manage");
  const revoked = await accepted(groupObject(caller.env, caller.organization, group).revokeEnrolmentCode(code));
  await accepted(
    organizationObject(caller.env, caller.organization).audit(caller.user, "enrolment-code.revoked", `${group} ${code}`),
  );
  return revoked;
}

/** Ends a code at once, and makes one for the same in its place. */
export async function rotateEnrolmentCode(caller: Caller, group: string, code: string): Promise<NewEnrolmentCode> {
  demand(caller, "org:endpoints:manage");
  const made = await accepted(groupObject(caller.env, caller.organization, group).rotateEnrolmentCode(code));
  await accepted(
    organizationObject(caller.env, caller.organization).audit(caller.user, "enrolment-code.rotated", `${group} ${code}`),
  );
  return made;
}

/** Presence comes from each endpoint's own object: nobody else knows whether its socket is still there. */
export async function listEndpoints(
  caller: Caller,
  group: string,
  cursor: string | undefined,
  limit: number,
): Promise<Page<EndpointView>> {
  demand(caller, "org:sessions:read");
  const page = await accepted(groupObject(caller.env, caller.organization, group).listEndpoints(cursor, limit));
  return { ...page, items: await Promise.all(page.items.map((endpoint) => withPresence(caller, endpoint))) };
}

export async function getEndpoint(caller: Caller, group: string, endpoint: string): Promise<EndpointView> {
  demand(caller, "org:sessions:read");
  return withPresence(caller, await accepted(groupObject(caller.env, caller.organization, group).getEndpoint(endpoint)));
}

/** Ends the enrolment; all that was recorded stays. */
export async function removeEndpoint(caller: Caller, group: string, endpoint: string): Promise<EndpointView> {
  demand(caller, "org:endpoints:manage");
  const removed = await accepted(groupObject(caller.env, caller.organization, group).removeEndpoint(endpoint));
  await accepted(organizationObject(caller.env, caller.organization).audit(caller.user, "endpoint.removed", endpoint));
  return withPresence(caller, removed);
}

/**
 * Enrols a machine that brings a code and shows that it holds the key it names. Nobody is signed in: the code leads to the client
 * group, and its secret part lets in.
 */
export async function enrol(env: Bindings, { code, name, platform, key, proof }: z.infer<typeof enrolmentBody>) {
  const parsed = parseCode(code);
  const group = parsed && objectOfRef(env.CLIENT_GROUP, parsed.ref);
  if (parsed === undefined || group === undefined) throw refused();
  if (!isSigned(bytesOf(proof, 64), enrolmentProof(code, key), bytesOf(key, 32))) {
    throw new WorkerError("enrolment/refused", "The proof is not a signature by the key that it came with.");
  }
  try {
    return await accepted(group.enrol({ id: parsed.id, secret: parsed.secret }, { name, platform, key }));
  } catch (error) {
    // A group that isn't there and a code that isn't valid look the same.
    if (error instanceof WorkerError && error.code === "not-found") throw refused();
    throw error;
  }
}

async function withPresence(caller: Caller, endpoint: EndpointRow): Promise<EndpointView> {
  const presence = await accepted(endpointObject(caller.env, caller.organization, endpoint.endpoint).presence());
  return { ...endpoint, ...presence };
}

function bytesOf(base64: string, length: number): Uint8Array {
  try {
    return fromBase64(base64, length);
  } catch (error) {
    if (error instanceof RecordError) throw new WorkerError("request/malformed", `expected base64 of ${length} bytes`);
    throw error;
  }
}
