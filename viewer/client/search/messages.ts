import type { EngineData, Found, LoadDigits, SearchEngine } from "../../search/engine.ts";
import type { Narrowed } from "../../search/facets.ts";

// What the search page and its worker say to each other.

export type DigitPart = Parameters<LoadDigits>[0];

export type ToEngine =
  | { is: "open"; data: EngineData }
  | { is: "part"; part: DigitPart; digits: Uint8Array<ArrayBuffer> | undefined }
  | { is: "find"; turn: number; query: string; narrowed: Narrowed; most: number };

export type FromEngine =
  | { is: "opened" }
  | { is: "wanted"; part: DigitPart }
  | { is: "found"; turn: number; found: Found | undefined }
  /** A file is missing or malformed. `turn` is -1 when it could not be opened. */
  | { is: "failed"; turn: number };

/** The global of the worker, or of a page that runs the engine itself. */
export interface EngineScope {
  document?: object;
  caiseyEngine?: typeof SearchEngine;
  onmessage: ((event: { data: ToEngine }) => void) | null;
  postMessage(message: FromEngine): void;
}
