import type { Passage, SearchData } from "../../search/files.ts";
import { loadPart } from "./parts.ts";

/** So many files of texts are held. */
const HELD = 40;
const held = new Map<number, Promise<Passage[][]>>();

/** The passages of these documents, in their order. */
export async function loadTexts(data: SearchData, documents: readonly number[]): Promise<Passage[][]> {
  return Promise.all(
    documents.map(async (number) => {
      const shard = shardOf(data.shards, number);
      const texts = await shardTexts(shard);
      return texts[number - (data.shards[shard] ?? 0)] ?? [];
    }),
  );
}

function shardOf(shards: readonly number[], document: number): number {
  let low = 0;
  let high = shards.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shards[middle] as number) <= document) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function shardTexts(shard: number): Promise<Passage[][]> {
  // A file that is missing takes its snippets with it, not the search.
  const texts = held.get(shard) ?? loadPart(`texts-${shard}`).then((found) => found ?? []);
  held.delete(shard);
  held.set(shard, texts);
  if (held.size > HELD) held.delete(held.keys().next().value as number);
  return texts;
}
