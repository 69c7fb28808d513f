import { fromUtf8, utf8 } from "../record/bytes.ts";
import { type Entry, parseEntry } from "../record/entry.ts";
import type { HandoffSession } from "../record/handoff.ts";
import { FactCounter, type SessionFacts } from "../record/session-facts.ts";
import { RawGuard } from "../record/session-redaction.ts";
import { encodeSessionText } from "../record/session-text.ts";
import { type TextValue, textNames } from "../record/text.ts";
import type { Recorded } from "../record/wire.ts";
import type { SessionEntry } from "../viewer/page.ts";
import { GeneratorError } from "./error.ts";
import type { Platform } from "./platform.ts";
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

/** A session in two strings, which go from thread to thread much faster than what they stand for. */
export interface PackedRecords {
  checkpoint: string;
  /** As in `ID.entries.jsonl`. */
  lines: string;
  /** As in `ID.text.jsonl`. */
  texts: string;
}

export function packRecords({ checkpoint, lines, entries }: SessionRecords): PackedRecords {
  return { checkpoint, lines: `${lines.join("\n")}\n`, texts: [...textPieces(entries)].join("") };
}

/** The records again, which were valid when they were packed. */
export function unpackRecords({ checkpoint, lines: packed, texts }: PackedRecords, session: HandoffSession): SessionRecords {
  const lines = packed.slice(0, -1).split("\n");
  const entries = parsedLines<Entry>(packed).map((entry): SessionEntry => ({ entry, text: {} }));
  for (const text of parsedLines<{ seq: number; field: string } & TextValue>(texts)) {
    const entry = entries[text.seq];
    if (entry === undefined) continue;
    entry.text[text.field] = "seed" in text ? { lines: text.lines, seed: text.seed } : { items: text.items };
  }
  return { session, checkpoint, lines, entries };
}

/** The values of lines of JSON, each ended by a newline: read as one list, which takes less than line by line. */
function parsedLines<Value>(lines: string): Value[] {
  return JSON.parse(`[${lines.slice(0, -1).replaceAll("\n", ",")}]`) as Value[];
}

/**
 * Reads a session, and makes sure that a package with it can verify.
 * @throws GeneratorError `source/incomplete` unless the entries come in order; `source/facts-differ` unless they are as the handoff
 * says; `source/hash-shown` when the hash of an output would let anyone confirm a guess at its hidden lines. RecordError as parseEntry.
 */
export async function readSession(source: PackageSource, session: HandoffSession): Promise<SessionRecords> {
  const found = await source.session(session.session);
  const lines: string[] = [];
  const entries: SessionEntry[] = [];
  const counter = new FactCounter();
  const guard = session.redactedLines > 0 ? new RawGuard() : undefined;
  for await (const { line, text } of found.entries()) {
    const entry = parseEntry(line);
    if (entry.seq !== entries.length) {
      const expected = `expected ${session.session} entry ${entries.length}, got number ${entry.seq}`;
      throw new GeneratorError("source/incomplete", expected);
    }
    counter.add(entry, text);
    if (guard?.holds(entry, text) === false) {
      const expected = `expected the hash of a redacted output to be hidden, ${session.session} entry ${entries.length}`;
      throw new GeneratorError("source/hash-shown", expected);
    }
    lines.push(line);
    entries.push({ entry, text: inOrder(text) });
  }
  checkFacts(session, counter.result());
  return { session, checkpoint: found.checkpoint, lines, entries };
}

/** In the order in which texts travel, so that pages made again from the records come out the same. */
function inOrder(text: Recorded["text"]): SessionEntry["text"] {
  const fields = textNames(text);
  let at = 0;
  for (const field in text)
    if (field !== fields[at++]) return Object.fromEntries(fields.map((name) => [name, text[name] as TextValue]));
  return text;
}

function checkFacts(session: HandoffSession, facts: SessionFacts | undefined): void {
  if (facts === undefined) {
    throw new GeneratorError("source/incomplete", `expected ${session.session} to begin with opened and to end with closed`);
  }
  for (const [name, value] of Object.entries(facts)) {
    const stated = session[name as keyof SessionFacts];
    if (stated !== value) {
      throw new GeneratorError("source/facts-differ", `expected ${stated} as ${name} of ${session.session}, got ${value}`);
    }
  }
}

/** `ID.entries.jsonl`: the committed lines as they are. */
export function entriesFile({ lines }: SessionRecords): Iterable<Uint8Array> {
  return joined(lines);
}

/** SHA-256 of each committed line in hexadecimal, as anyone gets it from the file. */
export function lineDigests({ lines }: SessionRecords, platform: Platform): string[] {
  return lines.map((line) => platform.digest(utf8(line)));
}

/** The same of the file itself, whose lines need not be encoded once more. */
export function digestsOfLines(file: Uint8Array, platform: Platform): string[] {
  const digests: string[] = [];
  for (let from = 0; from < file.length; ) {
    const end = file.indexOf(NEWLINE, from);
    digests.push(platform.digest(file.subarray(from, end)));
    from = end + 1;
  }
  return digests;
}

const NEWLINE = 0x0a;

/** `ID.text.jsonl`: one line a text, in order of entries and then of names; in pieces of a fair size. */
export function* textFile({ entries }: SessionRecords): Generator<Uint8Array> {
  for (const piece of textPieces(entries)) yield utf8(piece);
}

function* textPieces(entries: readonly SessionEntry[]): Generator<string> {
  let piece = "";
  for (const { entry, text } of entries) {
    for (const field of textNames(text)) {
      piece += `${textLine(entry.seq, field, text[field] as TextValue)}\n`;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}

const PIECE = 1 << 16;

/** The line of {@link encodeSessionText}. The platform's encoder gives the same for a text with nothing hidden, much faster. */
function textLine(seq: number, field: string, text: TextValue): string {
  if ("seed" in text) {
    const line = JSON.stringify({ field, lines: text.lines, seed: text.seed, seq });
    // It writes a lone surrogate as an escape, where ours refuses it.
    if (!line.includes("\\ud")) return line;
  }
  return fromUtf8(encodeSessionText({ seq, field, text }));
}

/** Lines in pieces of a fair size: encoding them one by one would cost more than all their bytes. */
function* joined(lines: readonly string[]): Generator<Uint8Array> {
  for (let at = 0; at < lines.length; at += LINES) yield utf8(`${lines.slice(at, at + LINES).join("\n")}\n`);
}

const LINES = 200;
