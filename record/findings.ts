import { FINDING_KINDS, type Finding, type FindingCode, type FindingStatus, type Question } from "./finding.ts";

/** How many findings of a status are kept in detail. Of each code the first is kept in any case; the rest is counted. */
export const FINDINGS_KEPT = 10_000;
/** In UTF-16 code units: what a hostile package puts into a name must not fill the memory. */
const LONGEST = 1000;

/** How many findings of a code there are beyond those that are told one by one. */
export type FindingCounts = Partial<Record<FindingCode, number>>;

/** Findings as they come, of which no more are kept than a person could read: a hostile package can give rise to millions. */
export class Findings {
  readonly #kept: Finding[] = [];
  readonly #more: FindingCounts = {};
  readonly #codes = new Set<FindingCode>();
  readonly #ofStatus: Record<FindingStatus, number> = { ok: 0, failed: 0, note: 0 };

  add(one: Finding): void {
    if (this.#codes.has(one.code) && this.#ofStatus[one.status] >= FINDINGS_KEPT) {
      this.#count(one.code, 1);
      return;
    }
    this.#codes.add(one.code);
    this.#ofStatus[one.status]++;
    this.#kept.push({ ...one, subject: short(one.subject), detail: short(one.detail) });
  }

  addAll(found: Iterable<Finding>, more: FindingCounts = {}): void {
    for (const one of found) this.add(one);
    for (const [code, count] of Object.entries(more)) this.#count(code as FindingCode, count);
  }

  /** Those that are kept, in the order in which they came. */
  get kept(): readonly Finding[] {
    return this.#kept;
  }

  /** How many more there were, by code. */
  get more(): FindingCounts {
    return { ...this.#more };
  }

  has(code: FindingCode): boolean {
    return this.#codes.has(code);
  }

  /** Whether there is one of this status, about this question if one is named. */
  hasStatus(status: FindingStatus, question?: Question): boolean {
    return [...this.#codes].some(
      (code) => FINDING_KINDS[code].status === status && (question === undefined || FINDING_KINDS[code].question === question),
    );
  }

  #count(code: FindingCode, count: number): void {
    this.#codes.add(code);
    this.#more[code] = (this.#more[code] ?? 0) + count;
  }
}

function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST).toWellFormed()}…`;
}
