// The program that verifies, compiled into one function: run in workers, or in the page where there are none.
import "./no-eval.ts";
import { serveCrew } from "./crew.ts";
import { ownDigest } from "./digest.ts";
import { borrowedDigest } from "./digest-port.ts";
import { webHashes } from "./hashes.ts";
import { lead } from "./lead.ts";
import type { Task } from "./protocol.ts";

programPort.onmessage = ({ data }: MessageEvent<Task>) => {
  if (data.task === "stamps") return;
  const hashes = webHashes(ownDigest() ?? (data.digest && borrowedDigest(data.digest)));
  if (data.task === "crew") serveCrew(data.port, hashes);
  else void lead(data, programPort, hashes);
};
