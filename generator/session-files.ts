import { utf8 } from "../record/bytes.ts";
import type { Handoff } from "../record/handoff.ts";
import { sessionPath } from "../record/path.ts";
import { pagePath, sessionPages } from "../viewer/page.ts";
import { contentType } from "./content-type.ts";
import { rsmfFiles } from "./exports/rsmf.ts";
import type { PackageFile } from "./pack.ts";
import type { Platform } from "./platform.ts";
import { digestsOfLines, entriesFile, lineDigests, type PackedRecords, type SessionRecords, textFile } from "./session-records.ts";
import type { Viewer } from "./viewer.ts";

/** Makes the files of a session elsewhere than where it is called, such as in another thread. */
export interface SessionCrew {
  /** How many sessions it works on at once. */
  readonly ahead: number;
  /** The same as {@link sessionFiles}, packed. Undefined when it leaves this session to the caller. */
  pack(handoff: Handoff, records: SessionRecords, witnessed: string | null): Promise<PackageFile[]> | undefined;
  /** Frees what it holds, once all files that it was asked for are taken; it may be asked for more. */
  close?(): Promise<void>;
}

/**
 * The files that one session makes by itself: records, pages, exchange format.
 * @param packed the records' files, where they are made already.
 */
export async function sessionFiles(
  handoff: Handoff,
  records: SessionRecords,
  witnessed: string | null,
  platform: Platform,
  viewer: Viewer,
  packed?: PackedRecords,
): Promise<PackageFile[]> {
  const { session, entries } = records;
  const listed = (path: string, content: PackageFile["content"]): PackageFile => ({ path, type: contentType(path), content });
  const lines = packed && utf8(packed.lines);
  const digests = lines === undefined ? lineDigests(records, platform) : digestsOfLines(lines, platform);
  return [
    listed(sessionPath(session.session, "entries.jsonl"), () => (lines ? [lines] : entriesFile(records))),
    listed(sessionPath(session.session, "text.jsonl"), () => (packed ? [utf8(packed.texts)] : textFile(records))),
    listed(sessionPath(session.session, "checkpoint"), () => [utf8(records.checkpoint)]),
    ...sessionPages({ handoff, session, entries, digests, witnessed }).map((page) =>
      listed(pagePath(page), async function* () {
        yield utf8(await viewer.render(page));
      }),
    ),
    ...rsmfFiles(handoff, records, platform),
  ];
}
