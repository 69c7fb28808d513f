// An agent in a process of its own that looks at its clocks often: `node troubled-agent.ts <folder of its state>`. Its clock is ahead by as
// many milliseconds as the file `clock` in that folder says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../agent/clock.ts";
import { readState } from "../../agent/state.ts";
import { watchClocks } from "../../agent/watch.ts";
import { startAgent } from "../agent/bench-agent.ts";

const folder = process.argv[2] ?? "";
const clock: Clock = { now: () => new Date(Date.now() + ahead()), monotonic: () => performance.now() };

function ahead(): number {
  try {
    return Number(readFileSync(join(folder, "clock"), "utf8"));
  } catch {
    return 0;
  }
}

startAgent(readState(folder), { part: { clock, watch: watchClocks(clock, 50, 500) } });
