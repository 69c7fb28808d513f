import type { Group } from "./rows.ts";

/** One page of a long list. */
export interface LedgerPage<Row> {
  /** From 0. */
  part: number;
  /** Whether another page follows. */
  more: boolean;
  groups: Group<Row>[];
}

export interface LedgerState<Row> {
  part: number;
  rows: number;
  groups: Group<Row>[];
}

/** A list over all sessions that leaves as pages while they fill up. */
export class Ledger<Row> {
  readonly #state: LedgerState<Row>;
  readonly #limit: number;

  constructor(limit: number, state: LedgerState<Row> = { part: 0, rows: 0, groups: [] }) {
    this.#limit = limit;
    this.#state = state;
  }

  get state(): LedgerState<Row> {
    return this.#state;
  }

  /** Takes in rows of a session; gives the pages that are full. */
  add(session: string, rows: readonly Row[]): LedgerPage<Row>[] {
    const full: LedgerPage<Row>[] = [];
    const state = this.#state;
    for (const row of rows) {
      if (state.rows === this.#limit) full.push(this.#page(true));
      const last = state.groups.at(-1);
      if (last?.session === session) last.rows.push(row);
      else state.groups.push({ session, rows: [row] });
      state.rows++;
    }
    return full;
  }

  /** The last page, which there always is. */
  finish(): LedgerPage<Row> {
    return this.#page(false);
  }

  #page(more: boolean): LedgerPage<Row> {
    const state = this.#state;
    const page = { part: state.part, more, groups: state.groups };
    state.part++;
    state.rows = 0;
    state.groups = [];
    return page;
  }
}
