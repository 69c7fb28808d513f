// A thread of node-crew.ts.
import { parentPort } from "node:worker_threads";
import { concatAll, utf8 } from "../record/bytes.ts";
import { renderSession } from "../viewer/session-renderer.ts";
import type { CommonOrder, CrewAnswer, CrewOrder, SessionOrder } from "./node-crew.ts";
import { deflatingHere, nodePlatform } from "./node-platform.ts";
import { packFile } from "./pack.ts";
import { madeFiles, recordFiles } from "./session-files.ts";
import { digestsOfLines, unpackRecords } from "./session-records.ts";
import type { UnplacedRow } from "./zip.ts";

// Nothing else is to be done here meanwhile: handing bytes to yet another thread would only cost.
const platform = deflatingHere(nodePlatform());
let common: CommonOrder | undefined;
/** One session after the other, in their order. */
let last: Promise<void> = Promise.resolve();

parentPort?.on("message", (order: CrewOrder) => {
  if ("handoff" in order) common = order;
  else last = last.then(() => work(order));
});

async function work({ number, session, records, whole, witnessed }: SessionOrder): Promise<void> {
  try {
    if (common === undefined) throw new TypeError("expected the handoff before its sessions");
    const { handoff, frame } = common;
    const unpacked = unpackRecords(records, session);
    const digests = digestsOfLines(utf8(records.lines), platform);
    const made = madeFiles(handoff, unpacked, { digests, witnessed }, platform, (page) => renderSession(page, frame));
    const rows: UnplacedRow[] = [];
    const pieces: Uint8Array[] = [];
    for (const file of whole ? [...recordFiles(unpacked, records), ...made] : made) {
      const packed = await packFile(file, platform);
      for await (const piece of packed.bytes()) pieces.push(piece);
      await packed.close();
      rows.push(packed.row);
    }
    // A copy of its own, which can be handed over.
    const bytes = concatAll(pieces);
    answer({ number, rows, bytes }, [bytes.buffer]);
  } catch (error) {
    answer({ number, error: error instanceof Error ? error : new Error("a session could not be made") }, []);
  }
}

function answer(message: CrewAnswer, handedOver: ArrayBuffer[]): void {
  parentPort?.postMessage(message, handedOver);
}
