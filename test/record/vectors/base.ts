import { hash } from "node:crypto";
import JSZip from "jszip";
import { fromUtf8, utf8 } from "../../../record/bytes.ts";
import { encodeCanonical } from "../../../record/canonical.ts";
import {
  type Checkpoint,
  cosign,
  encodeCheckpoint,
  groupOrigin,
  sessionOrigin,
  signCheckpoint,
} from "../../../record/checkpoint.ts";
import type { FindingCode } from "../../../record/finding.ts";
import { encodeLeaves, groupLeaf, parseLeaves } from "../../../record/group.ts";
import { encodeNote, parseNote } from "../../../record/note.ts";
import { GROUP_CHECKPOINT, GROUP_LEAVES, START_HERE, sessionPagePath, sessionPath } from "../../../record/path.ts";
import { rootOf, Tree } from "../../../record/tree.ts";
import type { TestKey } from "../keys.ts";
import {
  change,
  ENDPOINTS,
  type Files,
  GROUP,
  LIVE,
  ORGANIZATION,
  type SampleEntry,
  type SampleSession,
  SESSIONS,
  samplePackage,
  seal,
  witnessOf,
} from "../sample.ts";
import { makeZip, type ZipPart } from "../zip-maker.ts";
import type { Vector } from "./vector.ts";

/** A vector before its package is made: the files, or the ZIP when the fault is in that. */
export interface Draft extends Omit<Vector, "zip"> {
  make: () => Made | Promise<Made>;
}
type Made = Files | Uint8Array;

/** Packages without a fault, from which each vector departs in one thing. */
export interface Base {
  /** A live session with hidden lines and a witness. Another one is left out. */
  one: Files;
  /** A live session with a question and its answer, and an imported one. A third is left out. */
  two: Files;
  /** Two short sessions, the second opened when the first was in the log. A third is left out. */
  pinned: Files;
  /** No session at all: for faults of what is around the records. */
  small: Files;
}

/** The sample's live session, without what is asked and answered: a vector is to be small. */
const SHORT: SampleSession = {
  ...LIVE,
  entries: [0, 1, 4, 5, 6, 7].map((seq) => {
    const { fields, ...rest } = LIVE.entries[seq] as SampleEntry;
    if (fields.kind === "command")
      return { ...rest, fields: { kind: "command", by: "p0", shell: "powershell", consent: "read-only" } };
    return { ...rest, fields: "command" in fields ? { ...fields, command: 2 } : fields };
  }),
  hide: [
    { seq: 2, field: "command", line: 0, reason: "credential" },
    { seq: 3, field: "output", line: 0, reason: "credential", shown: "added svc ********" },
  ],
};

const EARLIER: SampleSession = { ...LIVE, entries: [LIVE.entries[0], LIVE.entries[7]].map(unsigned), hide: [] };
const LATER: SampleSession = { ...EARLIER, id: SESSIONS[1], saw: 1 };

function unsigned(entry: SampleEntry | undefined): SampleEntry {
  if (entry === undefined) throw new Error("expected an entry of the sample");
  const { by: _, ...fields } = entry.fields;
  return { ...entry, fields: fields as SampleEntry["fields"] };
}

export const SESSION = SESSIONS[0];
export const ENTRIES = sessionPath(SESSION, "entries.jsonl");
export const TEXT = sessionPath(SESSION, "text.jsonl");
export const CHECKPOINT = sessionPath(SESSION, "checkpoint");
export const WITNESS = witnessOf(ENDPOINTS[0]);
/** By the witness's clock, in seconds since 1970. */
export const COSIGNED = Date.UTC(2026, 10, 20, 8, 0, 8) / 1000;

export async function makeBase(): Promise<Base> {
  const made = [[[SHORT]], [], [[EARLIER, LATER]], [[], []]] satisfies Parameters<typeof samplePackage>[];
  const [one, two, pinned, small] = await Promise.all(made.map(async (of) => seal(bare(await samplePackage(...of)))));
  return { one, two, pinned, small } as Base;
}

/** Without the sample's pages, styles and tables, but for one page. */
export function bare(files: Files): Files {
  const out = new Map(files);
  for (const path of [START_HERE, "data/assets/style.css", "data/exports/sessions.csv", "data/search/empty.js"]) out.delete(path);
  for (const session of SESSIONS) out.delete(sessionPagePath(session));
  return out;
}

/** Rows of a table of drafts whose files are sealed by the organisation after their change. */
export type Row = [name: string, what: string, expect: Vector["expect"], make: () => Made | Promise<Made>, also?: FindingCode[]];

export function drafts(group: string, rows: readonly Row[]): Draft[] {
  return rows.map(([name, what, expect, make, also]) => ({
    name: `${group}-${name}`,
    what,
    expect,
    also,
    make: async () => {
      const made = await make();
      return made instanceof Map ? seal(made) : made;
    },
  }));
}

/** Lines of a file, without their newlines. */
export function linesOf(files: Files, path: string): string[] {
  return fromUtf8(files.get(path) as Uint8Array)
    .split("\n")
    .slice(0, -1);
}

/** The same files with the lines of one of them changed. */
export function edit(files: Files, path: string, by: (lines: string[]) => string[]): Files {
  return change(files, path, () =>
    utf8(
      by(linesOf(files, path))
        .map((line) => `${line}\n`)
        .join(""),
    ),
  );
}

/** A line of canonical JSON as another value of it. */
export function value(line: string | undefined, by: (value: Json) => unknown): string {
  return encodeCanonical(by(JSON.parse(line as string)));
}
// biome-ignore format: one line
export type Json = Record<string, unknown> & { text: Record<string, unknown>; seq: number };

export interface Relog {
  /** What the checkpoint says otherwise than the entries. */
  head?: Partial<Checkpoint>;
  /** The body that is signed, when it is no checkpoint as it should be. */
  body?: string;
  witness?: TestKey | undefined;
  /** Undefined: signed, and cosigned by the witness. */
  note?: (body: string) => Promise<Uint8Array>;
}

/** Makes checkpoint, cosignature and group log anew for the first session, whose entries were changed, as whoever holds all keys can. */
export async function relog(files: Files, { head = {}, body, witness = WITNESS, note }: Relog = {}): Promise<Files> {
  const tree = new Tree();
  for (const line of splitLines(files.get(ENTRIES) as Uint8Array)) tree.append(line);
  const checkpoint = { origin: sessionOrigin(ORGANIZATION.key.name, SESSION), size: tree.size, root: tree.root(), ...head };
  const text = body ?? encodeCheckpoint(checkpoint);
  const signed = note === undefined ? await signAndCosign(text, witness) : await note(text);
  return regroup(new Map(files).set(CHECKPOINT, signed), leavesOf(files).with(0, groupLeaf(text)));
}

/** A note over any text, signed by the organisation and cosigned by the witness. */
async function signAndCosign(text: string, witness: TestKey = WITNESS): Promise<Uint8Array> {
  const { key, sign } = ORGANIZATION;
  const line = `\u2014 ${key.name} ${Buffer.concat([key.id, await sign(utf8(text))]).toString("base64")}\n`;
  return utf8(`${text}\n${line}${await cosign(text, witness.key, COSIGNED, witness.sign)}`);
}

export function leavesOf(files: Files): Uint8Array[] {
  return parseLeaves(files.get(GROUP_LEAVES) as Uint8Array);
}

/** The group log over these leaves. */
export async function regroup(files: Files, leaves: readonly Uint8Array[], head: Partial<Checkpoint> = {}): Promise<Files> {
  const { key, sign } = ORGANIZATION;
  const checkpoint = { origin: groupOrigin(key.name, GROUP), size: leaves.length, root: rootOf(leaves), ...head };
  return new Map(files)
    .set(GROUP_LEAVES, utf8(encodeLeaves(leaves)))
    .set(GROUP_CHECKPOINT, await signCheckpoint(checkpoint, key, sign));
}

/** The same files with the parts of a note changed. */
export function editNote(
  files: Files,
  path: string,
  by: (note: ReturnType<typeof parseNote>) => ReturnType<typeof parseNote>,
): Files {
  return change(files, path, (bytes) => encodeNote(by(parseNote(bytes))));
}

function splitLines(bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0, end = bytes.indexOf(0x0a); end >= 0; at = end + 1, end = bytes.indexOf(0x0a, at))
    out.push(bytes.subarray(at, end));
  return out;
}

/** The files as parts of a ZIP, deflated where that makes them smaller. */
export async function partsOf(files: Files): Promise<ZipPart[]> {
  return Promise.all(
    [...files].map(async ([name, data]): Promise<ZipPart> => {
      const packed = await deflate(data);
      return packed.length < data.length ? { name, data, method: 8, packed } : { name, data, method: 0 };
    }),
  );
}

export async function zipOf(files: Files): Promise<Uint8Array> {
  return makeZip(await partsOf(files));
}

const deflated = new Map<string, Promise<Uint8Array>>();

/** Deflates in JavaScript, as JSZip does: what zlib makes of the same bytes is not the same on every machine. */
export function deflate(data: Uint8Array): Promise<Uint8Array> {
  const key = hash("sha256", data);
  const known = deflated.get(key) ?? deflateAnew(data);
  deflated.set(key, known);
  return known;
}

async function deflateAnew(data: Uint8Array): Promise<Uint8Array> {
  const how = { type: "uint8array", compression: "DEFLATE", compressionOptions: { level: 9 } } as const;
  const zip = await new JSZip().file("x", data).generateAsync(how);
  const view = new DataView(zip.buffer, zip.byteOffset);
  const start = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  return zip.slice(start, start + view.getUint32(18, true));
}
