import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Room for new objects, in MB, twice of it: most of what a session is made of is garbage before it is full. */
const NEW_SPACE = 4;

/**
 * For programs that make or verify a package and nothing else: lets the heap grow by half of what is in use before it is cleaned up, instead of
 * several times as much. It takes some time of the processor. Call it before threads are started.
 */
export function keepHeapSmall(): void {
  // These are for threads that are started later. This one has its space already, the smallest; it is made to grow to the same size, and no more.
  setFlagsFromString(`--min-semi-space-size=${NEW_SPACE}`);
  setFlagsFromString(`--max-semi-space-size=${NEW_SPACE}`);
  setFlagsFromString(`--semi-space-growth-factor=${NEW_SPACE}`);
  growNewSpace();
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=50");
}

/** Makes objects that outlive each other until V8 gives new ones more room. */
function growNewSpace(): void {
  let held: unknown[] = [];
  for (let i = 0; i < MOST_TRIES && newSpace() < 2 * NEW_SPACE * MB; i++) {
    for (let k = 0; k < 1000; k++) held.push({ k });
    if (held.length > 100_000) held = [];
  }
}

const MB = 1 << 20;
const MOST_TRIES = 2000;

function newSpace(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_size ?? 0;
}

/** Has V8 rather keep its heaps small than collect garbage seldom. Call it before threads are started. */
export function keepHeapSmallest(): void {
  setFlagsFromString("--optimize-for-size");
}
