import type { Entry } from "../../../record/entry.ts";
import type { OpenText } from "../../../record/text.ts";
import type { SessionMessage } from "../../../record/wire.ts";
import { WorkerError } from "../../error.ts";
import { randomDigits } from "../../id.ts";
import type { RequestView } from "../../schema.ts";

type Row = { id: string; by: string; command: string; state: RequestView["state"]; asked: number | null; entry: number | null };

type Unheard = Pick<Row, "id" | "by" | "command"> & { reason: string; seen: string | null };
type RunMessage = Extract<SessionMessage, { type: "run" }>;

const OPEN = "state IN ('sent', 'asked', 'running')";

/**
 * What technicians asked the endpoint to run. One that the endpoint has reported nothing of is sent again when it comes back, under the
 * same number, by which it knows what it has taken up. Its fate is read off the entries that the endpoint reports.
 */
export class Requests {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(by: string, command: string, reason: string, seen: string | undefined): RunMessage {
    const request = randomDigits(16);
    this.#sql.exec(
      "INSERT INTO requests (id, by, command, reason, seen, state) VALUES (?, ?, ?, ?, ?, 'sent')",
      ...[request, by, command, reason, seen ?? null],
    );
    return runMessage({ id: request, by, command, reason, seen: seen ?? null });
  }

  /** What an endpoint that comes back may not have heard: requests that it reported nothing of, and that others are taken back. */
  unheard(): SessionMessage[] {
    const unanswered = this.#sql
      .exec<Unheard>("SELECT id, by, command, reason, seen FROM requests WHERE state = 'sent' ORDER BY number")
      .toArray();
    const withdrawn = this.#sql
      .exec<{ id: string }>(`SELECT id FROM requests WHERE withdrawn = 1 AND ${OPEN} ORDER BY number`)
      .toArray();
    return [...unanswered.map(runMessage), ...withdrawn.map(({ id }) => ({ type: "cancel" as const, request: id }))];
  }

  /** Those that aren't finished, in the order in which they were made. */
  open(): RequestView[] {
    return this.#sql
      .exec<Row>(`SELECT id, by, command, state, asked, entry FROM requests WHERE ${OPEN} ORDER BY number`)
      .toArray()
      .map(({ id, ...rest }) => ({ request: id, ...rest }));
  }

  /**
   * Ends a request that the endpoint has not taken up yet; one that it has, it ends itself.
   * @throws WorkerError `session/no-such-request`.
   */
  cancel(id: string): void {
    const row = this.#sql
      .exec<Row>(`SELECT id, by, command, state, asked, entry FROM requests WHERE id = ? AND ${OPEN}`, id)
      .toArray()[0];
    if (row === undefined)
      throw new WorkerError("session/no-such-request", "This command is over already, or was never asked for.");
    const change = row.state === "sent" ? "state = 'cancelled'" : "withdrawn = 1";
    this.#sql.exec(`UPDATE requests SET ${change} WHERE id = ?`, id);
  }

  cancelAll(): void {
    this.#sql.exec(`UPDATE requests SET state = 'cancelled' WHERE ${OPEN}`);
  }

  /**
   * Takes note of a stored entry.
   * @param refersOf which entry an entry refers to.
   */
  follow(
    entry: Entry,
    text: Readonly<Record<string, OpenText>>,
    refersOf: ((seq: number) => number | undefined) | undefined,
  ): void {
    switch (entry.kind) {
      case "approval.asked":
        this.#take(entry.by, text.command, "asked", "asked", entry.seq);
        break;
      case "approval.answered":
        if (entry.answer !== "approved" && entry.answer !== "standing") {
          this.#sql.exec("UPDATE requests SET state = 'done' WHERE asked = ? AND state = 'asked'", entry.asked);
        }
        break;
      case "command": {
        const asked = entry.answered === undefined ? undefined : refersOf?.(entry.answered);
        if (asked === undefined) this.#take(entry.by, text.command, "running", "entry", entry.seq);
        else
          this.#sql.exec("UPDATE requests SET state = 'running', entry = ? WHERE asked = ? AND state = 'asked'", entry.seq, asked);
        break;
      }
      case "finished":
        this.#sql.exec("UPDATE requests SET state = 'done' WHERE entry = ? AND state = 'running'", entry.command);
        break;
    }
  }

  /** The oldest request of these words that waits is the one that the endpoint took up: it runs them in order. */
  #take(by: string, command: OpenText | undefined, state: "asked" | "running", column: "asked" | "entry", seq: number): void {
    this.#sql.exec(
      `UPDATE requests SET state = ?, ${column} = ? WHERE number =
       (SELECT min(number) FROM requests WHERE state = 'sent' AND by = ? AND command = ?)`,
      state,
      seq,
      by,
      command?.lines.join("\n") ?? "",
    );
  }
}

function runMessage({ id, by, command, reason, seen }: Unheard): RunMessage {
  return { type: "run", request: id, by, command, reason, ...(seen === null ? {} : { seen }) };
}
