import { toHex, utf8 } from "../../../record/bytes.ts";
import { nobleHashes } from "../../../record/hash.ts";
import { now } from "../../clock.ts";
import { pageOf, parseCursor } from "../../cursor.ts";
import { notFound } from "../../error.ts";
import { newId } from "../../id.ts";
import type { FindingKind, TextFinding } from "../../scan/finding.ts";
import type { DecisionBody, FindingsQuery, FindingView, ScannedSession, ScanSettings } from "../../scan-schema.ts";
import type { Page } from "../../schema.ts";
import type { Actor } from "../organization.ts";

/** A finding with its place in a session. `text` is what was found; of it only a keyed digest is kept. */
export interface SessionFinding extends TextFinding {
  seq: number;
  field: string;
  /** What equal findings have in common: the text, or of a name the person's whole name. */
  text: string;
}

type Told = Omit<FindingView, "finding" | "equal" | "decision">;

/** A finding as it is stored. */
export interface StoredFinding extends Told, Record<string, SqlStorageValue> {
  id: string;
  /** Keyed digest of what was found: equal findings have the same. */
  same: string;
  decision: Exclude<FindingView["decision"], "hidden">;
}

/** What a later version of a handoff begins with. */
export interface FindingsCopy {
  scan: { settings: string; key: ArrayBuffer }[];
  scans: { session: string; at: string; terms: number }[];
  findings: StoredFinding[];
  aliases: { same: string; word: string; number: number }[];
}

/** Whether a redaction made by a person hides the whole line: then there is nothing left to decide. */
const HIDDEN = `EXISTS (SELECT 1 FROM redactions AS r WHERE r.session = f.session AND r.seq = f.seq AND r.field = f.field
  AND r.line = f.line AND r.shown IS NULL)`;
const OPEN = `f.decision IS NULL AND NOT ${HIDDEN}`;

const WORDS: Record<FindingKind, string> = {
  "private-key": "private key",
  password: "password",
  token: "key",
  connection: "password",
  "password-hash": "password hash",
  email: "e-mail",
  phone: "phone number",
  "payment-card": "card",
  iban: "bank account",
  "national-id": "id number",
  "date-of-birth": "date of birth",
  name: "person",
  term: "term",
  account: "account",
  "private-address": "address",
};

/** What the scanner found in the sessions of a handoff, and what was decided about it. The texts themselves are not stored. */
export class Findings {
  readonly #sql: SqlStorage;
  /** Scans at work. */
  readonly #running = new Set<string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  settings(): ScanSettings {
    const row = this.#sql.exec<{ settings: string }>("SELECT settings FROM scan").toArray()[0];
    if (row === undefined) return { accounts: false, privateAddresses: false };
    const { accounts, privateAddresses } = JSON.parse(row.settings) as ScanSettings;
    return { accounts, privateAddresses };
  }

  /** Other settings make every scan out of date; decisions stay with what is found again. */
  setSettings(settings: ScanSettings): void {
    this.#key();
    if (JSON.stringify(settings) === JSON.stringify(this.settings())) return;
    this.#sql.exec("UPDATE scan SET settings = ?", JSON.stringify(settings));
    this.#sql.exec("DELETE FROM scans");
  }

  /** A scan begins. What it finds is taken down piece by piece, so that a session may hold any number. @returns what names the scan. */
  begin(): string {
    const run = crypto.randomUUID();
    this.#running.add(run);
    // What a scan left behind that was stopped with its object.
    for (const { run: other } of this.#sql.exec<{ run: string }>("SELECT DISTINCT run FROM scanning").toArray()) {
      if (!this.#running.has(other)) this.#sql.exec("DELETE FROM scanning WHERE run = ?", other);
    }
    return run;
  }

  /** Takes down what a scan found next in its session. */
  add(run: string, session: string, found: readonly SessionFinding[]): void {
    const key = this.#key();
    for (const one of found) {
      const same = toHex(nobleHashes.sha256(new Uint8Array([...key, ...utf8(`${one.kind}\n${one.text}`)]))).slice(0, 32);
      this.#sql.exec(
        `INSERT INTO scanning (run, id, session, seq, field, line, start, "end", kind, rule, sure, same)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[run, newId("fnd"), session, one.seq, one.field, one.line, one.start, one.end, one.kind, one.rule, one.sure, same],
      );
    }
  }

  /**
   * What a scan found takes the place of what was found in the session before. What was decided about the same text in the same place stays.
   * @param terms version of the client's words that were looked for.
   */
  store(run: string, session: string, terms: number): void {
    this.#sql.exec(
      `UPDATE scanning AS n SET id = f.id, decision = f.decision, reason = f.reason, because = f.because, by = f.by, at = f.at
       FROM findings AS f WHERE n.run = ?1 AND f.session = ?2 AND f.seq = n.seq AND f.field = n.field AND f.line = n.line
         AND f.start = n.start AND f."end" = n."end" AND f.kind = n.kind AND f.same = n.same`,
      run,
      session,
    );
    this.#sql.exec("DELETE FROM findings WHERE session = ?", session);
    this.#sql.exec(
      `INSERT INTO findings SELECT id, session, seq, field, line, start, "end", kind, rule, sure, same, decision, reason, because, by, at
       FROM scanning WHERE run = ?`,
      run,
    );
    const insert =
      "INSERT INTO scans (session, at, terms) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, terms = excluded.terms";
    this.#sql.exec(insert, session, now(), terms);
  }

  /** A scan has ended, be it with a failure. */
  end(run: string): void {
    this.#running.delete(run);
    this.#sql.exec("DELETE FROM scanning WHERE run = ?", run);
  }

  /** Lines of a session are gone, and with them what was found there. */
  forget(session: string, seq: number, field: string, lines: readonly number[]): void {
    for (const line of lines) {
      this.#sql.exec("DELETE FROM findings WHERE session = ? AND seq = ? AND field = ? AND line = ?", session, seq, field, line);
    }
  }

  /** @param terms version of the client's words now: what was scanned with others was not scanned. */
  sessions(terms: number): ScannedSession[] {
    return this.#sql
      .exec<{ session: string; scanned: string | null; findings: number; open: number }>(
        `SELECT selection.session, scans.at AS scanned, count(f.id) AS findings, ifnull(sum(f.id IS NOT NULL AND ${OPEN}), 0) AS open
         FROM selection LEFT JOIN scans ON scans.session = selection.session AND scans.terms = ?
         LEFT JOIN findings AS f ON f.session = selection.session
         WHERE selection.selected GROUP BY selection.session ORDER BY json_extract(selection.row, '$.opened'), selection.session`,
        terms,
      )
      .toArray();
  }

  list({ session, kind, state, cursor, limit }: FindingsQuery): Page<FindingView> {
    const rows = this.#sql
      .exec<StoredFinding & { number: number; equal: number; hidden: number }>(
        `SELECT * FROM (SELECT f.*, row_number() OVER (ORDER BY json_extract(selection.row, '$.opened'), f.session, f.seq, f.field, f.line, f.start) AS number,
           count(*) OVER (PARTITION BY f.same) AS equal, ${HIDDEN} AS hidden
           FROM findings AS f JOIN selection ON selection.session = f.session WHERE selection.selected)
         WHERE number > ?1 AND (?2 IS NULL OR session = ?2) AND (?3 IS NULL OR kind = ?3)
           AND (?4 IS NULL OR (?4 = 'open') = (decision IS NULL AND NOT hidden)) ORDER BY number LIMIT ?5`,
        Number(parseCursor(cursor, 1)?.[0] ?? 0),
        session ?? null,
        kind ?? null,
        state ?? null,
        limit + 1,
      )
      .toArray();
    return pageOf(rows, limit, viewOf, ({ number }) => [String(number)]);
  }

  /** @throws WorkerError `not-found`. */
  get(id: string): StoredFinding {
    const row = this.#sql
      .exec<StoredFinding>("SELECT f.* FROM findings AS f JOIN selection USING (session) WHERE selected AND f.id = ?", id)
      .toArray()[0];
    if (row === undefined) throw notFound();
    return row;
  }

  /**
   * What is still to be decided so: this finding, all equal ones, or all of its kind about which nothing is decided.
   * @param most how many are given of `all`.
   */
  within(finding: StoredFinding, { scope, decision }: DecisionBody, most: number): { pending: StoredFinding[]; all: number } {
    const where = {
      this: "f.id = ?1",
      equal: "f.same = ?1 AND f.decision IS NOT ?2",
      kind: `f.kind = ?1 AND ${OPEN} AND f.decision IS NOT ?2`,
    }[scope];
    const value = { this: finding.id, equal: finding.same, kind: finding.kind }[scope];
    const from = `FROM findings AS f JOIN selection USING (session) WHERE selected AND ${where}`;
    const given = scope === "this" ? [value] : [value, decision === "undo" ? null : decision];
    const { all } = this.#sql.exec<{ all: number }>(`SELECT count(*) AS "all" ${from}`, ...given).one();
    const pending = this.#sql
      .exec<StoredFinding>(`SELECT f.* ${from} ORDER BY session, seq, field, line LIMIT ${most}`, ...given)
      .toArray();
    return { pending, all };
  }

  decide(id: string, { decision, because }: DecisionBody, reason: string | null, by: Actor): void {
    if (decision === "undo") {
      this.#sql.exec("UPDATE findings SET decision = NULL, reason = NULL, because = NULL, by = NULL, at = NULL WHERE id = ?", id);
      return;
    }
    this.#sql.exec(
      "UPDATE findings SET decision = ?, reason = ?, because = ?, by = ?, at = ? WHERE id = ?",
      decision,
      reason,
      decision === "keep" ? (because ?? null) : null,
      by.name,
      now(),
      id,
    );
  }

  /** Has decisions to hide something in a line made again, which is shown now. */
  reopen({ session, seq, field, line }: Pick<StoredFinding, "session" | "seq" | "field" | "line">): void {
    this.#sql.exec(
      `UPDATE findings SET decision = NULL, reason = NULL, because = NULL, by = NULL, at = NULL
       WHERE session = ? AND seq = ? AND field = ? AND line = ? AND decision IN ('redact', 'mask')`,
      ...[session, seq, field, line],
    );
  }

  /** All findings of one line, in order. */
  ofLine({ session, seq, field, line }: Pick<StoredFinding, "session" | "seq" | "field" | "line">): StoredFinding[] {
    return this.#sql
      .exec<StoredFinding>(
        "SELECT * FROM findings WHERE session = ? AND seq = ? AND field = ? AND line = ? ORDER BY start",
        session,
        seq,
        field,
        line,
      )
      .toArray();
  }

  /** What stands in place of a masked part: the same for equal ones throughout the handoff, so that `[person 2]` is always the same one. */
  alias({ same, kind }: Pick<StoredFinding, "same" | "kind">): string {
    const word = WORDS[kind];
    const there = this.#sql.exec<{ number: number }>("SELECT number FROM aliases WHERE same = ?", same).toArray()[0];
    if (there !== undefined) return `[${word} ${there.number}]`;
    const { number } = this.#sql
      .exec<{ number: number }>(
        "INSERT INTO aliases SELECT ?1, ?2, 1 + (SELECT count(*) FROM aliases WHERE word = ?2) RETURNING number",
        same,
        word,
      )
      .one();
    return `[${word} ${number}]`;
  }

  /** All of it, for a later version of the handoff. */
  copy(): FindingsCopy {
    const all = <Row extends Record<string, SqlStorageValue>>(table: string) =>
      this.#sql.exec<Row>(`SELECT * FROM ${table}`).toArray();
    return { scan: all("scan"), scans: all("scans"), findings: all("findings"), aliases: all("aliases") };
  }

  /** Begins with what an earlier version found and decided, so that the same thing has the same name there and here. */
  adopt({ scan, scans, findings, aliases }: FindingsCopy): void {
    for (const { settings, key } of scan) this.#sql.exec("INSERT INTO scan (settings, key) VALUES (?, ?)", settings, key);
    for (const { session, at, terms } of scans) {
      this.#sql.exec("INSERT INTO scans (session, at, terms) VALUES (?, ?, ?)", session, at, terms);
    }
    for (const one of findings) {
      this.#sql.exec(
        "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ...[newId("fnd"), one.session, one.seq, one.field, one.line, one.start, one.end, one.kind, one.rule, one.sure, one.same],
        ...[one.decision, one.reason, one.because, one.by, one.at],
      );
    }
    for (const { same, word, number } of aliases) {
      this.#sql.exec("INSERT INTO aliases (same, word, number) VALUES (?, ?, ?)", same, word, number);
    }
  }

  /** Without it a digest of a short password could be tried out. Made when it is first needed. */
  #key(): Uint8Array {
    const row = this.#sql.exec<{ key: ArrayBuffer }>("SELECT key FROM scan").toArray()[0];
    if (row !== undefined) return new Uint8Array(row.key);
    const key = crypto.getRandomValues(new Uint8Array(32));
    this.#sql.exec("INSERT INTO scan VALUES (?, ?)", JSON.stringify(this.settings()), key);
    return key;
  }
}

function viewOf(row: StoredFinding & { equal: number; hidden: number }): FindingView {
  const { id, session, seq, field, line, start, end, kind, rule, sure, equal, decision, reason, because, by, at } = row;
  const place = { finding: id, session, seq, field, line, start, end };
  const state = decision ?? (row.hidden === 1 ? "hidden" : null);
  return { ...place, kind, rule, sure, equal, decision: state, reason, because, by, at };
}
