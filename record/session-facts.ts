import type { Entry, Outcome } from "./entry.ts";
import type { TextValue } from "./text.ts";

/** What is counted of a session; handoff.json states it, and a verification counts again. */
export interface SessionFacts {
  opened: string;
  closed: string;
  mode: "live" | "imported";
  outcome: Outcome;
  entries: number;
  commands: number;
  approvals: number;
  redactedLines: number;
}

/**
 * The time that a reader is shown: the Worker's clock for live sessions. For imported ones the day of import says nothing of
 * what happened when, so it is the claimed time.
 */
export function shownTime(entry: Entry, mode: "live" | "imported"): string {
  return mode === "imported" ? (entry.seen ?? entry.at) : entry.at;
}

/** Counts a session's facts, entry by entry. */
export class FactCounter {
  #first: Entry | undefined;
  #last: Entry | undefined;
  #counts = { entries: 0, commands: 0, approvals: 0, redactedLines: 0 };

  add(entry: Entry, text: Readonly<Record<string, TextValue>>): void {
    this.#first ??= entry;
    this.#last = entry;
    this.#counts.entries++;
    if (entry.kind === "command") this.#counts.commands++;
    if (entry.kind === "approval.asked") this.#counts.approvals++;
    for (const value of Object.values(text)) {
      if ("items" in value) this.#counts.redactedLines += value.items.filter((item) => "digest" in item).length;
    }
  }

  /** Undefined unless the first entry was `opened` and the last one `closed`. */
  result(): SessionFacts | undefined {
    if (this.#first?.kind !== "opened" || this.#last?.kind !== "closed") return undefined;
    const { mode } = this.#first;
    return {
      opened: shownTime(this.#first, mode),
      closed: shownTime(this.#last, mode),
      mode,
      outcome: this.#last.outcome,
      ...this.#counts,
    };
  }
}
