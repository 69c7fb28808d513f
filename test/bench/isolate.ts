import * as z from "zod";
import { BenchError } from "./bench.ts";

/** Milliseconds from one answer to the next question. */
const PAUSE = 20;

const targets = z.array(z.object({ id: z.string() }));
/** `Runtime.getHeapUsage` of the DevTools protocol; all in bytes. */
const answer = z.object({
  result: z.object({ usedSize: z.number(), embedderHeapUsedSize: z.number(), backingStorageSize: z.number() }),
});

/**
 * Asks an isolate of the engine again and again how much memory it holds: heap and buffers, with what is not collected yet.
 * @param inspector where the engine's inspector listens. @param name of the isolate there.
 */
export async function watchIsolate(inspector: URL, name: string): Promise<{ stop: () => number }> {
  const found = targets.parse(await (await fetch(`http://${inspector.host}/json`)).json());
  if (!found.some(({ id }) => id === name)) throw new BenchError(`expected an isolate ${name}`);
  const socket = new WebSocket(`ws://${inspector.host}/${name}`);
  await new Promise((done, fail) => {
    socket.onopen = done;
    socket.onerror = fail;
  });
  let most = 0;
  let asked = 0;
  const ask = () => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ id: ++asked, method: "Runtime.getHeapUsage" }));
  };
  socket.onmessage = ({ data }) => {
    const { result } = answer.parse(JSON.parse(String(data)));
    most = Math.max(most, result.usedSize + result.embedderHeapUsedSize + result.backingStorageSize);
    setTimeout(ask, PAUSE);
  };
  ask();
  return {
    stop() {
      socket.close();
      if (most === 0) throw new BenchError("expected the isolate to say how much memory it holds");
      return most;
    },
  };
}
