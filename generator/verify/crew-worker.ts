import { parentPort } from "node:worker_threads";
import { type PartContext, type PartResult, verifyPart } from "../../record/verify-part.ts";
import type { CrewAnswer, CrewOrder } from "./crew.ts";
import { nodeHashes } from "./hashes.ts";
import { type OpenPackage, reopenPackage } from "./open.ts";

/** A thread of crew.ts: opens the package once, then does part after part, one at a time. */
let opened: OpenPackage | undefined;
let context: PartContext | undefined;

parentPort?.on("message", async (order: CrewOrder) => {
  let answer: CrewAnswer;
  try {
    answer = { result: await carryOut(order) };
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : "a verifying thread failed" };
  }
  parentPort?.postMessage(answer);
});

async function carryOut(order: CrewOrder): Promise<PartResult> {
  if ("path" in order) {
    opened = await reopenPackage(order.path, order.contents);
    context = order.context;
    return { reports: [], files: [] };
  }
  if (opened === undefined || context === undefined) throw new Error("expected a package before its parts");
  return verifyPart(opened.reader, order.part, context, nodeHashes);
}
