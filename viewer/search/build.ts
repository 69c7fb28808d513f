import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import { endpointName } from "../overview.ts";
import type { Asset, SearchIndex, SessionEntry } from "../page.ts";
import { documentsOf } from "./documents.ts";
import { newIndex } from "./fields.ts";
import { type DocumentRow, encodeSearchScript, INDEX_FILE, type Passage, type SessionRow, textsFile } from "./files.ts";

/** A file of texts is closed when it holds this many characters. */
const SHARD_LIMIT = 400_000;

/** Builds the search files, session by session. Texts leave as files as they fill up; the index is made last. */
export function createSearchIndex(handoff: Handoff): SearchIndex {
  const index = newIndex();
  const sessions: SessionRow[] = [];
  const documents: DocumentRow[] = [];
  const shards: number[] = [];
  let open: Passage[][] = [];
  let size = 0;

  const closeShard = (): Asset[] => {
    if (open.length === 0) return [];
    const file = script(textsFile(shards.length), `texts-${shards.length}`, open);
    shards.push(documents.length - open.length);
    open = [];
    size = 0;
    return [file];
  };

  return {
    addSession(session: HandoffSession, entries: Iterable<SessionEntry>): Asset[] {
      const files: Asset[] = [];
      const endpoint = endpointName(handoff, session.endpoint);
      sessions.push({ id: session.session, title: session.title, endpoint, opened: session.opened });
      for (const { kind, command, name, passages } of documentsOf(session, entries)) {
        const text = passages.map(([, , shown]) => shown).join("\n");
        index.add({ id: documents.length, command, name: `${endpoint} ${name}`, text });
        documents.push([sessions.length - 1, kind]);
        open.push(passages);
        size += text.length;
        if (size >= SHARD_LIMIT) files.push(...closeShard());
      }
      return files;
    },
    finish(): Asset[] {
      const files = closeShard();
      const data = { format: "caisey-search/1", sessions, documents, shards, index: JSON.stringify(index) };
      return [...files, script(INDEX_FILE, "data", data)];
    },
  };
}

function script(path: string, field: string, value: unknown): Asset {
  return { path, bytes: new TextEncoder().encode(encodeSearchScript(field, value)) };
}
