import type { ContextPart } from "../record/entry.ts";
import { readSoftware, COLUMNS as SOFTWARE } from "./context/software.ts";
import {
  readClock,
  readDisks,
  readMemory,
  readNetwork,
  readOs,
  readProcesses,
  readServices,
  readUsers,
  type Table,
} from "./context/system.ts";
import { readUpdates, COLUMNS as UPDATES } from "./context/updates.ts";
import type { CollectContext, ContextReading } from "./context.ts";

/** How long one part may take, in milliseconds: a hanging program of the machine must not hold up the session. */
const PART_LIMIT = 20_000;

const READERS: Record<ContextPart, (signal: AbortSignal) => Promise<Table>> = {
  os: readOs,
  updates: async (signal) => ({ columns: UPDATES, rows: await readUpdates(signal) }),
  processes: readProcesses,
  services: readServices,
  software: async (signal) => ({ columns: SOFTWARE, rows: await readSoftware(signal) }),
  disks: readDisks,
  memory: readMemory,
  network: readNetwork,
  users: readUsers,
  clock: readClock,
};

/** Reads the state of this machine, all parts at once, each given out in the order asked. */
export const collectLocalContext: CollectContext = async function* (parts, signal) {
  const readings = parts.map((part) => readPart(part, signal));
  for (const reading of readings) yield await reading;
};

/** One part; its own failure and its own time limit become its reading. */
export async function readPart(
  part: ContextPart,
  signal: AbortSignal,
  limit = PART_LIMIT,
  read: (signal: AbortSignal) => Promise<Table> = READERS[part],
): Promise<ContextReading> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(limit)]);
  try {
    const { columns, rows } = await Promise.race([read(stop), aborted(stop)]);
    return { part, status: "ok", columns, rows };
  } catch (error) {
    const reason = stop.aborted ? "took too long" : error instanceof Error ? error.message : "could not be read";
    return { part, status: "failed", reason };
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("took too long")), { once: true }));
}
