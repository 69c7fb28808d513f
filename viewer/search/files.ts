// The files under data/search/ as classic scripts: a page opened from disk can load a script, but can read no file. Each adds to one global.

/** One piece of text that a hit may be in: entry, name of the text, the text as it is shown. */
export type Passage = [seq: number, field: string, text: string];

/** One search document: its session (place in `sessions`), kind, and for all but sessions its passages in `texts`. */
export type DocumentRow = [session: number, kind: DocumentKind];

/** What a search document is about. */
export type DocumentKind = "session" | "command" | "approval" | "chat" | "note" | "machine" | "gap" | "closing";

/** A session as hits name it. */
export interface SessionRow {
  id: string;
  title: string;
  endpoint: string;
  opened: string;
}

/** `data/search/index.js`. */
export interface SearchData {
  format: "caisey-search/1";
  sessions: SessionRow[];
  documents: DocumentRow[];
  /** Number of the first document of each file of texts, in order. */
  shards: number[];
  /** A MiniSearch index as JSON. */
  index: string;
}

/** What the files add to: `caiseySearch.data`, and `caiseySearch["texts-0"]` and so on. */
export interface SearchGlobal {
  data?: SearchData;
  [texts: `texts-${number}`]: Passage[][] | undefined;
}

export const INDEX_FILE = "data/search/index.js";

export function textsFile(shard: number): string {
  return `data/search/texts-${shard}.js`;
}

/** A script that sets one field of the global. Only ASCII, so that no guess at its encoding can change it. */
export function encodeSearchScript(field: string, value: unknown): string {
  const json = JSON.stringify(JSON.stringify(value)).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  // JSON.parse of a string is several times faster for a browser than an object literal.
  return `(globalThis.caiseySearch??={})[${JSON.stringify(field)}]=JSON.parse(${json});\n`;
}
