import { fromUtf8, utf8 } from "../record/bytes.ts";
import { WorkerError } from "./error.ts";
import { toBase64Url } from "./id.ts";

/** Where the next page of a list goes on: the sort key of the last item. Opaque to callers. */
export function encodeCursor(...key: string[]): string {
  return toBase64Url(utf8(JSON.stringify(key)));
}

/**
 * The sort key in a cursor; undefined for the first page.
 * @throws WorkerError `request/malformed` unless it has `length` parts.
 */
export function parseCursor(cursor: string | undefined, length: number): string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const key: unknown = JSON.parse(fromUtf8(bytes));
    if (Array.isArray(key) && key.length === length && key.every((part) => typeof part === "string")) return key;
  } catch {
    // Falls through: whatever is wrong with it, it isn't one of ours.
  }
  throw new WorkerError("request/malformed", "This cursor was not made by this list.");
}

/** One page out of rows of which one more than `limit` was asked for. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  key: (row: Row) => string[],
): { items: Item[]; cursor?: string } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(item);
  return rows.length > limit && last !== undefined ? { items, cursor: encodeCursor(...key(last)) } : { items };
}
