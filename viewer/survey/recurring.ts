import type { KeptTerms } from "./kept-terms.ts";
import type { Place, Recurrence, Term, TermKind } from "./rows.ts";

const ORDER: TermKind[] = ["event", "code", "update", "service", "message"];

/**
 * What comes up in more than one session, the most frequent first; what comes up together stands together. Good until another session is
 * taken in.
 */
export function recurring(terms: KeptTerms): Recurrence[] {
  const groups = new Map<string, number[]>();
  for (let number = 0; number < terms.length; number++) {
    if (terms.spread(number) < 2) continue;
    const key = `${terms.spread(number)} ${terms.sessions(number).join(" ")}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [number]);
    else group.push(number);
  }
  const total = (group: readonly number[]) => group.reduce((sum, number) => sum + terms.count(number), 0);
  return [...groups.values()]
    .map((group) => ({ group, spread: terms.spread(group[0] as number), total: total(group) }))
    .sort((a, b) => b.spread - a.spread || b.total - a.total)
    .map(({ group }) => new Group(terms, group));
}

/** Terms that come up in exactly the same sessions, by number. */
class Group implements Recurrence {
  readonly sessions: number;
  readonly terms: readonly Term[];
  readonly #kept: KeptTerms;
  readonly #first: number;

  constructor(kept: KeptTerms, group: readonly number[]) {
    this.#kept = kept;
    this.#first = group[0] as number;
    this.sessions = kept.spread(this.#first);
    this.terms = group.map((number) => new Found(kept, number)).sort(compare);
  }

  get places(): Place[] {
    return this.#kept.places(this.#first);
  }

  countIn(sessions: ReadonlySet<string>): number {
    return this.#kept.countIn(this.#first, sessions);
  }
}

class Found implements Term {
  readonly kind: TermKind;
  readonly name: string;
  readonly count: number;
  readonly #kept: KeptTerms;
  readonly #number: number;

  constructor(kept: KeptTerms, number: number) {
    this.kind = kept.kind(number);
    this.name = kept.name(number);
    this.count = kept.count(number);
    this.#kept = kept;
    this.#number = number;
  }

  get last(): Place {
    return this.#kept.last(this.#number);
  }
}

function compare(a: Term, b: Term): number {
  return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || b.count - a.count || (a.name < b.name ? -1 : 1);
}
