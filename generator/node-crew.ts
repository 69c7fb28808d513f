import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Handoff, HandoffSession } from "../record/handoff.ts";
import type { SessionFrame } from "../viewer/page.ts";
import { sessionFrame } from "../viewer/renderer.ts";
import { contentType } from "./content-type.ts";
import { nodePlatform } from "./node-platform.ts";
import { type PackageFile, type PackedFile, packFile } from "./pack.ts";
import { recordFiles, type SessionCrew } from "./session-files.ts";
import { type PackedRecords, packRecords, type SessionRecords } from "./session-records.ts";
import type { UnplacedRow } from "./zip.ts";

/** To a worker: the handoff once, then one session after another. */
export type CrewOrder = { handoff: Handoff; frame: SessionFrame } | SessionOrder;
export interface SessionOrder {
  number: number;
  session: HandoffSession;
  records: PackedRecords;
  /** Whether the records' own files are to be packed too. */
  whole: boolean;
  witnessed: string | null;
}
/** From a worker: the files of a session, packed, one after another, or why it can't make them. */
export type CrewAnswer = { number: number; rows: UnplacedRow[]; bytes: Uint8Array } | { number: number; error: Error };

/** Beside this file, and beside a program that this file is bundled into. */
const THREAD = import.meta.url.endsWith(".ts") ? "./node-crew-worker.ts" : "./node-crew-worker.mjs";
/** A session with more entries is made where it is read, as a stream: a worker hands over whole files. */
const MOST_ENTRIES = 5_000;
/** Starting threads takes as long as so many sessions. */
const WORTH_IT = 20;
/** How many sessions a thread may have waiting, so that neither it nor the one that calls stands still while the other has a long one. */
const AHEAD = 8;
/** With so many it has enough to do: then the records' files are packed beside it, which takes a quarter of its work. */
const ENOUGH = 2;

/** Threads that render, hash and deflate sessions with the compiled viewer, beside the one that calls them. */
export class NodeCrew implements SessionCrew {
  readonly ahead: number;
  readonly #threads: number;
  readonly #platform = nodePlatform();
  #workers: Worker[] = [];
  readonly #waiting = new Map<number, { resolve: (files: PackageFile[]) => void; reject: (error: Error) => void }>();
  #number = 0;
  #ready = Promise.resolve();

  constructor(threads = Math.max(1, availableParallelism() - 1)) {
    this.#threads = threads;
    this.ahead = AHEAD * threads;
  }

  pack(handoff: Handoff, records: SessionRecords, witnessed: string | null): Promise<PackageFile[]> | undefined {
    if (handoff.sessions.length < WORTH_IT || records.entries.length > MOST_ENTRIES) return undefined;
    if (this.#workers.length === 0) this.#start(handoff);
    const number = this.#number++;
    const whole = this.#waiting.size < ENOUGH * this.#threads;
    const packed = packRecords(records);
    const own = whole ? [] : recordFiles(records, packed).map((file) => packFile(file, this.#platform));
    const made = new Promise<PackageFile[]>((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
    const order: SessionOrder = { number, session: records.session, records: packed, whole, witnessed };
    const worker = this.#workers[number % this.#threads];
    this.#ready.then(
      () => worker?.postMessage(order),
      (error) => this.#fail(error),
    );
    const all = Promise.all([Promise.all(own), made]).then(([files, rest]) => [...files.map(packedFile), ...rest]);
    // A failure shows where the files are taken.
    all.catch(() => {});
    return all;
  }

  async close(): Promise<void> {
    const workers = this.#workers;
    this.#workers = [];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #start(handoff: Handoff): void {
    this.#workers = Array.from({ length: this.#threads }, () => {
      const worker = new Worker(new URL(THREAD, import.meta.url));
      worker.on("message", (answer: CrewAnswer) => this.#take(answer));
      worker.on("error", (error) => this.#fail(error));
      worker.on("exit", () => this.#fail(new Error("expected a generating thread to go on, it ended")));
      return worker;
    });
    this.#ready = this.#introduce(handoff, this.#workers);
  }

  /** Gives the threads what is the same for all sessions. */
  async #introduce(handoff: Handoff, workers: readonly Worker[]): Promise<void> {
    const order: CrewOrder = { handoff: outlineOf(handoff), frame: await sessionFrame(handoff) };
    for (const worker of workers) worker.postMessage(order);
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

function packedFile({ row: sent, bytes, close }: PackedFile): PackageFile {
  // A type that came along would be a string of its own for each of many files.
  const row = { ...sent, type: contentType(sent.path) };
  const content = () => {
    throw new TypeError("expected a packed file to be taken as it is");
  };
  return { path: row.path, type: row.type, content, packed: { row, bytes, close } };
}

/** What the files of one session say of the others. The rest of a session is given with its records, and forgotten with them: of many, it is much. */
function outlineOf(handoff: Handoff): Handoff {
  const sessions = handoff.sessions.map(
    ({ session, title, opened, entries }) => ({ session, title, opened, entries }) as HandoffSession,
  );
  return { ...handoff, sessions };
}
