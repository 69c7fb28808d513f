import { keepHeapSmallest } from "../../generator/node-memory.ts";
import { crewOf } from "../../generator/verify/crew.ts";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { openPackage } from "../../generator/verify/open.ts";
import { checkTimestamp } from "../../record/timestamp.ts";
import { verifyPackage } from "../../record/verify.ts";
import { peakMemory } from "./memory.ts";

/** What the verify command does, in a process of its own, so that its peak memory is its own. */
keepHeapSmallest();
const path = process.argv[2] as string;
const opened = await openPackage(path);
const report = await verifyPackage(opened.reader, {
  timestamps: { check: checkTimestamp },
  hashes: nodeHashes,
  divide: crewOf(path, opened.contents),
});
await opened.close();
console.log(JSON.stringify({ verdict: report.verdict, rssMb: peakMemory() }));
