import type { EngineData, Found, SearchEngine } from "../../search/engine.ts";
import type { Narrowed } from "../../search/facets.ts";
import { Ahead } from "./ahead.ts";
import type { FromEngine, ToEngine } from "./messages.ts";
import { loadScript } from "./parts.ts";

/** The engine, wherever it runs. */
export interface RunningEngine {
  /**
   * Gives undefined when there is no word in the query.
   * @throws Error when a file of the index can't be read.
   */
  find(query: string, narrowed: Narrowed, most: number): Promise<Found | undefined>;
}

/** Source of engine.js, put here by the build. */
declare const ENGINE_SOURCE: string;

/**
 * Starts the engine in a worker, so that typing never waits for it; in the page itself where the browser allows no worker. It can be
 * asked at once.
 */
export function startEngine(data: EngineData): RunningEngine {
  const files = new Ahead(data.blocks);
  files.begin("documents");
  const opened = inWorker(data, files).then((engine) => engine ?? inPage(data, files));
  // Whoever asks is told.
  opened.catch(() => {});
  return {
    find: async (query, narrowed, most) => {
      files.beginFor(query);
      return (await opened).find(query, narrowed, most);
    },
  };
}

/** Undefined when the worker can't start. */
function inWorker(data: EngineData, files: Ahead): Promise<RunningEngine | undefined> {
  return new Promise((resolve, reject) => {
    let worker: Worker;
    try {
      worker = new Worker(URL.createObjectURL(new Blob([ENGINE_SOURCE], { type: "text/javascript" })));
    } catch {
      resolve(undefined);
      return;
    }
    const say = (message: ToEngine, moved: Transferable[] = []) => worker.postMessage(message, moved);
    const waiting = new Map<number, { resolve: (found: Found | undefined) => void; reject: (error: Error) => void }>();
    let turns = 0;
    const engine: RunningEngine = {
      find: (query, narrowed, most) =>
        new Promise((resolve, reject) => {
          const turn = turns++;
          waiting.set(turn, { resolve, reject });
          say({ is: "find", turn, query, narrowed, most });
        }),
    };
    worker.onerror = () => resolve(undefined);
    worker.onmessage = ({ data: message }: MessageEvent<FromEngine>) => {
      switch (message.is) {
        case "opened":
          resolve(engine);
          break;
        case "wanted":
          files.load(message.part).then(
            (digits) => say({ is: "part", part: message.part, digits }, [digits.buffer]),
            () => say({ is: "part", part: message.part, digits: undefined }),
          );
          break;
        case "found":
          waiting.get(message.turn)?.resolve(message.found);
          waiting.delete(message.turn);
          break;
        case "failed": {
          const error = new Error("expected a complete search index");
          waiting.get(message.turn)?.reject(error);
          waiting.delete(message.turn);
          if (message.turn < 0) reject(error);
        }
      }
    };
    say({ is: "open", data });
  });
}

async function inPage(data: EngineData, files: Ahead): Promise<RunningEngine> {
  await loadScript("assets/engine.js");
  const Program = (globalThis as { caiseyEngine?: typeof SearchEngine }).caiseyEngine;
  if (Program === undefined) throw new Error("expected assets/engine.js to be in the package");
  const engine = new Program(data, files.load);
  await engine.open();
  return engine;
}
