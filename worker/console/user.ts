import type { Caller } from "../caller.ts";
import { getOrganization } from "../service/organization.ts";

/** Who is signed in, as the head of every page says it. */
export async function userOf(caller: Caller): Promise<{ name: string; organization: string }> {
  return { name: caller.user.name, organization: (await getOrganization(caller)).name };
}
