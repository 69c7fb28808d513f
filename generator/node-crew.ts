import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Handoff } from "../record/handoff.ts";
import { type PackageFile, packedFile } from "./pack.ts";
import type { SessionCrew } from "./session-files.ts";
import { type PackedRecords, packRecords, type SessionRecords } from "./session-records.ts";
import type { UnplacedRow } from "./zip.ts";

/** To a worker: the handoff once, then one session after another. */
export type CrewOrder = { handoff: Handoff } | { number: number; records: PackedRecords; witnessed: string | null };
/** From a worker: the files of a session, packed, one after another, or why it can't make them. */
export type CrewAnswer = { number: number; rows: UnplacedRow[]; bytes: Uint8Array } | { number: number; error: Error };

/** A session with more entries is made where it is read, as a stream: a worker hands over whole files. Nor may those that wait together have more. */
const MOST_ENTRIES = 5_000;
/** Starting threads takes as long as so many sessions. */
const WORTH_IT = 20;
/** Sessions that wait for a thread or are in its work: enough that it has some left when the caller has made one. */
const QUEUED = 6;

interface Waiting {
  entries: number;
  resolve: (files: PackageFile[]) => void;
  reject: (error: Error) => void;
}

/**
 * Threads that render, hash and deflate sessions with the compiled viewer, beside the one that calls them. While they have enough to do, the caller
 * makes sessions too, so that no core waits for another.
 */
export class NodeCrew implements SessionCrew {
  readonly ahead: number;
  readonly #threads: number;
  #workers: Worker[] = [];
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;

  constructor(threads = Math.max(1, availableParallelism() - 1)) {
    this.#threads = threads;
    // What is ready waits packed, which is little.
    this.ahead = 2 * QUEUED * threads;
  }

  pack(
    handoff: Handoff,
    records: SessionRecords,
    witnessed: string | null,
    here: () => Promise<PackageFile[]>,
  ): Promise<PackageFile[]> | undefined {
    if (handoff.sessions.length < WORTH_IT || records.entries.length > MOST_ENTRIES) return undefined;
    if (this.#workers.length === 0) this.#start(handoff);
    const entries = records.entries.length;
    if (!this.#hasRoom(entries)) return here();
    const number = this.#number++;
    const made = new Promise<PackageFile[]>((resolve, reject) => this.#waiting.set(number, { entries, resolve, reject }));
    const order: CrewOrder = { number, records: packRecords(records), witnessed };
    this.#workers[number % this.#threads]?.postMessage(order);
    return made;
  }

  async close(): Promise<void> {
    const workers = this.#workers;
    this.#workers = [];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #hasRoom(entries: number): boolean {
    const most = QUEUED * this.#threads;
    if (this.#waiting.size >= most) return false;
    let sum = entries;
    for (const one of this.#waiting.values()) sum += one.entries;
    return this.#waiting.size < this.#threads || sum <= MOST_ENTRIES * this.#threads;
  }

  #start(handoff: Handoff): void {
    this.#workers = Array.from({ length: this.#threads }, () => {
      const worker = new Worker(new URL("./node-crew-worker.ts", import.meta.url));
      worker.postMessage({ handoff } satisfies CrewOrder);
      worker.on("message", (answer: CrewAnswer) => this.#take(answer));
      worker.on("error", (error) => this.#fail(error));
      worker.on("exit", () => this.#fail(new Error("expected a generating thread to go on, it ended")));
      return worker;
    });
  }

  #take(answer: CrewAnswer): void {
    const one = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if ("error" in answer) one?.reject(answer.error);
    else {
      let at = 0;
      one?.resolve(
        answer.rows.map((row) => {
          at += row.packed;
          const bytes = answer.bytes.subarray(at - row.packed, at);
          return packedFile({ row, bytes: () => [bytes], close: async () => {} });
        }),
      );
    }
  }

  #fail(error: unknown): void {
    const reason = error instanceof Error ? error : new Error("a generating thread failed");
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
