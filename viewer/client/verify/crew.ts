import type { Hashes } from "../../../record/hash.ts";
import { type Divide, type Part, type PartContext, type PartResult, verifyPart } from "../../../record/verify-part.ts";
import type { CrewAnswer, CrewOrder, Port, Source } from "./protocol.ts";
import { type OpenSource, reopenSource } from "./source.ts";

/** How many bytes of a file are read before it is told again. */
const TOLD = 4 * 1024 * 1024;

/** What one of the crew does: takes the package, then one part after another. */
export function serveCrew(port: Port, hashes: Hashes): void {
  let reader: OpenSource["reader"] | undefined;
  let context: PartContext | undefined;
  const say = (answer: CrewAnswer) => port.postMessage(answer);
  const told = { path: "", bytes: 0 };
  // Smaller files are told when their part is done.
  const onRead = (path: string, bytes: number) => {
    if (path !== told.path) Object.assign(told, { path, bytes: 0 });
    if (bytes - told.bytes < TOLD) return;
    told.bytes = bytes;
    say({ path, bytes });
  };
  port.onmessage = async ({ data }: MessageEvent<CrewOrder>) => {
    // The worker itself: what it holds is free for the report.
    if ("over" in data) return close();
    try {
      if ("source" in data) {
        reader = reopenSource(data.source, data.places);
        context = data.context;
        say({ result: { reports: [], files: [] } });
        return;
      }
      if (reader === undefined || context === undefined) throw new Error("expected a package before its parts");
      say({ result: await verifyPart(reader, data.part, context, hashes, onRead) });
    } catch (error) {
      say({ error: error instanceof Error ? error.message : "a verifying worker failed" });
    }
  };
}

/** Shares parts out over a crew. Undefined when there is nobody in it. */
export function divideOver(ports: readonly MessagePort[], source: Source, places: OpenSource["places"]): Divide | undefined {
  return ports.length === 0
    ? undefined
    : (parts, context, onRead) => verifyTogether(ports, { source, places, context }, parts, onRead);
}

async function* verifyTogether(
  ports: readonly MessagePort[],
  what: Extract<CrewOrder, { context: PartContext }>,
  parts: readonly Part[],
  onRead?: (path: string, bytes: number) => void,
): AsyncGenerator<PartResult> {
  const waiting = [...parts];
  const turns = new Map<MessagePort, Promise<{ port: MessagePort; result: PartResult }>>();
  for (const port of ports.slice(0, parts.length)) turns.set(port, turn(port, what, onRead));
  while (turns.size > 0) {
    const { port, result } = await Promise.race(turns.values());
    const part = waiting.shift();
    if (part === undefined) turns.delete(port);
    else turns.set(port, turn(port, { part }, onRead));
    if (result.reports.length + result.files.length > 0) yield result;
  }
  for (const port of ports) port.postMessage({ over: true } satisfies CrewOrder);
}

function turn(
  port: MessagePort,
  order: CrewOrder,
  onRead: ((path: string, bytes: number) => void) | undefined,
): Promise<{ port: MessagePort; result: PartResult }> {
  return new Promise((resolve, reject) => {
    port.onmessage = ({ data }: MessageEvent<CrewAnswer>) => {
      if ("bytes" in data) onRead?.(data.path, data.bytes);
      else if ("error" in data) reject(new Error(data.error));
      else resolve({ port, result: data.result });
    };
    port.postMessage(order);
  });
}
