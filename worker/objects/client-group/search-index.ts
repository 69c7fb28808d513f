import type { EntryKind } from "../../../record/entry.ts";
import { encodeCursor, parseCursor } from "../../cursor.ts";
import { WorkerError } from "../../error.ts";
import type { PlaceView } from "../../schema.ts";
import { findWords } from "../../search/find.ts";
import type { Passage } from "../../search/passages.ts";
import { fold, parseQuery } from "../../search/query.ts";
import type { FoundLine, SearchQuery } from "../../search/schema.ts";
import { insertRows } from "../insert-rows.ts";
import { conditionsOf } from "./session-filter.ts";

/** A passage's id: its session's number, and 24 bits for its own. So the newest sessions come first, and each can be asked for alone. */
const PER_SESSION = 2 ** 24;
/** Sessions up to which each is asked on its own; above, all are searched and those that don't count are left out. */
const FEW = 64;
/** Passages and characters that one search looks at. What is left is found by going on from its cursor. */
const CANDIDATES = 5_000;
const CHARACTERS = 8_000_000;
/** An object holds 10 GB. Above this nothing is added to the index, so that there is room for what matters more. */
const FULL = 8e9;

type Row = {
  id: number;
  seq: number;
  kind: EntryKind;
  field: string;
  at: string;
  line: number;
  carry: number;
  carry_seq: number;
  text: string;
};

const COLUMNS = "p.id, p.seq, p.kind, p.field, p.at, p.line, p.carry, p.carry_seq, p.text";

/** A passage that has all words of a query; `number` is its session's. */
export interface Found extends Pick<Row, "seq" | "kind" | "field" | "at"> {
  number: number;
  lines: FoundLine[];
}

/**
 * Full-text index of one client group. FTS5 holds which trigrams a passage has, without their places; the passages themselves say
 * whether the words are there. That makes any part of an identifier findable, in 0.8 of the text's size beside the text.
 */
export class SearchIndex {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Adds passages of a session, behind those that it has. Call it in a transaction. @throws WorkerError `search/full`. */
  add(number: number, passages: readonly Passage[]): void {
    if (this.#sql.databaseSize > FULL) throw new WorkerError("search/full", "There is no room in the index of this client group.");
    const { last } = this.#sql
      .exec<{ last: number | null }>("SELECT max(id) AS last FROM passages WHERE id BETWEEN ? AND ?", ...rangeOf(number))
      .one();
    let id = last ?? number * PER_SESSION - 1;
    const rows = passages.map(({ seq, kind, field, at, line, carry, carrySeq, text }) => {
      id++;
      return [id, seq, kind, field, at, line, carry, carrySeq, text] as const;
    });
    insertRows(this.#sql, "passages (id, seq, kind, field, at, line, carry, carry_seq, text)", rows);
    insertRows(
      this.#sql,
      "trigrams (rowid, text)",
      rows.map((row) => [row[0], fold(row[8])]),
    );
  }

  /** What has all words of the query, and where to go on; no cursor at the end. */
  find(query: SearchQuery): { found: Found[]; cursor: string | undefined } {
    const { words, match } = parseQuery(query.q);
    const found: Found[] = [];
    if (words.length === 0) return { found, cursor: undefined };
    let candidates = 0;
    let characters = 0;
    for (const row of this.#candidates(query, match, placeOf(query.cursor))) {
      const lines = findWords(row.text, row.carry, row.line, words);
      if (lines !== undefined) {
        const { seq, kind, field, at } = row;
        found.push({ number: Math.floor(row.id / PER_SESSION), seq, kind, field, at, lines });
      }
      candidates++;
      characters += row.text.length;
      if (found.length === query.limit || candidates === CANDIDATES || characters > CHARACTERS) {
        return { found, cursor: encodeCursor(String(row.id)) };
      }
    }
    return { found, cursor: undefined };
  }

  /** Takes lines that were erased out of text and index, and what was carried over from them. Call it in a transaction. */
  erase(number: number, { seq, field, lines }: PlaceView): void {
    const erased = new Set(lines);
    const rows = this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM passages p WHERE id BETWEEN ? AND ? AND (seq = ? OR carry_seq = ?)`,
        ...rangeOf(number),
        seq,
        seq,
      )
      .toArray();
    for (const row of rows) {
      if (row.field !== field) continue;
      const own = row.text.slice(row.carry);
      const kept = row.seq === seq ? withoutLines(own, row.line, erased) : own;
      const keepsCarry = row.carry_seq !== seq || (row.seq === seq && !erased.has(row.line));
      const carry = keepsCarry ? row.text.slice(0, row.carry) : "";
      this.#replace(row, carry + kept, carry.length);
    }
  }

  /** The old bytes are overwritten first: what a shorter text leaves free may linger otherwise. */
  #replace({ id, text: old }: Row, text: string, carry: number): void {
    if (old === text) return;
    this.#sql.exec("INSERT INTO trigrams (trigrams, rowid, text) VALUES ('delete', ?, ?)", id, fold(old));
    this.#sql.exec("UPDATE passages SET text = zeroblob(length(CAST(text AS BLOB))) WHERE id = ?", id);
    this.#sql.exec("UPDATE passages SET text = ?, carry = ? WHERE id = ?", text, carry, id);
    this.#sql.exec("INSERT INTO trigrams (rowid, text) VALUES (?, ?)", id, fold(text));
  }

  /** Passages below place `before` that may have the words, the newest first. */
  *#candidates(query: SearchQuery, match: string | undefined, before: number): Generator<Row> {
    const { all, bindings } = conditionsOf(query);
    if (all.length === 0) return yield* this.#between(match, 0, before, "", []);
    const few = this.#sql
      .exec<{ number: number }>(
        `SELECT number FROM sessions s WHERE number <= ? AND ${all.join(" AND ")} ORDER BY number DESC LIMIT ${FEW + 1}`,
        Math.floor(before / PER_SESSION),
        ...bindings,
      )
      .toArray();
    if (few.length <= FEW) {
      for (const { number } of few) {
        const [first, last] = rangeOf(number);
        yield* this.#between(match, first, Math.min(before, last + 1), "", []);
      }
      return;
    }
    const condition = `AND EXISTS (SELECT 1 FROM sessions s WHERE s.number = p.id / ${PER_SESSION} AND ${all.join(" AND ")})`;
    yield* this.#between(match, 0, before, condition, bindings);
  }

  #between(match: string | undefined, from: number, before: number, condition: string, bindings: (string | number)[]) {
    if (match === undefined) {
      const scan = `SELECT ${COLUMNS} FROM passages p WHERE p.id >= ? AND p.id < ? ${condition} ORDER BY p.id DESC`;
      return this.#sql.exec<Row>(scan, from, before, ...bindings);
    }
    return this.#sql.exec<Row>(
      `SELECT ${COLUMNS} FROM trigrams CROSS JOIN passages p ON p.id = trigrams.rowid
       WHERE trigrams MATCH ? AND trigrams.rowid >= ? AND trigrams.rowid < ? ${condition} ORDER BY trigrams.rowid DESC`,
      match,
      from,
      before,
      ...bindings,
    );
  }
}

/** First and last id of a session's passages. */
function rangeOf(number: number): [first: number, last: number] {
  return [number * PER_SESSION, (number + 1) * PER_SESSION - 1];
}

/** @throws WorkerError `request/malformed`. */
function placeOf(cursor: string | undefined): number {
  const place = Number(parseCursor(cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER);
  if (Number.isSafeInteger(place)) return place;
  throw new WorkerError("request/malformed", "This cursor was not made by this search.");
}

function withoutLines(text: string, first: number, erased: ReadonlySet<number>): string {
  const lines = text.split("\n");
  return lines.map((line, i) => (erased.has(first + i) ? "" : line)).join("\n");
}
