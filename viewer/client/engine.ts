// The search engine. It runs in a worker, whose source is part of search.js: a page from disk can't read a file. Where a browser
// allows no worker, the page loads this file as a script of its own.

import { SearchEngine } from "../search/engine.ts";
import type { EngineScope, FromEngine, ToEngine } from "./search/messages.ts";

const scope = globalThis as unknown as EngineScope;

if (scope.document === undefined) {
  const waiting = new Map<string, { resolve: (digits: Uint8Array) => void; reject: (error: Error) => void }>();
  const answer = (message: FromEngine) => scope.postMessage(message);
  let engine: SearchEngine | undefined;
  scope.onmessage = ({ data }: { data: ToEngine }) => {
    switch (data.is) {
      case "open":
        engine = new SearchEngine(
          data.data,
          (part) =>
            new Promise((resolve, reject) => {
              waiting.set(part, { resolve, reject });
              answer({ is: "wanted", part });
            }),
        );
        engine.open().then(
          () => answer({ is: "opened" }),
          () => answer({ is: "failed", turn: -1 }),
        );
        break;
      case "part": {
        const one = waiting.get(data.part);
        waiting.delete(data.part);
        if (data.digits === undefined) one?.reject(new Error(`expected ${data.part} to be in the package`));
        else one?.resolve(data.digits);
        break;
      }
      case "find":
        engine?.find(data.query, data.narrowed, data.most).then(
          (found) => answer({ is: "found", turn: data.turn, found }),
          () => answer({ is: "failed", turn: data.turn }),
        );
    }
  };
} else scope.caiseyEngine = SearchEngine;
