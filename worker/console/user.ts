import type { Caller } from "../caller.ts";
import { getOrganization } from "../service/organization.ts";
import { clerkFrontend } from "./clerk.ts";
import type { PageUser } from "./page.tsx";

/** Who is signed in, as the head of every page says it. */
export async function userOf(caller: Caller): Promise<PageUser> {
  return pageUser(caller, (await getOrganization(caller)).name);
}

/** The same where the organisation's name is known, or nothing can be asked any more. */
export function pageUser(caller: Caller, organization: string): PageUser {
  return {
    name: caller.user.name,
    organization,
    mayAudit: caller.permissions.has("org:audit:read"),
    clerk: clerkFrontend(caller.env),
  };
}
