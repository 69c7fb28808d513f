import { groupOrigin } from "../../../record/checkpoint.ts";
import { accepted } from "../../answer.ts";
import type { Bindings } from "../../env.ts";
import { organizationObject } from "../name.ts";
import { signedByOrganization } from "../sign-checkpoint.ts";
import type { GroupFacts } from "./facts.ts";
import type { GroupLog } from "./group-log.ts";

/** All that a package says about a client group and its log. */
export interface GroupSnapshot {
  group: string;
  name: string;
  organization: string;
  organizationName: string;
  organizationKey: string;
  /** Statements that lead to that key from the first one. */
  keyStatements: string[];
  /** Signed note over the log's head. */
  checkpoint: string;
  leaves: { session: string; opened: string; hash: Uint8Array }[];
}

/** The log's head, signed. Signed again only when leaves were added. */
export async function signedHead(env: Bindings, facts: GroupFacts, log: GroupLog): Promise<{ size: number; checkpoint: string }> {
  const tree = log.tree();
  const signed = log.signed();
  if (signed !== undefined && signed.size === tree.size) return signed;
  const organization = organizationObject(env, facts.organization);
  const profile = await accepted(organization.profile());
  const checkpoint = { origin: groupOrigin(profile.keyName, facts.get().group), size: tree.size, root: tree.root() };
  const note = await signedByOrganization(organization, checkpoint);
  log.keepSigned(tree.size, note);
  return { size: tree.size, checkpoint: note };
}

export async function snapshotOf(env: Bindings, facts: GroupFacts, log: GroupLog): Promise<GroupSnapshot> {
  const { group, name } = facts.get();
  const { size, checkpoint } = await signedHead(env, facts, log);
  // Asked for last, so that the key that signed the head is among those that lead to it.
  const profile = await accepted(organizationObject(env, facts.organization).profile());
  return {
    group,
    name,
    organization: profile.organization,
    organizationName: profile.name,
    organizationKey: profile.key,
    keyStatements: profile.keyStatements,
    checkpoint,
    leaves: log.leaves(size),
  };
}
