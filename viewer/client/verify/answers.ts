import type { Question } from "../../../record/finding.ts";
import type { Verdict } from "../../../record/verify.ts";

/** The four questions, and what each answer says to someone who has never heard of hashes, in one sentence. */
export const QUESTIONS: Record<Question, { name: string } & Record<Verdict, string>> = {
  intact: {
    name: "Intact",
    holds: "Every file is as it was signed, and every recorded line is as the signed checkpoints cover it.",
    unknown: "Nothing could be checked.",
    failed: "Something was changed, added, removed or damaged since it was signed.",
  },
  origin: {
    name: "Origin",
    holds: "It was signed with a key that you said you trust.",
    unknown:
      "The signature holds, but whose key it is can't be shown from here: compare the fingerprint with one from a source you trust.",
    failed: "It was not signed by whom it should have been.",
  },
  time: {
    name: "Time",
    holds: "The key recorded for the client's machine signed each session at its end, or an authority that you trust stamped it.",
    unknown: "Nothing contradicts the times, but not every one of them is proven.",
    failed: "A proof of time does not hold.",
  },
  complete: {
    name: "Complete",
    holds: "Every session in the organisation's signed list is either here or stated as left out.",
    unknown: "Whether something is missing could not be checked.",
    failed: "Something is missing that should be here or be listed as left out.",
  },
};
