import type { Approver } from "./approval.ts";
import type { Clock } from "./clock.ts";
import type { CollectContext } from "./context.ts";
import type { Policy } from "./policy.ts";
import type { MakeShell } from "./shell.ts";
import type { Watch } from "./watch.ts";

/** What a session of the agent works with. Real on an endpoint; a replay gives its own. */
export interface Surroundings {
  clock: Clock;
  approver: Approver;
  makeShell: MakeShell;
  collectContext: CollectContext;
  /** Tells of times in which the recorder saw nothing; by default nothing does. */
  watch?: Watch;
  /** Takes the place of the agent's own policy, where what happened is decided already. */
  policy?: Policy;
}
