/** What a client group asks of its handoffs. */
export interface GroupRules {
  /** The client's own words, which the scanner looks for. */
  terms: string[];
  /** Counts changes of the words: a scan with earlier ones is out of date. */
  version: number;
  /** Whether every session must be reviewed by a second person. */
  secondReview: boolean;
}

/** The rules for handoffs of one client group. */
export class HandoffRules {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get(): GroupRules {
    type Row = { terms: string; terms_version: number; second_review: number };
    const row = this.#sql.exec<Row>("SELECT terms, terms_version, second_review FROM client_group").one();
    return { terms: JSON.parse(row.terms) as string[], version: row.terms_version, secondReview: row.second_review === 1 };
  }

  /** @param terms each once, whatever its case. @returns how many came and went. */
  setTerms(terms: readonly string[]): { added: number; removed: number } {
    const before = new Set(this.get().terms.map((term) => term.toLowerCase()));
    const kept = [...new Map(terms.map((term) => [term.toLowerCase(), term])).entries()];
    const added = kept.filter(([key]) => !before.has(key)).length;
    const removed = before.size - (kept.length - added);
    const update = "UPDATE client_group SET terms = ?, terms_version = terms_version + ?";
    this.#sql.exec(update, JSON.stringify(kept.map(([, term]) => term)), added + removed > 0 ? 1 : 0);
    return { added, removed };
  }

  setSecondReview(isRequired: boolean): void {
    this.#sql.exec("UPDATE client_group SET second_review = ?", isRequired ? 1 : 0);
  }
}
