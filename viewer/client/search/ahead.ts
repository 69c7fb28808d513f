import { parseQuery } from "../../search/query.ts";
import { wantedBlocks } from "../../search/wanted.ts";
import type { DigitPart } from "./messages.ts";
import { loadPart } from "./parts.ts";

/** Loads files of the index for the engine, and those that it is going to ask for before it does: it may still be starting. */
export class Ahead {
  readonly #blocks: readonly string[];
  readonly #begun = new Map<DigitPart, Promise<string>>();
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

  readonly load = (part: DigitPart): Promise<string> => {
    const loading = this.#begun.get(part) ?? loadDigits(part);
    this.#begun.delete(part);
    this.#given.add(part);
    return loading;
  };
}

async function loadDigits(part: DigitPart): Promise<string> {
  const digits = await loadPart(part);
  if (digits === undefined) throw new Error(`expected ${part} to be in the package`);
  return digits;
}
