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

/**
 * Of findings that overlap the surest stays, of equally sure ones the longest, of these the first. A secret that is told twice goes whole:
 * what stays takes in what the others have of it. In order of their places.
 */
export function withoutOverlaps(findings: readonly LineFinding[]): LineFinding[] {
  if (findings.length < 2) return [...findings];
  const kept: LineFinding[] = [];
  let cluster: LineFinding[] = [];
  let end = 0;
  // Only those that hang together are compared: a line may have very many.
  for (const one of [...findings].sort((a, b) => a.start - b.start)) {
    if (one.start >= end && cluster.length > 0) {
      kept.push(...bestOf(cluster));
      cluster = [];
    }
    cluster.push(one);
    end = Math.max(end, one.end);
  }
  kept.push(...bestOf(cluster));
  return kept;
}

function bestOf(cluster: readonly LineFinding[]): LineFinding[] {
  if (cluster.length < 2) return [...cluster];
  const best = [...cluster].sort((a, b) => RANK[b.sure] - RANK[a.sure] || b.end - b.start - (a.end - a.start));
  let kept: LineFinding[] = [];
  for (const one of best) {
    const there = kept.filter(({ start, end }) => one.start < end && start < one.end);
    const first = there[0];
    if (first === undefined) {
      kept.push(one);
      continue;
    }
    if (![one, ...there].every(({ kind }) => isSecret(kind))) continue;
    const start = Math.min(one.start, ...there.map((other) => other.start));
    const end = Math.max(one.end, ...there.map((other) => other.end));
    kept = [...kept.filter((other) => !there.includes(other)), { ...first, start, end }];
  }
  return kept.sort((a, b) => a.start - b.start);
}
