import { parseQuery } from "../../search/query.ts";
import { wantedBlocks } from "../../search/wanted.ts";
import type { DigitPart } from "./messages.ts";
import { loadPart } from "./parts.ts";

/** Loads files of the index for the engine, and those that it is going to ask for before it does: it may still be starting. */
export class Ahead {
  readonly #blocks: readonly string[];
  readonly #begun = new Map<DigitPart, Promise<Uint8Array<ArrayBuffer>>>();
  readonly #given = new Set<DigitPart>();

  /** @param blocks the first word of each. */
  constructor(blocks: readonly string[]) {
    this.#blocks = blocks;
  }

  /** Begins to load a file that the engine has not had yet. */
  begin(part: DigitPart): void {
    if (this.#given.has(part) || this.#begun.has(part)) return;
    const loading = loadDigits(part);
    // Whoever asks for it is told.
    loading.catch(() => {});
    this.#begun.set(part, loading);
  }

  beginFor(query: string): void {
    const parsed = parseQuery(query);
    if (parsed === undefined) return;
    for (const block of wantedBlocks(this.#blocks, parsed)) this.begin(`block-${block}`);
  }

  readonly load = (part: DigitPart): Promise<Uint8Array<ArrayBuffer>> => {
    const loading = this.#begun.get(part) ?? loadDigits(part);
    this.#begun.delete(part);
    this.#given.add(part);
    return loading;
  };
}

async function loadDigits(part: DigitPart): Promise<Uint8Array<ArrayBuffer>> {
  const digits = await loadPart(part);
  if (digits === undefined) throw new Error(`expected ${part} to be in the package`);
  return bytesOf(digits);
}

/** Characters that take a few milliseconds at most. */
const PIECE = 1 << 20;

/** The digits as bytes; many of them piece by piece, each in a task of its own, so that the page never stands still. */
async function bytesOf(digits: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(digits.length);
  for (let from = 0; from < digits.length; from += PIECE) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve));
    new TextEncoder().encodeInto(digits.slice(from, from + PIECE), bytes.subarray(from));
  }
  return bytes;
}
