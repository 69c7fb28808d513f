import type { HandoffState } from "../../schema.ts";
import { type HandoffFacts, wrongState } from "./facts.ts";

/** What can be done with a handoff that is in a certain state, and the state that it has then. */
export const ACTS = {
  /** Selection, redactions, reviews, words. */
  edit: { from: ["draft", "in-review"], to: null },
  begin: { from: ["draft", "in-review"], to: "in-review" },
  empty: { from: ["draft", "in-review"], to: "draft" },
  publish: { from: ["in-review"], to: "generating" },
  /** The same package once more, after its end. */
  again: { from: ["expired"], to: "generating" },
  finish: { from: ["generating"], to: "published" },
  /** Cancelled, or failed for good. */
  giveUp: { from: ["generating"], to: "in-review" },
  giveUpAgain: { from: ["generating"], to: "expired" },
  expire: { from: ["published"], to: "expired" },
  revoke: { from: ["published"], to: "revoked" },
  /** A later version is begun: another handoff. */
  replace: { from: ["published", "expired", "revoked"], to: null },
  link: { from: ["published"], to: null },
  download: { from: ["published"], to: null },
  unseal: { from: ["published", "expired"], to: null },
} as const satisfies Record<string, { from: readonly HandoffState[]; to: HandoffState | null }>;
export type Act = keyof typeof ACTS;

const REFUSAL: Record<Act, string> = {
  edit: "It can't be changed any more.",
  begin: "It can't be changed any more.",
  empty: "It can't be changed any more.",
  publish: "Only one that is in review can be published.",
  again: "Only a package that has expired can be made again.",
  finish: "No package of it is being made.",
  giveUp: "No package of it is being made.",
  giveUpAgain: "No package of it is being made.",
  expire: "Only a published package expires.",
  revoke: "There is no published package to revoke.",
  replace: "Only a handoff that was published can be replaced by a later version.",
  link: "Links lead to published packages only.",
  download: "There is no published package.",
  unseal: "Only what a published package hides can be revealed.",
};

export function isAllowed(act: Act, state: HandoffState): boolean {
  return (ACTS[act].from as readonly HandoffState[]).includes(state);
}

/** @throws WorkerError `handoff/state`. */
export function demand(facts: HandoffFacts, act: Act): void {
  const { state } = facts.get();
  if (!isAllowed(act, state)) throw wrongState(`This handoff is ${state}. ${REFUSAL[act]}`);
}

/** Changes the state. @throws WorkerError `handoff/state`. */
export function advance(facts: HandoffFacts, act: Act): void {
  demand(facts, act);
  const { to } = ACTS[act];
  if (to !== null) facts.setState(to);
}
