import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MANY_SESSIONS } from "./many-sessions.ts";

/** Room for new objects, in MB, twice of it: most of what a session is made of is garbage before it is full. */
const NEW_SPACE = 8;
/** The same in threads that make sessions, of a package of few sessions and of many. */
const NEW_SPACE_IN_THREADS = { few: 12, many: 6 };

/**
 * For programs that make or verify a package and nothing else: lets the heap grow to twice what is in use before it is cleaned up, instead of
 * four times as much. It takes some time of the processor. Call it before threads are started.
 */
export function keepHeapSmall(): void {
  spaceInThreads(NEW_SPACE);
  // This one has its space already, the smallest; it is made to grow to the same size, and no more.
  setFlagsFromString("--semi-space-growth-factor=2");
  growNewSpace();
  setFlagsFromString("--semi-space-growth-factor=1");
  letGrow(100);
  // Every processor makes sessions: helpers at what is new would wait for each other more than they do.
  setFlagsFromString("--no-parallel-scavenge");
  collect = collector();
}

/** How far a heap may grow before it is collected if a package had no session, in percent of what is in use. */
const GROWTH = 150;
/** In use before the first session, and of each one until the package is complete; in KB. */
const AT_FIRST = 16_000;
const A_SESSION = 8;

/**
 * Says how many sessions a package will have, before threads are started. With more in use, so many times as much would be far more: so the room beyond
 * it stays the same. What many sessions need, few leave for less collecting.
 */
export function expectSessions(count: number): void {
  if (collect === undefined) return;
  letGrow(Math.round((GROWTH * AT_FIRST) / (AT_FIRST + A_SESSION * count)));
  spaceInThreads(NEW_SPACE_IN_THREADS[count > MANY_SESSIONS ? "many" : "few"]);
  // Nearly every function that is called is called often: interpreting it first takes longer than compiling it, which takes some memory.
  if (count > MANY_SESSIONS) return;
  setFlagsFromString("--always-sparkplug");
  // And few are worth what the last of V8's compilers takes, those called much more often than it would ask: compilers took a tenth of all time.
  setFlagsFromString("--invocation-count-for-turbofan=60000");
  // What was not called between some collections is called again for the next session: it would be compiled once more.
  setFlagsFromString("--no-flush-bytecode");
}

/** @param space for what is new in threads that are started later, in MB. */
function spaceInThreads(space: number): void {
  setFlagsFromString(`--min-semi-space-size=${space}`);
  setFlagsFromString(`--max-semi-space-size=${space}`);
}

/** @param percent of what is in use. */
function letGrow(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/** Bytes that are let through before what they left behind is collected: of what is new, and of all. */
const PASSED = { new: 4 << 20, all: 32 << 20 };
let collect: ((type: "minor" | "major") => void) | undefined;
const passed = { new: 0, all: 0 };

/**
 * Says that bytes came by. Where a program keeps its heap small, the blocks that they were in are collected from time to time, mostly in a
 * millisecond: a stream makes so few objects that V8 would let some 40 MB of blocks come together.
 * @param areOld whether some may have become old: those that were in use twice when what is new was collected stay until all is.
 */
export function bytesPassed(count: number, areOld = true): void {
  const ofNew = pass("new", count);
  if (areOld && pass("all", count)) collect?.("major");
  else if (ofNew) collect?.("minor");
}

/** Whether it is time to collect. */
function pass(kind: keyof typeof PASSED, count: number): boolean {
  passed[kind] += count;
  if (passed[kind] < PASSED[kind]) return false;
  passed[kind] %= PASSED[kind];
  return true;
}

/** V8 gives the function to new contexts only, and only while the flag is set. */
function collector(): typeof collect {
  setFlagsFromString("--expose-gc");
  const gc: (options: { type: "minor" | "major" }) => void = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  return (type) => gc({ type });
}

/** Makes arrays that outlive each other until V8 gives what is new more room. Not small objects: a loop that makes so many is compiled for this alone. */
function growNewSpace(): void {
  let held: number[][] = [];
  for (let i = 0; i < MOST_TRIES && newSpace() < 2 * NEW_SPACE * MB; i++) {
    held.push(new Array<number>(4000).fill(i));
    // Some 3 MB.
    if (held.length > 90) held = [];
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
