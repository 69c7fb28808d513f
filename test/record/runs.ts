import { vi } from "vitest";

const SLOW = process.env.SLOW === "1";

if (SLOW) vi.setConfig({ testTimeout: 3_600_000 });

/** How often a property is tried: `times` as a rule, 100 times as often in a slow run. */
export function runs(times: number): { numRuns: number } {
  return { numRuns: SLOW ? 100 * times : times };
}

/** Milliseconds that a test may take, a slow run taken into account. */
export function patience(ms: number): number {
  return SLOW ? 100 * ms : ms;
}
