import * as z from "zod";
import { isWellFormed } from "../record/bytes.ts";
import { hiddenReason } from "../record/text.ts";
import { FINDING_KINDS, type FindingKind, type Sureness } from "./scan/finding.ts";
import { cursor, limit, oneLine } from "./schema.ts";

/** Bodies, queries and answers about what the scanner found in a handoff. */

const term = z.string().trim().min(2).max(200).refine(isWellFormed).refine(oneLine);

/** The client's own words, which are looked for in all handoffs of the client. */
export const termsBody = z.strictObject({ terms: z.array(term).max(500) });
export const secondReviewBody = z.strictObject({ required: z.boolean() });

/** What handoffs of a client group have to keep to. */
export interface HandoffRulesView {
  terms: string[];
  /** Whether this client group asks for a second reviewer. */
  secondReview: boolean;
  /** Whether the organisation asks for one in every handoff. */
  secondReviewEverywhere: boolean;
}

/** What is looked for in one handoff beyond what is always looked for, and the client's own words. */
export const scanSettings = z.strictObject({
  accounts: z.boolean(),
  privateAddresses: z.boolean(),
});
export type ScanSettings = z.infer<typeof scanSettings>;

export const findingsQuery = z.object({
  session: z.string().max(40).optional(),
  kind: z.enum(FINDING_KINDS).optional(),
  /** `open`: nothing is decided yet. */
  state: z.enum(["open", "decided"]).optional(),
  cursor,
  limit: limit(500),
});
export type FindingsQuery = z.infer<typeof findingsQuery>;

export const decisionBody = z
  .strictObject({
    finding: z.string().max(40),
    /** `equal`: all that have the same text. `kind`: all of its kind that are open. */
    scope: z.enum(["this", "equal", "kind"]).default("this"),
    /** `redact` hides the line, `mask` only the part that was found, `keep` neither; `undo` takes a decision back. */
    decision: z.enum(["redact", "mask", "keep", "undo"]),
    /** Why it is hidden; by default what its kind says. */
    reason: hiddenReason.exclude(["erased"]).optional(),
    /** Why it is kept. */
    because: z.string().trim().min(1).max(500).refine(isWellFormed).refine(oneLine).optional(),
  })
  .refine(({ decision, because }) => decision !== "keep" || because !== undefined, "expected `because`: why it is kept");
export type DecisionBody = z.infer<typeof decisionBody>;

export interface FindingView {
  finding: string;
  session: string;
  seq: number;
  field: string;
  /** From 0. */
  line: number;
  /** UTF-16 units from the line's beginning. */
  start: number;
  end: number;
  kind: FindingKind;
  rule: string;
  sure: Sureness;
  /** How many findings of this handoff have the same text, this one included. */
  equal: number;
  /** Null as long as nothing is decided. `hidden`: somebody hid the whole line. */
  decision: "redact" | "mask" | "keep" | "hidden" | null;
  reason: string | null;
  because: string | null;
  by: string | null;
  at: string | null;
}

export interface ScannedSession {
  session: string;
  /** When it was scanned; null when it was not, or with other settings or words. */
  scanned: string | null;
  findings: number;
  open: number;
}

export interface ScanView {
  /** The client's own words. */
  terms: string[];
  settings: ScanSettings;
  sessions: ScannedSession[];
}

/** `left`: how many are still to be decided in the same way by asking once more. */
export interface DecidedView {
  decided: number;
  left: number;
}
