import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Divide, Part, PartContext, PartResult } from "../../record/verify-part.ts";
import type { PackageContents } from "./open.ts";

/** To a worker: what is to be verified, then one part after another. */
export type CrewOrder = { path: string; contents: PackageContents; context: PartContext } | { part: Part };
/** From a worker: a part is done, or it can't go on. */
export type CrewAnswer = { result: PartResult } | { error: string };

/** Below this many parts, starting threads takes longer than they save. */
const WORTH_IT = 2;

/** Short-lived memory of a thread: with more, threads grow larger and are no faster. What lives long is not limited. */
const LIMITS = { maxYoungGenerationSizeMb: 16 };

/**
 * Verifies parts on all cores, by worker threads that each read the package themselves.
 * @param path ZIP or folder, which {@link openPackage} found these contents in.
 */
export function crewOf(path: string, contents: PackageContents, threads = availableParallelism()): Divide {
  return (parts, context) =>
    verifyTogether({ path, contents, context }, parts, Math.min(threads, Math.max(1, Math.floor(parts.length / WORTH_IT))));
}

async function* verifyTogether(
  what: Exclude<CrewOrder, { part: Part }>,
  parts: readonly Part[],
  threads: number,
): AsyncGenerator<PartResult> {
  const waiting = [...parts];
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL("./crew-worker.ts", import.meta.url), { resourceLimits: LIMITS }),
  );
  try {
    const turns = new Map<Worker, Promise<{ worker: Worker; result?: PartResult }>>();
    const next = (worker: Worker) => {
      const part = waiting.shift();
      if (part === undefined) turns.delete(worker);
      else turns.set(worker, turn(worker, { part }));
    };
    for (const worker of workers) turns.set(worker, turn(worker, what));
    while (turns.size > 0) {
      const { worker, result } = await Promise.race(turns.values());
      next(worker);
      if (result !== undefined && result.reports.length + result.files.length > 0) yield result;
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** One order and its answer. @throws Error when the worker dies or can't read the package. */
function turn(worker: Worker, order: CrewOrder): Promise<{ worker: Worker; result?: PartResult }> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off("message", answered).off("error", failed).off("exit", exited);
      act();
    };
    const answered = (answer: CrewAnswer) =>
      settle(() => ("error" in answer ? reject(new Error(answer.error)) : resolve({ worker, result: answer.result })));
    const failed = (error: Error) => settle(() => reject(error));
    const exited = () => settle(() => reject(new Error("expected a verifying thread to go on, it ended")));
    worker.on("message", answered).on("error", failed).on("exit", exited);
    worker.postMessage(order);
  });
}
