import { now } from "../../clock.ts";
import type { GenerationPhase, GenerationView, HandoffState } from "../../schema.ts";
import type { Actor } from "../organization.ts";

type Row = {
  attempt: number;
  phase: GenerationPhase;
  begun: string | null;
  sessions: number;
  bytes: number;
  files: number;
  failure: string | null;
  code: string | null;
  retry: number | null;
  by_id: string;
  by_name: string;
  back: HandoffState;
  maker: string | null;
  restarts: number;
};

/** How a generation is getting on. There is one at a time. */
export class Progress {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Undefined before the first one, and after one that ended well. */
  get(): Row | undefined {
    return this.#sql.exec<Row>("SELECT * FROM generation").toArray()[0];
  }

  /** @param total how many sessions there are. */
  view(total: number): GenerationView | null {
    const row = this.get();
    if (row === undefined) return null;
    const { attempt, phase, sessions, bytes, files, failure, code, retry } = row;
    const at = retry === null ? null : new Date(retry).toISOString();
    return { attempt, phase, sessions: { done: sessions, total }, bytes, files, failure, code, retry: at };
  }

  /** @param back state that the handoff goes back to when nothing comes of it. */
  start(by: Actor, back: HandoffState, maker: string): void {
    this.clear();
    this.#sql.exec(
      "INSERT INTO generation (attempt, bytes, files, begun, by_id, by_name, back, maker) VALUES (0, 0, 0, ?, ?, ?, ?, ?)",
      ...[now(), by.id, by.name, back, maker],
    );
  }

  /** Another attempt begins. One that is killed can't be counted afterwards. */
  attempt(): void {
    this.#sql.exec("UPDATE generation SET attempt = attempt + 1, retry = NULL");
  }

  /** It got on: attempts are counted anew. */
  advanced({ sessions, bytes, files }: { sessions: number; bytes: number; files: number }): void {
    const update = "UPDATE generation SET attempt = 0, code = NULL, sessions = ?, bytes = ?, files = ?";
    this.#sql.exec(update, sessions, bytes, files);
  }

  phase(phase: GenerationPhase): void {
    this.#sql.exec("UPDATE generation SET phase = ?", phase);
  }

  /** What was made is given up, and is begun again. */
  restart(maker: string): void {
    this.#sql.exec("UPDATE generation SET sessions = 0, bytes = 0, files = 0, maker = ?", maker);
  }

  /** The upload was gone, and all attempts with it. @returns how often that happened in this generation. */
  lostUpload(): number {
    this.#sql.exec("UPDATE generation SET attempt = 0, restarts = restarts + 1");
    return this.get()?.restarts ?? 0;
  }

  /** It goes on later. */
  wait(code: string, retry: number): void {
    this.#sql.exec("UPDATE generation SET code = ?, retry = ?", code, retry);
  }

  fail(code: string, failure: string): void {
    this.#sql.exec("UPDATE generation SET code = ?, failure = ?, retry = NULL", code, failure);
  }

  clear(): void {
    this.#sql.exec("DELETE FROM generation");
  }
}
