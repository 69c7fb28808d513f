import { accepted } from "../answer.ts";
import { type Caller, demand } from "../caller.ts";
import { groupObject, organizationObject } from "../objects/name.ts";
import type { HandoffRulesView } from "../scan-schema.ts";

/** What handoffs of a client group have to keep to. */
export async function getHandoffRules(caller: Caller, group: string): Promise<HandoffRulesView> {
  demand(caller, "org:sessions:read");
  const { terms, secondReview, everywhere } = await accepted(groupObject(caller.env, caller.organization, group).handoffRules());
  return { terms, secondReview, secondReviewEverywhere: everywhere };
}

/** The client's own words. What was scanned with other ones has to be scanned again. */
export async function setTerms(caller: Caller, group: string, terms: string[]): Promise<HandoffRulesView> {
  demand(caller, "org:handoff:prepare");
  await accepted(groupObject(caller.env, caller.organization, group).setTerms(terms, caller.user));
  return getHandoffRules(caller, group);
}

/** Whether every session of this client's handoffs must be reviewed by a second person. Not for those who prepare them to say. */
export async function setSecondReview(caller: Caller, group: string, isRequired: boolean): Promise<HandoffRulesView> {
  demand(caller, "org:settings:manage");
  await accepted(groupObject(caller.env, caller.organization, group).setSecondReview(isRequired, caller.user));
  return getHandoffRules(caller, group);
}

/** The same for all handoffs of the organisation. */
export async function setSecondReviewEverywhere(caller: Caller, isRequired: boolean): Promise<{ secondReview: boolean }> {
  demand(caller, "org:settings:manage");
  const stub = organizationObject(caller.env, caller.organization);
  await accepted(stub.establish(caller.organization.id, caller.organizationName));
  return accepted(stub.setSecondReview(isRequired, caller.user));
}
