import { utf8 } from "../record/bytes.ts";
import { encodeCanonical } from "../record/canonical.ts";
import { parseEntry } from "../record/entry.ts";
import type { HandoffSession } from "../record/handoff.ts";
import type { TextValue } from "../record/text.ts";
import type { SessionEntry } from "../viewer/page.ts";
import { GeneratorError } from "./error.ts";
import type { PackageSource } from "./source.ts";

/** The session at work: the only one that is held. */
export interface SessionRecords {
  session: HandoffSession;
  /** Final checkpoint as a signed note. */
  checkpoint: string;
  /** Committed lines, exactly as they are hashed, without newlines. */
  lines: string[];
  entries: SessionEntry[];
}

/** @throws GeneratorError `source/incomplete` unless the entries are those that the handoff counts; RecordError as parseEntry. */
export async function readSession(source: PackageSource, session: HandoffSession): Promise<SessionRecords> {
  const found = await source.session(session.session);
  const lines: string[] = [];
  const entries: SessionEntry[] = [];
  for await (const { line, text } of found.entries()) {
    const entry = parseEntry(utf8(line));
    if (entry.seq !== entries.length) {
      const place = `${session.session} entry ${entries.length}`;
      throw new GeneratorError("source/incomplete", `expected ${place}, got number ${entry.seq}`);
    }
    lines.push(line);
    entries.push({ entry, text });
  }
  if (entries.length !== session.entries) {
    const count = `${session.entries} entries of ${session.session}`;
    throw new GeneratorError("source/incomplete", `expected ${count}, got ${entries.length}`);
  }
  return { session, checkpoint: found.checkpoint, lines, entries };
}

/** `ID.entries.jsonl`: the committed lines as they are. */
export function* entriesFile({ lines }: SessionRecords): Generator<Uint8Array> {
  for (const line of lines) yield utf8(`${line}\n`);
}

/** `ID.text.jsonl`: one canonical line a text, in order of entries and then of names. */
export function* textFile({ entries }: SessionRecords): Generator<Uint8Array> {
  for (const { entry, text } of entries) {
    for (const field of Object.keys(text).sort()) {
      yield utf8(`${encodeTextLine(entry.seq, field, text[field] as TextValue)}\n`);
    }
  }
}

/** Canonical JSON of one text, where it belongs to, and its seed and lines or its items. */
export function encodeTextLine(seq: number, field: string, text: TextValue): string {
  return encodeCanonical({ ...text, field, seq });
}
