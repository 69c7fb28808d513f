import { setFlagsFromString } from "node:v8";

/**
 * For programs that make or verify a package and nothing else: lets the heap grow by half of what is in use before it is cleaned up, instead of
 * several times as much. It takes some time of the processor, and keeps a package of a million entries below 300 MB. Call it before
 * threads are started.
 */
export function keepHeapSmall(): void {
  // This thread has its spaces already: the first keeps them from growing. The others are for threads that are started later.
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--min-semi-space-size=8");
  setFlagsFromString("--max-semi-space-size=8");
  setFlagsFromString("--heap-growing-percent=50");
}

/** Has V8 rather keep its heaps small than collect garbage seldom. Call it before threads are started. */
export function keepHeapSmallest(): void {
  setFlagsFromString("--optimize-for-size");
}
