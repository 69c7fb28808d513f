import { utf8 } from "../record/bytes.ts";
import type { Handoff } from "../record/handoff.ts";
import { sessionPath } from "../record/path.ts";
import { pagePath, type SessionPage, sessionPages } from "../viewer/page.ts";
import { contentType } from "./content-type.ts";
import { rsmfFiles } from "./exports/rsmf.ts";
import type { PackageFile } from "./pack.ts";
import type { Platform } from "./platform.ts";
import { entriesFile, lineDigests, type PackedRecords, type SessionRecords, textFile } from "./session-records.ts";
import type { Viewer } from "./viewer.ts";

/** What a session takes beside its entries, in entries. */
const BESIDE = 50;

/** How much a session is to make and to hold, in entries. */
export function loadOf({ entries }: SessionRecords): number {
  return BESIDE + entries.length;
}

/** Makes the files of a session elsewhere than where it is called, such as in another thread. */
export interface SessionCrew {
  /** How much may be begun and not taken yet, see {@link loadOf}. */
  readonly ahead: number;
  /** Says how many sessions will come, so that it gets ready meanwhile. */
  begin?(sessions: number): void;
  /** The same as {@link sessionFiles}, packed; bytes are good until a file is closed. Undefined when it leaves this session to the caller. */
  pack(handoff: Handoff, records: SessionRecords, witnessed: string | null): Promise<PackageFile[]> | undefined;
  /** Frees what it holds, once all files that it was asked for are taken; it may be asked for more. */
  close?(): Promise<void>;
}

/** The files that one session makes by itself: records, pages, exchange format. */
export async function sessionFiles(
  handoff: Handoff,
  records: SessionRecords,
  witnessed: string | null,
  platform: Platform,
  viewer: Viewer,
): Promise<PackageFile[]> {
  const digests = lineDigests(records, platform);
  return [...recordFiles(records), ...madeFiles(handoff, records, { digests, witnessed }, platform, viewer.render)];
}

/**
 * The first of them: the records themselves.
 * @param packed the same, where they are made already.
 */
export function recordFiles(records: SessionRecords, packed?: PackedRecords): PackageFile[] {
  const { session } = records.session;
  return [
    listed(sessionPath(session, "entries.jsonl"), () => (packed ? [utf8(packed.lines)] : entriesFile(records))),
    listed(sessionPath(session, "text.jsonl"), () => (packed ? [utf8(packed.texts)] : textFile(records))),
    listed(sessionPath(session, "checkpoint"), () => [utf8(records.checkpoint)]),
  ];
}

type RenderSession = (page: SessionPage) => string | Promise<string>;

/** What the pages of a session say of its proofs: the SHA-256 of each line, and when its endpoint cosigned it. */
type Proofs = Pick<SessionPage, "digests" | "witnessed">;

/** The others: what is made of the records. */
export function madeFiles(
  handoff: Handoff,
  records: SessionRecords,
  proofs: Proofs,
  platform: Platform,
  render: RenderSession,
): PackageFile[] {
  const { session, entries } = records;
  return [
    ...sessionPages({ handoff, session, entries, ...proofs }).map((page) => listed(pagePath(page), () => rendered(page, render))),
    ...rsmfFiles(handoff, records, platform),
  ];
}

/** A generator that is made anew for each file would keep the session alive until all garbage is collected: V8 sets something up for it that is old at once. */
async function* rendered(page: SessionPage, render: RenderSession): AsyncGenerator<Uint8Array> {
  yield utf8(await render(page));
}

function listed(path: string, content: PackageFile["content"]): PackageFile {
  return { path, type: contentType(path), content };
}
