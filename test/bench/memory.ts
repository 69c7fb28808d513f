import { existsSync, readFileSync } from "node:fs";

/**
 * What a process has in memory, `VmRSS`, or had at its peak, `VmHWM`, in MB. Not a number where the system doesn't say, or when the process is gone.
 */
export function memoryOf(pid: number | "self", which: "VmRSS" | "VmHWM"): number {
  const path = `/proc/${pid}/status`;
  const status = existsSync(path) ? readFileSync(path, "utf8") : "";
  return Number(new RegExp(`${which}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
}

/**
 * Peak memory of this process, in MB. What `resourceUsage` tells of a process begins with the peak of the one that started it, which has made the
 * input: so it stands in only where there is nothing else.
 */
export function peakMemory(): number {
  const own = memoryOf("self", "VmHWM");
  return Number.isNaN(own) ? process.resourceUsage().maxRSS / 1024 : own;
}
