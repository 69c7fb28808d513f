import type { HandoffSession } from "../../record/handoff.ts";
import { OUTCOME } from "../words.ts";

type Outcome = HandoffSession["outcome"];

/** Told apart by their form, not by colour alone. */
const MARK: Record<Outcome, string> = {
  resolved: '<circle cx="8" cy="8" r="6"></circle>',
  workaround: '<path d="M8 1l7 7l-7 7l-7 -7z"></path>',
  unresolved: '<circle cx="8" cy="8" r="5.5"></circle>',
  informational: '<rect x="3" y="3" width="10" height="10"></rect>',
};

/** How a session ended, as a mark and a word. */
export function outcomeHtml(outcome: Outcome): string {
  return (
    `<span class="outcome ${outcome}"><svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" class="m ${outcome}">` +
    `${MARK[outcome]}</svg>${OUTCOME[outcome]}</span>`
  );
}
