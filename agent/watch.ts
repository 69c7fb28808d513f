import type { EntryOf } from "../record/entry.ts";
import type { Clock } from "./clock.ts";

/** The recorder lost sight of the machine. */
export interface Gap {
  from: Date;
  to: Date;
  cause: EntryOf<"gap">["cause"];
  detail?: string | undefined;
}

/** Fields and texts of the entry that a gap becomes. */
export function gapEntry({ from, to, cause, detail }: Gap): [Record<string, unknown>, Record<string, string | undefined>] {
  return [{ from: from.toISOString(), to: to.toISOString(), cause }, { detail }];
}

/** Watches for gaps until the returned function is called. `report` resolves once the gap is in the record. */
export type Watch = (report: (gap: Gap) => Promise<void>) => () => void;

/** Milliseconds between looks at the two clocks, and by how much they may drift apart in between. */
const LOOK = 5_000;
const TOLERANCE = 2_000;
/** How late a look may come, in milliseconds, before it means that this program did not run at all. */
const LATE = 15_000;

/**
 * Compares the wall clock with the one that doesn't jump. That one stands still while a machine sleeps, so a wall clock that is
 * ahead of it means sleep, or that somebody set the clock forward: the two can't be told apart, and the entry says so. On some systems
 * both go on during sleep, and a program that is held sees both go on: then the look itself comes too late.
 */
export function watchClocks(clock: Clock, look = LOOK, late = LATE): Watch {
  return (report) => {
    let wall = clock.now();
    let steady = clock.monotonic();
    const timer = setInterval(() => {
      const nowWall = clock.now();
      const nowSteady = clock.monotonic();
      const passed = nowSteady - steady;
      const drift = nowWall.getTime() - wall.getTime() - passed;
      const [from, to] = nowWall < wall ? [nowWall, wall] : [wall, nowWall];
      wall = nowWall;
      steady = nowSteady;
      if (Math.abs(drift) < TOLERANCE) {
        if (passed < look + late) return;
        const detail = `The computer slept, or the agent was held, for ${Math.round(passed / 1000)} seconds.`;
        report({ from, to, cause: "machine-slept", detail }).catch(() => {});
        return;
      }
      const seconds = Math.round(Math.abs(drift) / 1000);
      const gap: Gap =
        drift > 0
          ? {
              from,
              to,
              cause: "machine-slept",
              detail: `The computer slept, or its clock was set forward, for ${seconds} seconds.`,
            }
          : { from, to, cause: "clock-jump", detail: `The computer's clock was set back by ${seconds} seconds.` };
      report(gap).catch(() => {});
    }, look);
    timer.unref();
    return () => clearInterval(timer);
  };
}
