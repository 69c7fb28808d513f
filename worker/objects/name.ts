import { fromHex, toHex } from "../../record/bytes.ts";
import type { Bindings } from "../env.ts";
import { fromBase64Url, toBase64Url } from "../id.ts";
import type { ClientGroup } from "./client-group.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Handoff } from "./handoff.ts";
import type { Organization } from "./organization.ts";
import type { Session } from "./session.ts";

declare const verified: unique symbol;

/**
 * An organisation that is proven: by a Clerk token that was just verified, or by an object that was created for it. The name of
 * every Durable Object begins with it, so that another organisation's ids lead to objects that don't exist.
 */
export interface VerifiedOrganization {
  readonly id: string;
  readonly [verified]: true;
}

/** For `authenticate` (an id out of a verified token) and for objects (the id that they were created with) only. */
export function proven(id: string): VerifiedOrganization {
  if (!/^org_[A-Za-z0-9_]{1,60}$/.test(id)) throw new TypeError("expected a Clerk organisation id");
  return { id } as VerifiedOrganization;
}

export function organizationObject(env: Bindings, organization: VerifiedOrganization): DurableObjectStub<Organization> {
  return env.ORGANIZATION.getByName(organization.id);
}

export function groupObject(env: Bindings, organization: VerifiedOrganization, group: string): DurableObjectStub<ClientGroup> {
  return env.CLIENT_GROUP.getByName(`${organization.id}/group/${group}`);
}

export function endpointObject(env: Bindings, organization: VerifiedOrganization, endpoint: string): DurableObjectStub<Endpoint> {
  return env.ENDPOINT.getByName(`${organization.id}/endpoint/${endpoint}`);
}

export function sessionObject(env: Bindings, organization: VerifiedOrganization, session: string): DurableObjectStub<Session> {
  return env.SESSION.getByName(`${organization.id}/session/${session}`);
}

export function handoffObject(env: Bindings, organization: VerifiedOrganization, handoff: string): DurableObjectStub<Handoff> {
  return env.HANDOFF.getByName(`${organization.id}/handoff/${handoff}`);
}

/** How an object is named in addresses for those who are not signed in: base64url of its own id, which nobody can make up. */
export function refOf(id: DurableObjectId): string {
  return toBase64Url(fromHex(id.toString(), 32));
}

/** The object of a ref; undefined when no object of this class can have it. */
export function objectOfRef<T extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<T>,
  ref: string,
): DurableObjectStub<T> | undefined {
  const bytes = fromBase64Url(ref, 32);
  if (bytes === undefined) return undefined;
  let id: DurableObjectId;
  try {
    id = namespace.idFromString(toHex(bytes));
  } catch {
    return undefined;
  }
  return namespace.get(id);
}
