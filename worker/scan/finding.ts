/** What may have to leave a line before it is handed over. The first five are secrets, the others personal data or terms of the client's. */
export const FINDING_KINDS = [
  "private-key",
  "password",
  "token",
  "connection",
  "password-hash",
  "email",
  "phone",
  "payment-card",
  "iban",
  "national-id",
  "date-of-birth",
  "name",
  "term",
  "account",
  "private-address",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

const SECRETS: ReadonlySet<FindingKind> = new Set(["private-key", "password", "token", "connection", "password-hash"]);

/** Whether findings of this kind are secrets, which give access, and not data about people. */
export function isSecret(kind: FindingKind): boolean {
  return SECRETS.has(kind);
}

/** `sure`: its form leaves no doubt. `likely`: form and surroundings agree. `possible`: worth a look. */
export type Sureness = "sure" | "likely" | "possible";

/** Something found in one line. */
export interface LineFinding {
  kind: FindingKind;
  /** Which rule found it: a short name that stays the same. */
  rule: string;
  sure: Sureness;
  /** UTF-16 units from the line's beginning: where the part to hide starts, and where it ends. */
  start: number;
  end: number;
  /** Of a name, which of the people it is: the number in the list that was given, from 0. */
  person?: number;
}

/** Something found in a text of several lines. */
export interface TextFinding extends LineFinding {
  /** From 0. */
  line: number;
}

const RANK: Record<Sureness, number> = { sure: 2, likely: 1, possible: 0 };

/** Of findings that overlap the surest stays, of equally sure ones the longest, of these the first. In order of their places. */
export function withoutOverlaps(findings: readonly LineFinding[]): LineFinding[] {
  if (findings.length < 2) return [...findings];
  const best = [...findings].sort((a, b) => RANK[b.sure] - RANK[a.sure] || b.end - b.start - (a.end - a.start));
  const kept: LineFinding[] = [];
  for (const one of best) {
    if (!kept.some(({ start, end }) => one.start < end && start < one.end)) kept.push(one);
  }
  return kept.sort((a, b) => a.start - b.start);
}
