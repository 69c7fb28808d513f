import { accepted } from "../answer.ts";
import { type Caller, demand } from "../caller.ts";
import { now } from "../clock.ts";
import { WorkerError } from "../error.ts";
import { newId } from "../id.ts";
import { groupObject, organizationObject } from "../objects/name.ts";
import type { Profile } from "../objects/organization.ts";
import type { AuditQuery, AuditView, GroupView, OrganizationView, Page, SigningKeyView } from "../schema.ts";

/** The caller's organisation; before its first client group it has no key, and the name that Clerk gives it. */
export async function getOrganization(caller: Caller): Promise<OrganizationView> {
  demand(caller, "org:sessions:read");
  try {
    return view(await accepted(organizationObject(caller.env, caller.organization).profile()));
  } catch (error) {
    if (!(error instanceof WorkerError) || error.code !== "not-found") throw error;
    const { id } = caller.organization;
    return { organization: id, name: caller.organizationName, key: null };
  }
}

/** The name stands in the records of sessions opened from now on. */
export async function renameOrganization(caller: Caller, name: string): Promise<OrganizationView> {
  demand(caller, "org:settings:manage");
  const stub = organizationObject(caller.env, caller.organization);
  await accepted(stub.establish(caller.organization.id, name));
  return view(await accepted(stub.rename(name, caller.user)));
}

/**
 * Puts a new signing key in the place of the present one, which names it in a signed statement. Packages made from now on carry that
 * statement, so that whoever trusts an older key can follow it to the new one.
 */
export async function changeKey(caller: Caller): Promise<OrganizationView> {
  demand(caller, "org:settings:manage");
  return view(await accepted(organizationObject(caller.env, caller.organization).changeKey(caller.user)));
}

/** All keys that ever signed for the organisation, the oldest first. */
export async function listKeys(caller: Caller): Promise<SigningKeyView[]> {
  demand(caller, "org:sessions:read");
  return accepted(organizationObject(caller.env, caller.organization).keys());
}

export async function listAudit(caller: Caller, query: AuditQuery): Promise<Page<AuditView>> {
  demand(caller, "org:audit:read");
  return accepted(organizationObject(caller.env, caller.organization).auditTrail(query));
}

export async function createGroup(caller: Caller, name: string): Promise<GroupView> {
  demand(caller, "org:groups:manage");
  const organization = organizationObject(caller.env, caller.organization);
  await accepted(organization.establish(caller.organization.id, caller.organizationName));
  const group = { group: newId("grp"), name, created: now(), archived: null };
  await accepted(groupObject(caller.env, caller.organization, group.group).create(caller.organization.id, group));
  return accepted(organization.addGroup(group, caller.user));
}

export async function listGroups(caller: Caller, cursor: string | undefined, limit: number): Promise<Page<GroupView>> {
  demand(caller, "org:sessions:read");
  return accepted(organizationObject(caller.env, caller.organization).listGroups(cursor, limit));
}

export async function getGroup(caller: Caller, group: string): Promise<GroupView> {
  demand(caller, "org:sessions:read");
  return accepted(groupObject(caller.env, caller.organization, group).get());
}

/** An archived client group keeps its history and takes nothing new in: no machine, no session. It can be taken into use again. */
export async function setArchived(caller: Caller, group: string, isArchived: boolean): Promise<GroupView> {
  demand(caller, "org:groups:manage");
  const view = await accepted(groupObject(caller.env, caller.organization, group).setArchived(isArchived));
  await accepted(organizationObject(caller.env, caller.organization).groupArchived(group, view.archived, caller.user));
  return view;
}

function view({ organization, name, key }: Profile): OrganizationView {
  return { organization, name, key };
}
