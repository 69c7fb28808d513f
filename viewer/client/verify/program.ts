// The program that verifies, compiled into one function: run in workers, or in the page where there are none.
import "./no-eval.ts";
import { serveCrew } from "./crew.ts";
import { lead } from "./lead.ts";
import type { Task } from "./protocol.ts";

programPort.onmessage = ({ data }: MessageEvent<Task>) => {
  if (data.task === "crew") serveCrew(data.port);
  else if (data.task === "lead") void lead(data, programPort);
};
