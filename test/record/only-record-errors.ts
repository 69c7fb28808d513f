import { expect } from "vitest";
import { equal } from "../../record/bytes.ts";
import { RecordError } from "../../record/error.ts";

/** What was thrown, which must be a RecordError; undefined when nothing was. */
export function thrownBy(work: () => unknown): RecordError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(RecordError);
    return error as RecordError;
  }
}

/** As {@link thrownBy}, for asynchronous work. */
export async function rejectionOf(work: () => Promise<unknown>): Promise<RecordError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(RecordError);
    return error as RecordError;
  }
}

/**
 * Whatever `parse` takes is encoded to the same bytes again, and whatever it refuses it refuses with a RecordError.
 * @returns whether it was taken.
 */
export function expectOneSpelling<T>(
  bytes: Uint8Array,
  parse: (bytes: Uint8Array) => T,
  encode: (value: T) => Uint8Array,
): boolean {
  let value: T | undefined;
  const thrown = thrownBy(() => {
    value = parse(bytes);
  });
  if (thrown !== undefined) return false;
  expect(equal(encode(value as T), bytes)).toBe(true);
  return true;
}
