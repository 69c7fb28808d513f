import type { LineFinding } from "./finding.ts";

const BEGINS = /^([ \t]*)(?:data|stringData):\s*$/;
const VALUE = /^([ \t]*)["']?[\w.-]{1,253}["']?:\s+["']?([A-Za-z0-9+/]{8,}={0,2})["']?\s*$/;
const BLOCK = /^([ \t]*)["']?[\w.-]{1,253}["']?:\s+[|>][+-]?\s*$/;
const LINE = /^[ \t]*([A-Za-z0-9+/]{16,}={0,2})\s*$/;

/**
 * Finds the values of secrets as Kubernetes prints them: text in base64 below `data:`. What kind of object it is may only be said below
 * them, and other kinds hold their texts as they are.
 */
export class Manifest {
  /** How far `data:` is indented; -1 outside. */
  #indent = -1;
  #isBlock = false;

  /** The text goes on elsewhere. */
  reset(): void {
    this.#indent = -1;
  }

  /** The next line of the text. */
  find(line: string): LineFinding | undefined {
    if (this.#indent < 0) {
      const begins = line.length < 200 && line.includes("ata:") ? BEGINS.exec(line) : null;
      if (begins !== null) this.#indent = begins[1]?.length ?? 0;
      this.#isBlock = false;
      return undefined;
    }
    if (line.trim() === "") return undefined;
    if ((/^[ \t]*/.exec(line)?.[0].length ?? 0) <= this.#indent) {
      this.reset();
      return this.find(line);
    }
    const block = this.#isBlock ? LINE.exec(line)?.[1] : undefined;
    this.#isBlock = BLOCK.test(line) || block !== undefined;
    const value = block ?? VALUE.exec(line)?.[2];
    if (value === undefined || !isText(value)) return undefined;
    const start = line.lastIndexOf(value);
    return { kind: "token", rule: "manifest", sure: "possible", start, end: start + value.length };
  }
}

/** Whether it is text in base64. */
function isText(value: string): boolean {
  try {
    return /^[\t\n\r\x20-\x7e]{5,}$/.test(atob(value));
  } catch {
    return false;
  }
}
