import * as z from "zod";
import { isWellFormed } from "../../record/bytes.ts";
import { type EntryKind, endpointId, instant, outcome } from "../../record/entry.ts";
import { cursor, limit, name, type SessionRow, tag } from "../schema.ts";

/** Longest query, in UTF-16 code units. */
export const QUERY_LIMIT = 200;

/** Which sessions a list or a search is about. All conditions must hold. */
export const sessionFilter = z.object({
  /** Sessions opened from then on, and until then; claimed times where they were imported. */
  from: instant.optional(),
  to: instant.optional(),
  endpoint: endpointId.optional(),
  tag: tag.optional(),
  /** Name of a technician who opened it or took part; capitals make no difference. */
  technician: name.optional(),
  outcome: outcome.optional(),
  /** Whether somebody at the endpoint was asked to approve a command. */
  approvals: z.enum(["yes", "no"]).optional(),
});
export type SessionFilter = z.infer<typeof sessionFilter>;

export const sessionsQuery = sessionFilter.extend({ cursor, limit: limit(200) });
export type SessionsQuery = z.infer<typeof sessionsQuery>;

export const searchQuery = sessionFilter.extend({
  /**
   * Words with white space between them, all of which must be there, anywhere and as part of a longer one; what stands in double
   * quotes is one word. Capitals make no difference. Nothing else in it has a meaning.
   */
  q: z.string().trim().min(1).max(QUERY_LIMIT).refine(isWellFormed),
  cursor,
  limit: limit(100),
});
export type SearchQuery = z.infer<typeof searchQuery>;

/** A line that has something of what was searched for. Recorded text: it may hold anything. */
export interface FoundLine {
  /** From 0, as everywhere in the record. */
  line: number;
  text: string;
  /** What was found: from and to in UTF-16 code units of `text`, in order, apart from each other. */
  marks: { from: number; to: number }[];
  /** Whether the line goes on before and after `text`. */
  before: boolean;
  after: boolean;
}

/** A place in a session that has all words of a query: a text of an entry, or a part of a long one. */
export interface SearchHit {
  session: SessionRow;
  seq: number;
  kind: EntryKind;
  field: string;
  /** The Worker's clock when the entry was stored. */
  at: string;
  /** The first few of its lines that have a word. */
  lines: FoundLine[];
}

/** The newest sessions first, in each the latest entries first. */
export interface SearchPage {
  /** May be fewer than asked for, and none, while there is a cursor: a search through much text comes in parts. */
  items: SearchHit[];
  /** To be given for the next page; missing at the end. */
  cursor?: string;
  /** How many sessions have entries that are not in the index yet; a moment later they will be. */
  behind: number;
}
