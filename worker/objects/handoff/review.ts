import type { SessionRedaction } from "../../../record/session-redaction.ts";
import { now } from "../../clock.ts";
import { notFound, WorkerError } from "../../error.ts";
import { newId } from "../../id.ts";
import type { PlaceView, RedactionBody, RedactionView, ReviewBody, SelectedSession, SessionRow } from "../../schema.ts";
import type { Actor } from "../organization.ts";

type SelectionTuple = {
  session: string;
  row: string;
  changed: number;
  reviewed: number | null;
  reviewed_by: string | null;
  reviewed_at: string | null;
  reviewed_id: string | null;
  second: number | null;
  second_by: string | null;
  second_at: string | null;
  title: string | null;
  note: string;
  todo: string;
};

type RedactionTuple = {
  id: string;
  session: string;
  seq: number;
  field: string;
  line: number;
  reason: RedactionView["reason"];
  shown: string | null;
  by: string;
  at: string;
};

/** What a later version of a handoff begins with. */
export interface ReviewCopy {
  sessions: (Pick<SelectedSession, "title" | "note" | "todo" | "reviewed" | "second"> & { row: SessionRow; by: string | null })[];
  /** `found`: whether it follows from decisions about findings. */
  redactions: (RedactionView & { found: boolean })[];
}

export interface LinePlace {
  session: string;
  seq: number;
  field: string;
  /** From 0. */
  line: number;
}

/** @property shown the masked rendering; null where the whole line is hidden. */
export interface FoundRedaction {
  reason: RedactionView["reason"];
  shown: string | null;
}

/**
 * What is selected, hidden and said. Each change gets a number of its own; a session counts as reviewed only while the number of its
 * review is above that of its last change.
 */
export class Review {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** In order of their times. */
  sessions(): SelectedSession[] {
    const counts = new Map(
      this.#sql
        .exec<{ session: string; count: number }>("SELECT session, count(*) AS count FROM redactions GROUP BY session")
        .toArray()
        .map(({ session, count }) => [session, count]),
    );
    return this.#sql
      .exec<SelectionTuple>("SELECT * FROM selection WHERE selected")
      .toArray()
      .map((tuple) => selected(tuple, counts.get(tuple.session) ?? 0))
      .sort((a, b) => (a.opened + a.session < b.opened + b.session ? -1 : 1));
  }

  /** @throws WorkerError `not-found` unless the session is selected. */
  session(session: string): SelectedSession {
    const tuple = this.#tuple(session);
    return selected(tuple, this.redactions(session).length);
  }

  /** Selects these and no others. What was said of a session and hidden in it is still there when it comes back. */
  select(rows: readonly SessionRow[]): void {
    this.#sql.exec("UPDATE selection SET selected = 0");
    for (const row of rows) {
      this.#sql.exec(
        `INSERT INTO selection (session, selected, row, changed, note, todo) VALUES (?, 1, ?, ?, '', '[]')
         ON CONFLICT (session) DO UPDATE SET selected = 1, row = excluded.row`,
        row.session,
        JSON.stringify(row),
        this.#nextChange(),
      );
    }
  }

  redactions(session?: string): RedactionView[] {
    return this.#sql
      .exec<RedactionTuple>(
        `SELECT r.id, session, r.seq, r.field, r.line, r.reason, r.shown, r.by, r.at FROM redactions r JOIN selection USING (session) WHERE selected AND (?1 IS NULL OR session = ?1)
         ORDER BY session, seq, field, line`,
        session ?? null,
      )
      .toArray()
      .map(({ id, ...rest }) => ({ redaction: id, ...rest }));
  }

  /** The redactions of one session as record/session-redaction.ts takes them. */
  hidden(session: string): SessionRedaction[] {
    return this.redactions(session).map(({ seq, field, line, reason, shown }) => ({
      seq,
      field,
      line,
      reason,
      ...(shown === null ? {} : { shown }),
    }));
  }

  /** @throws WorkerError `handoff/already-redacted`, `not-found`. */
  redact(place: RedactionBody, by: Actor): RedactionView {
    this.#tuple(place.session);
    const { session, seq, field, line, reason, shown } = place;
    const there = this.#sql
      .exec("SELECT 1 FROM redactions WHERE session = ? AND seq = ? AND field = ? AND line = ?", session, seq, field, line)
      .toArray();
    if (there.length > 0)
      throw new WorkerError("handoff/already-redacted", "This line is hidden already. Take that redaction back first.");
    const redaction = newId("red");
    const at = now();
    this.#sql.exec(
      "INSERT INTO redactions (id, session, seq, field, line, reason, shown, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      redaction,
      session,
      seq,
      field,
      line,
      reason,
      shown ?? null,
      by.name,
      at,
    );
    this.#touch(session);
    return { redaction, session, seq, field, line, reason, shown: shown ?? null, by: by.name, at };
  }

  /**
   * Hides a line as decisions about findings in it ask for, or shows it again. What a person hid stays hidden as it is.
   * @param hidden null when nothing in the line is to be hidden.
   */
  redactFound({ session, seq, field, line }: LinePlace, hidden: FoundRedaction | null, by: Actor): void {
    const place = [session, seq, field, line] as const;
    const where = "session = ? AND seq = ? AND field = ? AND line = ?";
    type Row = { found: number; reason: string; shown: string | null };
    const there = this.#sql.exec<Row>(`SELECT found, reason, shown FROM redactions WHERE ${where}`, ...place).toArray()[0];
    if (there?.found === 0) return;
    if (there?.reason === hidden?.reason && there?.shown === hidden?.shown) return;
    this.#sql.exec(`DELETE FROM redactions WHERE ${where}`, ...place);
    if (hidden !== null) {
      this.#sql.exec(
        "INSERT INTO redactions (id, session, seq, field, line, reason, shown, by, at, found) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        newId("red"),
        ...place,
        hidden.reason,
        hidden.shown,
        by.name,
        now(),
      );
    }
    this.#touch(session);
  }

  /** @returns the line that is shown again. @throws WorkerError `not-found`. */
  unredact(redaction: string): LinePlace {
    type Row = { session: string; seq: number; field: string; line: number };
    const row = this.#sql.exec<Row>("SELECT session, seq, field, line FROM redactions WHERE id = ?", redaction).toArray()[0];
    if (row === undefined) throw notFound();
    this.#sql.exec("DELETE FROM redactions WHERE id = ?", redaction);
    this.#touch(row.session);
    return row;
  }

  /** All of it, for a later version of the handoff. */
  copy(): ReviewCopy {
    const sessions = this.sessions().map(({ title, note, todo, reviewed, second, redactions: _, ...row }) => ({
      ...{ row, title, note, todo, reviewed, second, by: this.#tuple(row.session).reviewed_id },
    }));
    const found = new Set(
      this.#sql
        .exec<{ id: string }>("SELECT id FROM redactions WHERE found")
        .toArray()
        .map(({ id }) => id),
    );
    return { sessions, redactions: this.redactions().map((one) => ({ ...one, found: found.has(one.redaction) })) };
  }

  /** Begins with what an earlier version had. What was reviewed there is reviewed: it is the same. */
  adopt({ sessions, redactions }: ReviewCopy): void {
    const changed = this.#nextChange();
    const seen = this.#nextChange();
    const again = this.#nextChange();
    for (const { row, title, note, todo, reviewed, second, by } of sessions) {
      this.#sql.exec(
        `INSERT INTO selection (session, selected, row, changed, reviewed, reviewed_by, reviewed_at, reviewed_id, second, second_by,
         second_at, title, note, todo) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[row.session, JSON.stringify(row), changed],
        ...[reviewed && seen, reviewed?.by ?? null, reviewed?.at ?? null, by],
        ...[second && again, second?.by ?? null, second?.at ?? null],
        ...[title || null, note, JSON.stringify(todo)],
      );
    }
    for (const { session, seq, field, line, reason, shown, by, at, found } of redactions) {
      const insert =
        "INSERT INTO redactions (id, session, seq, field, line, reason, shown, by, at, found) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
      this.#sql.exec(insert, newId("red"), session, seq, field, line, reason, shown, by, at, found ? 1 : 0);
    }
  }

  /** Has the session reviewed again, if it was ever selected. */
  reopen(session: string): void {
    this.#touch(session);
  }

  /** Lines of a session are gone: what hid them has nothing left to hide, and a masked rendering must not outlive its line. */
  forget(row: SessionRow, erased: readonly PlaceView[]): void {
    const { session, subject, technician } = row;
    const update = "UPDATE selection SET row = json_set(row, '$.subject', ?, '$.technician', ?) WHERE session = ?";
    this.#sql.exec(update, subject, technician, session);
    for (const { seq, field, lines } of erased) {
      for (const line of lines) {
        const place = "session = ? AND seq = ? AND field = ? AND line = ?";
        this.#sql.exec(`DELETE FROM redactions WHERE ${place}`, session, seq, field, line);
      }
    }
    this.#touch(session);
  }

  /** Whether the session is selected. */
  has(session: string): boolean {
    return this.#sql.exec("SELECT 1 FROM selection WHERE selected AND session = ?", session).toArray().length > 0;
  }

  /** Takes down what is said of a session, and whether it is reviewed. A second reviewer has to look at it again. */
  review(session: string, { title, note, todo, reviewed }: ReviewBody, by: Actor): SelectedSession {
    this.#tuple(session);
    this.#sql.exec(
      `UPDATE selection SET title = ?, note = ?, todo = ?, reviewed = ?, reviewed_by = ?, reviewed_at = ?, reviewed_id = ?, second = NULL
       WHERE session = ?`,
      title ?? null,
      note,
      JSON.stringify(todo),
      reviewed ? this.#nextChange() : null,
      reviewed ? by.name : null,
      reviewed ? now() : null,
      reviewed ? by.id : null,
      session,
    );
    return this.session(session);
  }

  /**
   * Takes down that another person reviewed the session as well.
   * @throws WorkerError `handoff/not-reviewed` when nobody did so after its last change, `handoff/same-reviewer`.
   */
  reviewAgain(session: string, by: Actor): SelectedSession {
    const { reviewed } = this.session(session);
    if (reviewed === null) throw new WorkerError("handoff/not-reviewed", "Nobody has reviewed this session since its last change.");
    const { reviewed_id: first } = this.#tuple(session);
    if (first === null ? reviewed.by === by.name : first === by.id) {
      throw new WorkerError(
        "handoff/same-reviewer",
        "You have reviewed this session yourself. The second reviewer must be somebody else.",
      );
    }
    const update = "UPDATE selection SET second = ?, second_by = ?, second_at = ? WHERE session = ?";
    this.#sql.exec(update, this.#nextChange(), by.name, now(), session);
    return this.session(session);
  }

  /** @throws WorkerError `handoff/not-second-reviewed` unless another person reviewed each session as well. */
  demandSecond(): void {
    const open = this.sessions().filter(({ second }) => second === null).length;
    if (open === 0) return;
    throw new WorkerError(
      "handoff/not-second-reviewed",
      `${open} of the sessions must be reviewed by a second person, who has not done so.`,
    );
  }

  /** @throws WorkerError `handoff/not-reviewed` unless at least one session is selected, and all are reviewed after their last change. */
  demandReviewed(): void {
    const sessions = this.sessions();
    if (sessions.length === 0) throw new WorkerError("handoff/not-reviewed", "No session is selected.");
    const open = sessions.filter(({ reviewed }) => reviewed === null).length;
    if (open > 0) {
      throw new WorkerError(
        "handoff/not-reviewed",
        `${open} of ${sessions.length} sessions are not reviewed since their last change.`,
      );
    }
  }

  #tuple(session: string): SelectionTuple {
    const tuple = this.#sql.exec<SelectionTuple>("SELECT * FROM selection WHERE selected AND session = ?", session).toArray()[0];
    if (tuple === undefined) throw notFound();
    return tuple;
  }

  #touch(session: string): void {
    this.#sql.exec("UPDATE selection SET changed = ? WHERE session = ?", this.#nextChange(), session);
  }

  #nextChange(): number {
    return this.#sql.exec<{ change: number }>("UPDATE handoff SET change = change + 1 RETURNING change").one().change;
  }
}

function selected(tuple: SelectionTuple, redactions: number): SelectedSession {
  const { reviewed, reviewed_by: by, reviewed_at: at, second, second_by, second_at } = tuple;
  const current = reviewed !== null && reviewed > tuple.changed && by !== null && at !== null;
  const isSecond = current && second !== null && second > reviewed && second > tuple.changed;
  return {
    ...(JSON.parse(tuple.row) as SessionRow),
    title: tuple.title ?? "",
    note: tuple.note,
    todo: JSON.parse(tuple.todo) as string[],
    reviewed: current ? { by, at } : null,
    second: isSecond && second_by !== null && second_at !== null ? { by: second_by, at: second_at } : null,
    redactions,
  };
}
