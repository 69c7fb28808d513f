import { existsSync, readFileSync } from "node:fs";

const STATUS = "/proc/self/status";

/**
 * Peak memory of this process, in MB. What the system tells of a process begins with the peak of the one that started it, which has made the input: so, where
 * there is one, the figure of its memory alone is read.
 */
export function peakMemory(): number {
  const told = existsSync(STATUS) ? /VmHWM:\s*(\d+) kB/.exec(readFileSync(STATUS, "utf8")) : null;
  return (told === null ? process.resourceUsage().maxRSS : Number(told[1])) / 1024;
}
