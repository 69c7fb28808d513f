import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Handoff, HandoffSession } from "../record/handoff.ts";
import type { SessionFrame } from "../viewer/page.ts";
import { sessionFrame } from "../viewer/renderer.ts";
import { nodePlatform } from "./node-platform.ts";
import { type PackageFile, type PackedFile, packedFile, packFile } from "./pack.ts";
import { loadOf, recordFiles, type SessionCrew } from "./session-files.ts";
import { type PackedRecords, packRecords, type SessionRecords } from "./session-records.ts";
import type { UnplacedRow } from "./zip.ts";

/** To a worker: the handoff once, then one session after another. */
export type CrewOrder = CommonOrder | SessionOrder;
export interface CommonOrder {
  handoff: Handoff;
  frame: SessionFrame;
}
export interface SessionOrder {
  number: number;
  session: HandoffSession;
  records: PackedRecords;
  /** Whether the records' own files are to be packed too. */
  whole: boolean;
  witnessed: string | null;
}
/** From a worker: the files of a session, packed, one after another, or why it can't make them. */
export type CrewAnswer = { number: number; rows: UnplacedRow[]; bytes: Uint8Array<ArrayBuffer> } | { number: number; error: Error };

/** Beside this file, and beside a program that this file is bundled into. */
const THREAD = new URL(import.meta.url.endsWith(".ts") ? "./node-crew-worker.ts" : "./node-crew-worker.mjs", import.meta.url);
/** A session with more entries is made where it is read, as a stream: a worker hands over whole files. */
const MOST_ENTRIES = 5_000;
/** Starting threads takes as long as so many sessions. */
const WORTH_IT = 20;
/**
 * Load of the sessions that are begun: some fifteen sessions, so that the threads still have enough to do while the one that calls begins with the last pages
 * of a package (twice as many take memory that does more where garbage is collected less often); and some sessions for each of many threads, so that none stands still while another has a long one.
 */
const AHEAD = { least: 2_400, aThread: 1_200 };

/** Threads that render, hash and deflate sessions with the compiled viewer, beside the one that calls them. */
export class NodeCrew implements SessionCrew {
  readonly ahead: number;
  readonly #threads: number;
  readonly #thread: URL;
  readonly #platform = nodePlatform();
  #workers: Worker[] = [];
  readonly #waiting = new Map<number, WaitingSession>();
  /** Of these. */
  #load = 0;
  #number = 0;
  /** Of the threads that are there now. */
  #introduced: Promise<void> | undefined;
  #failed: Error | undefined;

  constructor(threads = Math.max(1, availableParallelism() - 1), thread = THREAD) {
    this.#threads = threads;
    this.#thread = thread;
    this.ahead = Math.max(AHEAD.least, AHEAD.aThread * threads);
  }

  begin(sessions: number): void {
    if (sessions >= WORTH_IT && this.#workers.length === 0) this.#start();
  }

  pack(handoff: Handoff, records: SessionRecords, witnessed: string | null): Promise<PackageFile[]> | undefined {
    this.begin(handoff.sessions.length);
    if (this.#workers.length === 0 || records.entries.length > MOST_ENTRIES) return undefined;
    // A thread that ended answers no more.
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    this.#introduced ??= this.#introduce(handoff);
    const number = this.#number++;
    const load = loadOf(records);
    // With half of what may be begun they have enough to do: then the records' files are packed beside them, a quarter of their work.
    const whole = this.#load < this.ahead / 2;
    const packed = packRecords(records);
    const own = whole ? [] : recordFiles(records, packed).map((file) => packFile(file, this.#platform));
    const made = new Promise<PackageFile[]>((resolve, reject) => this.#waiting.set(number, { resolve, reject, load }));
    this.#load += load;
    this.#send({ number, session: records.session, records: packed, whole, witnessed });
    return inTurn(own, made);
  }

  #send(order: SessionOrder): void {
    const send = () => {
      const worker = this.#workers[order.number % this.#threads];
      if (worker === undefined) this.#rejectAll(ended());
      else worker.postMessage(order);
    };
    this.#introduced?.then(send, (error) => this.#rejectAll(error));
  }

  async close(): Promise<void> {
    const workers = this.#workers;
    this.#workers = [];
    this.#introduced = undefined;
    this.#failed = undefined;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #start(): void {
    this.#workers = Array.from({ length: this.#threads }, () => {
      const worker = new Worker(this.#thread);
      worker.on("message", (answer: CrewAnswer) => this.#take(answer));
      worker.on("error", (error) => this.#fail(worker, error));
      worker.on("exit", () => this.#fail(worker, ended()));
      return worker;
    });
  }

  /** Gives the threads what is the same for all sessions. */
  async #introduce(handoff: Handoff): Promise<void> {
    const order: CrewOrder = { handoff: outlineOf(handoff), frame: await sessionFrame(handoff) };
    for (const worker of this.#workers) worker.postMessage(order);
  }

  #take(answer: CrewAnswer): void {
    const one = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    this.#load -= one?.load ?? 0;
    if ("error" in answer) one?.reject(answer.error);
    else one?.resolve(filesWithin(answer.bytes, answer.rows));
  }

  #fail(worker: Worker, error: unknown): void {
    const reason = error instanceof Error ? error : new Error("a generating thread failed");
    // Not when it was ended here.
    if (this.#workers.includes(worker)) this.#failed ??= reason;
    this.#rejectAll(reason);
  }

  #rejectAll(reason: Error): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
    this.#load = 0;
  }
}

/**
 * The files of a session. Their bytes, one behind another, are freed with the last of them: in the waiting they have become old, and until all garbage is
 * collected those of a hundred sessions would come together.
 */
function filesWithin(bytes: Uint8Array<ArrayBuffer>, rows: readonly UnplacedRow[]): PackageFile[] {
  let at = 0;
  const open = new Set(rows);
  return rows.map((row) => {
    const own = bytes.subarray(at, at + row.packed);
    at += row.packed;
    const close = async () => {
      if (open.delete(row) && open.size === 0) bytes.buffer.transfer(0);
    };
    return packedFile({ row, bytes: () => [own], close });
  });
}

function ended(): Error {
  return new Error("expected a generating thread to go on, it ended");
}

interface WaitingSession {
  resolve(files: PackageFile[]): void;
  reject(error: Error): void;
  load: number;
}

/** By itself, so that what waits for a session's files does not hold on to its records. */
function inTurn(own: Promise<PackedFile>[], made: Promise<PackageFile[]>): Promise<PackageFile[]> {
  const all = Promise.all([Promise.all(own), made]).then(([files, rest]) => [...files.map(packedFile), ...rest]);
  // A failure shows where the files are taken.
  all.catch(() => {});
  return all;
}

/** What the files of one session say of the others. The rest of a session is given with its records, and forgotten with them: of many, it is much. */
function outlineOf(handoff: Handoff): Handoff {
  const sessions = handoff.sessions.map(
    ({ session, title, opened, entries }) => ({ session, title, opened, entries }) as HandoffSession,
  );
  return { ...handoff, sessions };
}
