import type { Passage, SearchData, SearchGlobal } from "../../search/files.ts";

const loading = new Map<number, Promise<Passage[][]>>();

/** The passages of these documents. Their files are loaded by script tag, the only way on a page from disk. */
export async function loadTexts(data: SearchData, documents: readonly number[]): Promise<Map<number, Passage[]>> {
  const found = new Map<number, Passage[]>();
  await Promise.all(
    documents.map(async (number) => {
      const shard = data.shards.findLastIndex((first) => first <= number);
      const texts = await shardTexts(shard);
      found.set(number, texts[number - (data.shards[shard] ?? 0)] ?? []);
    }),
  );
  return found;
}

function shardTexts(shard: number): Promise<Passage[][]> {
  let texts = loading.get(shard);
  if (texts === undefined) {
    texts = new Promise<Passage[][]>((resolve) => {
      const script = document.createElement("script");
      script.src = `search/texts-${shard}.js`;
      const done = () => {
        const all = (globalThis as { caiseySearch?: SearchGlobal }).caiseySearch;
        // A file that is missing takes its snippets with it, not the search.
        resolve(all?.[`texts-${shard}`] ?? []);
      };
      script.onload = done;
      script.onerror = done;
      document.head.append(script);
    });
    loading.set(shard, texts);
  }
  return texts;
}
