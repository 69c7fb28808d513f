import type { Query, Spelling } from "./query.ts";
import { lastUpTo } from "./sorted.ts";

/** So many blocks are looked at for words that begin alike. */
const MOST = 16;

/** Blocks in a row. */
export interface BlockRange {
  first: number;
  count: number;
  /** Whether there are more than are looked at. */
  short: boolean;
}

/** In which blocks a word is if it is in any, with the longer ones that begin like it when they are asked for. @param blocks the first word of each. */
export function blockRange(blocks: readonly string[], { word, prefix }: Spelling): BlockRange {
  const first = Math.max(0, lastUpTo(blocks, word));
  const last = prefix ? Math.max(first, lastUpTo(blocks, `${word}\x7f`)) : first;
  const all = blocks.length === 0 ? 0 : last - first + 1;
  return { first, count: Math.min(all, MOST), short: all > MOST };
}

/** All blocks that a query needs, but for typing errors. */
export function wantedBlocks(blocks: readonly string[], query: Query): Set<number> {
  const wanted = new Set<number>();
  for (const spelling of query.words.flat()) {
    const { first, count } = blockRange(blocks, spelling);
    for (let i = 0; i < count; i++) wanted.add(first + i);
  }
  return wanted;
}
