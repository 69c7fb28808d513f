import { fromUtf8 } from "../../record/bytes.ts";
import { parseEntry } from "../../record/entry.ts";
import { RecordError } from "../../record/error.ts";
import { parseLeaves } from "../../record/group.ts";
import { type Handoff, parseHandoff } from "../../record/handoff.ts";
import { linesOf } from "../../record/lines.ts";
import type { PackageReader } from "../../record/package-reader.ts";
import { GROUP_CHECKPOINT, GROUP_LEAVES, GROUP_TIMESTAMP, HANDOFF, isKeyStatementPath, sessionPath } from "../../record/path.ts";
import { parseSessionText } from "../../record/session-text.ts";
import { type TextValue, textNames } from "../../record/text.ts";
import type { Recorded } from "../../record/wire.ts";
import type { PackageSource } from "../source.ts";

/**
 * A finished package as the source of another: its records, and nothing of its pages.
 * @throws RecordError when a record can't be read as what it must be.
 */
export async function packageSource(reader: PackageReader): Promise<{ source: PackageSource; handoff: Handoff }> {
  const handoff = parseHandoff(await whole(reader, HANDOFF));
  const has = (path: string) => reader.files.some((file) => file.path === path);
  const keyStatements: string[] = [];
  for (const path of reader.files
    .map((file) => file.path)
    .filter(isKeyStatementPath)
    .sort()) {
    keyStatements.push(fromUtf8(await whole(reader, path)));
  }
  const source: PackageSource = {
    handoff,
    groupCheckpoint: fromUtf8(await whole(reader, GROUP_CHECKPOINT)),
    groupTimestamp: has(GROUP_TIMESTAMP) ? await whole(reader, GROUP_TIMESTAMP) : undefined,
    keyStatements,
    leaves: parseLeaves(await whole(reader, GROUP_LEAVES)),
    session: async (id) => ({
      checkpoint: fromUtf8(await whole(reader, sessionPath(id, "checkpoint"))),
      entries: () => entries(reader, id),
    }),
  };
  return { source, handoff };
}

async function* entries(reader: PackageReader, id: string): AsyncGenerator<Recorded> {
  const texts = linesOf(reader.open(sessionPath(id, "text.jsonl")));
  try {
    for await (const line of linesOf(reader.open(sessionPath(id, "entries.jsonl")))) {
      const entry = parseEntry(line);
      const text: Record<string, TextValue> = {};
      for (const field of textNames(entry.text)) {
        const next = await texts.next();
        const found = next.done ? undefined : parseSessionText(next.value);
        if (found?.seq !== entry.seq || found.field !== field) {
          throw new RecordError("text/malformed", `expected the text ${field} of entry ${entry.seq} of ${id}`);
        }
        text[field] = found.text;
      }
      yield { line: fromUtf8(line), text };
    }
  } finally {
    await texts.return();
  }
}

async function whole(reader: PackageReader, path: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of reader.open(path)) pieces.push(piece);
  return Buffer.concat(pieces);
}
