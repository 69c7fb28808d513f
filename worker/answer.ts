import { WorkerError, type WorkerErrorCode } from "./error.ts";

/** What a Durable Object answers: errors lose their class and code on the way, so refusals travel as values. */
export type Answer<T> = { ok: true; value: T } | { ok: false; code: WorkerErrorCode; message: string };

/** Runs an object's method; what it refuses becomes a value. Anything else that it throws is a fault and stays thrown. */
export async function answering<T>(work: () => T | Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof WorkerError) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}

/** The value of an object's answer. @throws WorkerError that the object refused with. */
export async function accepted<T>(answer: PromiseLike<Answer<T>>): Promise<T> {
  const got = await answer;
  if (!got.ok) throw new WorkerError(got.code, got.message);
  return got.value;
}
