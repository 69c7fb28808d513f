import { type FSWatcher, mkdirSync, watch } from "node:fs";
import { join } from "node:path";

/** Where the engine keeps what tells how far it is. */
const FOLDERS = {
  object: "do/caisey-handoff-Handoff",
  blobs: "r2/caisey-packages/blobs",
} as const;

/** What is written while a package is made. */
export const WRITES = {
  /** Something of the Handoff object. */
  object: /^object\/[0-9a-f]{64}\.sqlite-wal$/,
  /** When the object is to be called again: the end of a slice. */
  alarm: /^object\/metadata\.sqlite-wal$/,
  /** A part of an upload, or what is put into the bucket as a whole, as it comes in. */
  part: /^blobs\/.*\.partial$/,
  /** It came in. */
  stored: /^blobs\/[0-9a-f]+$/,
} as const;
export type Write = keyof typeof WRITES;

/** Tells what the engine writes to the disk, as soon as it does. */
export class Writes {
  readonly #watchers: FSWatcher[];
  readonly #seen: string[] = [];
  #wake = () => {};

  constructor(data: string) {
    this.#watchers = Object.entries(FOLDERS).map(([name, folder]) => {
      mkdirSync(join(data, folder), { recursive: true });
      return watch(join(data, folder), (_, file) => {
        this.#seen.push(`${name}/${file}`);
        this.#wake();
      });
    });
  }

  /** The next write of this kind; those before it are passed over. Given up after a minute. */
  async next(write: Write): Promise<void> {
    const end = performance.now() + 60_000;
    for (;;) {
      for (let file = this.#seen.shift(); file !== undefined; file = this.#seen.shift()) if (WRITES[write].test(file)) return;
      if (performance.now() > end) throw new Error(`waited in vain for the engine to write: ${write}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }
}
