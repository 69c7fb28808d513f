// An agent in a process of its own that looks at its clocks often: `node held-agent.ts <folder of its state>`.
import { systemClock } from "../../agent/clock.ts";
import { readState } from "../../agent/state.ts";
import { watchClocks } from "../../agent/watch.ts";
import { startAgent } from "./bench-agent.ts";

startAgent(readState(process.argv[2] ?? ""), { part: { watch: watchClocks(systemClock, 50, 500) } });
