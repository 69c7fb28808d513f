import type { Outcome } from "../../record/entry.ts";
import type { Place } from "../timeline/split.ts";

// The files under data/search/ as classic scripts: a page opened from disk can load a script, but can read no file. Each adds to one
// global: `data`, as strings in the digits of digits.ts `documents`, `words`, `block-0` and so on, and `texts-0` and so on.
// What is needed at once is little, and no file makes a browser build many objects: that would stop the page.

export const SEARCH_FORMAT = "caisey-search/3";

/** One piece of text that a hit may be in: entry, name of the text ("" for the main one), the text as it is shown. */
export type Passage = [seq: number, field: string, text: string];

/** What a search document is about. The order is part of the format. */
export const KINDS = ["session", "command", "approval", "chat", "note", "machine", "gap", "closing"] as const;
export type DocumentKind = (typeof KINDS)[number];

/** Order of the outcomes; part of the format. */
export const OUTCOMES = ["resolved", "workaround", "unresolved", "informational"] as const satisfies Outcome[];

/** A session as hits name it. */
export interface SessionRow {
  id: string;
  title: string;
  /** Place in `endpoints`. */
  endpoint: number;
  opened: string;
  /** Where each page of it begins but the first. */
  pages?: readonly Place[];
}

/** `data/search/index.js`. */
export interface SearchData {
  format: typeof SEARCH_FORMAT;
  /** How many there are. */
  sessions: number;
  documents: number;
  /** How many different words the documents have in each field, summed up. */
  words: number[];
  /** Names of machines. */
  endpoints: string[];
  /** Names of what several sessions have in common. */
  incidents: string[];
  /** Months in which sessions were opened, in order, as `2026-03`. */
  months: string[];
  /** First word of each block, as word.ts encodes it. */
  blocks: string[];
  /** Number of the first document of each file of texts, in order. */
  shards: number[];
}

/** `texts-0.js` and so on: the texts of documents in a row. */
export interface TextShard {
  /** Number of the first of its sessions. */
  session: number;
  sessions: SessionRow[];
  /** Of each document its passages as JSON: of many, few are read. */
  documents: string[];
}

/** What the files leave in the page. */
export interface SearchGlobal {
  data?: SearchData;
  [texts: `texts-${number}`]: TextShard | undefined;
  [block: `block-${number}`]: string | undefined;
  /** What is known of all sessions and documents, see columns.ts. */
  documents?: string;
  /** Words for typing errors, see vocabulary.ts. */
  words?: string;
}

export type SearchPart = "documents" | "words" | `block-${number}` | `texts-${number}`;

export const INDEX_FILE = "data/search/index.js";

export function searchFile(part: SearchPart): string {
  return `data/search/${part}.js`;
}

/** A script that sets one field of the global. Only ASCII, so that no guess at its encoding can change it. */
export function encodeSearchScript(field: string, value: unknown): Uint8Array {
  return encoder.encode(`${scriptStart(field)}${asciiJson(value)};\n`);
}

/** The same for digits, which hold no quote and no backslash. */
export function encodeDigitScript(field: string, digits: Uint8Array): Uint8Array {
  const head = encoder.encode(`${scriptStart(field)}"`);
  const tail = encoder.encode('";\n');
  const bytes = new Uint8Array(head.length + digits.length + tail.length);
  bytes.set(head);
  bytes.set(digits, head.length);
  bytes.set(tail, head.length + digits.length);
  return bytes;
}

/** What such a script begins with; the value follows. */
export function scriptStart(field: string): string {
  return `(globalThis.caiseySearch??={})[${JSON.stringify(field)}]=`;
}

/** JSON of ASCII only. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(BEYOND_ASCII, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const encoder = new TextEncoder();
const BEYOND_ASCII = /[\u007f-\uffff]/g;
