import { randomUUID } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blocks } from "./blocks.ts";
import { bytesPassed } from "./node-memory.ts";
import type { Spool } from "./platform.ts";

/** Up to here in memory: most spools stay below, and need no file. */
const IN_MEMORY = 1 << 20;
/** Pieces below are put together: each on its own would take as much memory again. */
const SMALL = 1 << 12;
/** What has a file is written and read in blocks of this size: a large search index has dozens, which are read at once. */
const BLOCK = 1 << 16;

/** A spool that goes to a file of its own when it grows. The file is readable by its owner only, and gone after `close`. */
export function fileSpool(folder = tmpdir()): Spool {
  let held: Uint8Array[] = [];
  /** Small pieces, which are part of what is held. */
  let small = new Uint8Array(0);
  let filled = 0;
  /** Of what is held. */
  let waiting = 0;
  let length = 0;
  let path: string | undefined;
  let handle: FileHandle | undefined;

  function hold(bytes: Uint8Array): void {
    if (bytes.length >= SMALL) {
      settle();
      held.push(bytes);
      return;
    }
    if (filled + bytes.length > small.length) {
      settle();
      small = new Uint8Array(waiting < BLOCK ? SMALL : BLOCK);
    }
    small.set(bytes, filled);
    filled += bytes.length;
  }

  function settle(): void {
    if (filled > 0) held.push(small.subarray(0, filled));
    small = small.subarray(filled);
    filled = 0;
  }

  async function spill(): Promise<void> {
    settle();
    small = new Uint8Array(0);
    if (handle === undefined) {
      path = join(folder, `caisey-${randomUUID()}.spool`);
      handle = await open(path, "wx+", 0o600);
    }
    for await (const block of blocks(held, BLOCK)) await handle.writeFile(block);
    held = [];
    waiting = 0;
  }

  return {
    get length() {
      return length;
    },
    async append(bytes) {
      hold(bytes);
      length += bytes.length;
      waiting += bytes.length;
      if (waiting > (handle === undefined ? IN_MEMORY : BLOCK)) await spill();
    },
    async *read(brief = false) {
      let at = 0;
      let block: Uint8Array | undefined;
      while (handle !== undefined) {
        if (block === undefined || !brief) block = new Uint8Array(BLOCK);
        const { bytesRead, buffer } = await handle.read({ buffer: block, position: at });
        if (bytesRead === 0) break;
        at += bytesRead;
        bytesPassed(bytesRead);
        yield buffer.subarray(0, bytesRead);
      }
      settle();
      yield* held;
    },
    async close() {
      held = [];
      small = new Uint8Array(0);
      filled = 0;
      await handle?.close();
      handle = undefined;
      if (path !== undefined) await rm(path, { force: true });
    },
  };
}
