import type { ContextPart } from "../record/entry.ts";

/** One part of the machine context: rows under named columns, or why it could not be read. */
export type ContextReading =
  | { part: ContextPart; status: "ok"; columns: readonly string[]; rows: readonly (readonly string[])[] }
  | { part: ContextPart; status: "failed"; reason: string };

/** Reads the parts and yields each as it is there. A part that fails is a reading, never an exception. */
export type CollectContext = (parts: readonly ContextPart[], signal: AbortSignal) => AsyncIterable<ContextReading>;
