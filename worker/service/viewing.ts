import { accepted } from "../answer.ts";
import type { Caller } from "../caller.ts";
import { organizationObject } from "../objects/name.ts";

/** Milliseconds for which looking at the same thing again is the same look. */
const SAME_LOOK = 15 * 60_000;
/** How many looks this isolate keeps in mind. A look that is forgotten is written down again: there may be more rows, never fewer. */
const KEPT = 2_000;
/** By organisation, person and thing: when it was written down. The oldest come first. */
const looks = new Map<string, number>();

/** Writes down who looked at what. Await it before the answer goes out: what can't be written down is not shown. */
export async function noteView(caller: Caller, act: "session.viewed" | "handoff.reviewed", about: string): Promise<void> {
  const look = `${caller.organization.id} ${caller.user.id} ${act} ${about}`;
  const before = looks.get(look);
  if (before !== undefined && Date.now() - before < SAME_LOOK) return;
  await accepted(organizationObject(caller.env, caller.organization).audit(caller.user, act, about));
  looks.delete(look);
  looks.set(look, Date.now());
  const [oldest] = looks.keys();
  if (looks.size > KEPT && oldest !== undefined) looks.delete(oldest);
}
