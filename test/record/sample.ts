import { createHash } from "node:crypto";
import { BAGIT_TXT, encodeBagInfo, encodeManifest, payloadOxum } from "../../record/bag.ts";
import { fromUtf8, toBase64, toHex, utf8 } from "../../record/bytes.ts";
import { cosign, encodeCheckpoint, groupOrigin, sessionOrigin, signCheckpoint } from "../../record/checkpoint.ts";
import { type Entry, encodeEntry, SESSION_FORMAT } from "../../record/entry.ts";
import { encodeLeaves, groupLeaf } from "../../record/group.ts";
import { encodeHandoff, type Handoff, type HandoffSession, PACKAGE_FORMAT, parseHandoff } from "../../record/handoff.ts";
import { encodeVerifierKey, SIGNATURE_TYPE } from "../../record/key.ts";
import type { PackageReader } from "../../record/package-reader.ts";
import {
  ALLOWED_SIGNERS,
  BAG_INFO,
  BAGIT,
  GROUP_CHECKPOINT,
  GROUP_LEAVES,
  HANDOFF,
  MANIFEST,
  README,
  SIGNATURE,
  START_HERE,
  sessionPagePath,
  sessionPath,
  TAG_MANIFEST,
} from "../../record/path.ts";
import { FactCounter } from "../../record/session-facts.ts";
import { type SessionRedaction, SessionRedactor } from "../../record/session-redaction.ts";
import { encodeSessionText } from "../../record/session-text.ts";
import { encodeAllowedSigner, sshSign } from "../../record/sshsig.ts";
import { commitText, makeText, type TextValue } from "../../record/text.ts";
import { rootOf, Tree } from "../../record/tree.ts";
import { seedOf, type TestKey, testKey } from "./keys.ts";
import { makeZip } from "./zip-maker.ts";

export type Files = Map<string, Uint8Array>;

/** An entry without what its place decides; its texts as they were typed. */
export interface SampleEntry {
  fields: { kind: Entry["kind"] } & Record<string, unknown>;
  text?: Record<string, string>;
  seen?: string;
}

export interface SampleSession {
  id: string;
  endpoint: string;
  mode: "live" | "imported";
  witnessed: boolean;
  /** How many leaves the group log has when it is opened. Undefined: none. */
  saw?: number;
  entries: readonly SampleEntry[];
  hide?: readonly SessionRedaction[];
}

export const ORGANIZATION = testKey("caisey.local/org_sample", SIGNATURE_TYPE.log);
export const GROUP = "grp_0000000000000001";
export const ENDPOINTS = ["end_0000000000000001", "end_0000000000000002"] as const;
/** The first session is live, witnessed and redacted; the second imported; the third is left out of the package. */
export const SESSIONS = ["ses_0000000000000001", "ses_0000000000000002", "ses_0000000000000003"] as const;
/** A password that the package must not hold. */
export const SECRET = "Hunter2!spooler";

const CREATED = "2026-11-22T09:30:00.000Z";
const OPENED = Date.parse("2026-11-20T08:00:00.000Z");

export function witnessOf(endpoint: string): TestKey {
  return testKey(`${ORGANIZATION.key.name}/${endpoint}`, SIGNATURE_TYPE.cosignature);
}

const opened = (subject: string): SampleEntry => ({
  fields: { kind: "opened", format: SESSION_FORMAT },
  text: { subject, organization: "Northwind IT", client: "Acme Accounting", endpoint: "ACME-SRV01" },
});

export const LIVE: SampleSession = {
  id: SESSIONS[0],
  endpoint: ENDPOINTS[0],
  mode: "live",
  witnessed: true,
  entries: [
    opened("Print spooler stops"),
    { fields: { kind: "joined", participant: "p0", role: "technician" }, text: { name: "Dana Reyes" } },
    {
      fields: { kind: "approval.asked", by: "p0" },
      text: { command: `net user svc ${SECRET} /add`, reason: "a service account" },
    },
    { fields: { kind: "approval.answered", asked: 2, answer: "approved" }, text: { word: "yes" } },
    {
      fields: { kind: "command", by: "p0", shell: "powershell", consent: "answered", answered: 3 },
      text: { command: `net user svc ${SECRET} /add` },
    },
    {
      fields: { kind: "output", command: 4, stream: "stdout", newline: true },
      text: { output: `added svc ${SECRET}\nThe command completed successfully.\n` },
    },
    {
      fields: {
        kind: "finished",
        command: 4,
        exit: 0,
        end: "exited",
        duration: 120,
        cut: { stdout: 0, stderr: 0 },
      },
      text: { raw: `${"ab".repeat(32)} 64\n${"cd".repeat(32)} 0` },
    },
    {
      fields: { kind: "closed", by: "p0", outcome: "resolved" },
      text: { summary: "driver replaced", todo: "order toner\ntell Kim" },
    },
  ],
  hide: [
    { seq: 2, field: "command", line: 0, reason: "credential", shown: "net user svc ******** /add" },
    { seq: 4, field: "command", line: 0, reason: "credential" },
    { seq: 5, field: "output", line: 0, reason: "credential" },
  ],
};

export const IMPORTED: SampleSession = {
  id: SESSIONS[1],
  endpoint: ENDPOINTS[1],
  mode: "imported",
  witnessed: false,
  entries: [
    { ...opened("Imported from an older system"), seen: "2025-03-01T10:00:00.000Z" },
    {
      fields: { kind: "gap", from: "2025-03-01T10:00:00.000Z", to: "2025-03-01T10:05:00.000Z", cause: "not-recorded" },
      seen: "2025-03-01T10:05:00.000Z",
    },
    { fields: { kind: "closed", outcome: "informational" }, text: {}, seen: "2025-03-01T10:06:00.000Z" },
  ],
};

const OMITTED: SampleSession = {
  ...IMPORTED,
  id: SESSIONS[2],
  mode: "live",
  entries: [opened("Private"), ...IMPORTED.entries.slice(2)],
};

export interface RecordedSession {
  entries: Entry[];
  text: TextValue[];
  lines: Uint8Array[];
  checkpoint: Uint8Array;
  leaf: Uint8Array;
  stated: HandoffSession;
  files: Files;
}

/** Records a session as the product does. `change` may falsify its entries before they are committed. */
export async function recordSession(
  session: SampleSession,
  leaf: number,
  { key = ORGANIZATION, group = GROUP, log = [] }: { key?: TestKey; group?: string; log?: readonly Uint8Array[] } = {},
): Promise<RecordedSession> {
  const witness = witnessOf(session.endpoint);
  const redactor = new SessionRedactor(session.hide ?? []);
  const facts = new FactCounter();
  const tree = new Tree();
  const entries: Entry[] = [];
  const lines: Uint8Array[] = [];
  const texts: TextValue[] = [];
  const written: Uint8Array[] = [];
  for (const [seq, sample] of session.entries.entries()) {
    const named = Object.entries(sample.text ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([field, text]) => [field, makeText(text, seedOf(`${session.id}/${seq}/${field}`))] as const);
    const own =
      sample.fields.kind === "opened"
        ? {
            session: session.id,
            group,
            endpoint: session.endpoint,
            endpointKey: encodeVerifierKey(witness.key),
            mode: session.mode,
            log: headOf(log.slice(0, session.saw ?? 0)),
          }
        : {};
    const entry = {
      ...sample.fields,
      ...own,
      seq,
      at: new Date(OPENED + 1000 * seq).toISOString(),
      ...(sample.seen === undefined ? {} : { seen: sample.seen }),
      text: Object.fromEntries(named.map(([field, text]) => [field, commitText(text)])),
    } as unknown as Entry;
    const line = encodeEntry(entry);
    const text = redactor.apply(entry, Object.fromEntries(named));
    tree.append(line);
    facts.add(entry, text);
    entries.push(entry);
    lines.push(line);
    for (const [field, value] of Object.entries(text)) {
      texts.push(value);
      written.push(encodeSessionText({ seq, field, text: value }));
    }
  }
  const head = { origin: sessionOrigin(key.key.name, session.id), size: tree.size, root: tree.root() };
  const body = encodeCheckpoint(head);
  const time = (OPENED + 1000 * session.entries.length) / 1000;
  const cosignature = session.witnessed ? await cosign(body, witness.key, time, witness.sign) : "";
  const checkpoint = utf8(fromUtf8(await signCheckpoint(head, key.key, key.sign)) + cosignature);
  const counted = facts.result();
  if (counted === undefined) throw new Error("expected a session from opened to closed");
  const stated: HandoffSession = {
    session: session.id,
    endpoint: session.endpoint,
    leaf,
    title: "A session",
    tags: ["printing"],
    ...counted,
    note: "What was done",
    todo: [],
    reviewedBy: "Dana Reyes",
    reviewedAt: CREATED,
  };
  const files: Files = new Map([
    [sessionPath(session.id, "entries.jsonl"), linesFile(lines)],
    [sessionPath(session.id, "text.jsonl"), linesFile(written)],
    [sessionPath(session.id, "checkpoint"), checkpoint],
  ]);
  return { entries, text: texts, lines, checkpoint, leaf: groupLeaf(body), stated, files };
}

/** What `opened` says of a group log with these leaves. */
export function headOf(leaves: readonly Uint8Array[]): { size: number; root: string } {
  return { size: leaves.length, root: toBase64(rootOf(leaves)) };
}

/** A small valid package: two sessions, and one that is left out. */
export async function samplePackage(
  sessions: readonly SampleSession[] = [LIVE, IMPORTED],
  omitted: readonly SampleSession[] = [OMITTED],
  key: TestKey = ORGANIZATION,
): Promise<Files> {
  const recorded: RecordedSession[] = [];
  for (const [leaf, session] of [...sessions, ...omitted].entries()) {
    recorded.push(await recordSession(session, leaf, { key, log: recorded.map((one) => one.leaf) }));
  }
  const leaves = recorded.map(({ leaf }) => leaf);
  const inside = recorded.slice(0, sessions.length);
  const handoff: Handoff = {
    format: PACKAGE_FORMAT,
    handoff: "hnd_0000000000000001",
    created: CREATED,
    generator: { version: "0.1.0", viewer: "0".repeat(64) },
    from: { organization: "Northwind IT", key: encodeVerifierKey(key.key) },
    to: { name: "Contoso Support" },
    client: { group: GROUP, name: "Acme Accounting" },
    period: { from: "2025-01-01T00:00:00.000Z", to: "2026-11-22T00:00:00.000Z" },
    letter: "Dear colleagues",
    endpoints: ENDPOINTS.map((endpoint, i) => ({
      endpoint,
      name: `ACME-SRV0${i + 1}`,
      key: encodeVerifierKey(witnessOf(endpoint).key),
    })),
    sessions: inside.map(({ stated }) => stated),
    log: { size: leaves.length, omitted: omitted.map((_, i) => ({ leaf: sessions.length + i, reason: "not-selected" })) },
  };
  const group = { origin: groupOrigin(key.key.name, GROUP), size: leaves.length, root: rootOf(leaves) };
  const files: Files = new Map([
    [START_HERE, utf8("<!doctype html><title>Start</title>\n")],
    [README, utf8("How to verify\n")],
    [BAGIT, utf8(BAGIT_TXT)],
    ["data/index.html", utf8("<!doctype html><title>Overview</title>\n")],
    ["data/assets/style.css", utf8("body { color: black }\n")],
    ["data/exports/sessions.csv", utf8("session\r\n")],
    ["data/search/empty.js", new Uint8Array()],
    [HANDOFF, encodeHandoff(handoff)],
    [GROUP_CHECKPOINT, await signCheckpoint(group, key.key, key.sign)],
    [GROUP_LEAVES, utf8(encodeLeaves(leaves))],
    ...inside.flatMap(({ stated }): [string, Uint8Array][] => [
      [sessionPagePath(stated.session), utf8(`<!doctype html><title>${stated.session}</title>\n`)],
    ]),
    ...inside.flatMap(({ files: own }) => [...own]),
  ]);
  return seal(files, key);
}

/** A payload file that is not held in memory. */
export interface ElsewhereFile {
  path: string;
  digest: string;
  size: number;
}

/** The same files with lists and signature made for them, as whoever holds the key can. `more`: files that the package has beside these. */
export async function seal(files: Files, key: TestKey = ORGANIZATION, more: readonly ElsewhereFile[] = []): Promise<Files> {
  const out: Files = new Map(files);
  for (const path of [BAG_INFO, MANIFEST, TAG_MANIFEST, SIGNATURE]) out.delete(path);
  out.set(ALLOWED_SIGNERS, utf8(encodeAllowedSigner({ principal: key.key.name, publicKey: key.key.publicKey })));
  const payload = [...out].filter(([path]) => path.startsWith("data/"));
  const octets = [...payload.map(([, bytes]) => bytes.length), ...more.map(({ size }) => size)].reduce(
    (sum, size) => sum + size,
    0,
  );
  const info = [
    ["Bagging-Date", CREATED.slice(0, 10)],
    ["Payload-Oxum", payloadOxum(octets, payload.length + more.length)],
  ] as const;
  out.set(BAG_INFO, utf8(encodeBagInfo(info)));
  out.set(MANIFEST, utf8(encodeManifest([...payload.map(rowOf), ...more])));
  out.set(TAG_MANIFEST, utf8(encodeManifest([...out].filter(([path]) => !path.startsWith("data/")).map(rowOf))));
  out.set(SIGNATURE, utf8(await sshSign(out.get(TAG_MANIFEST) as Uint8Array, key.key.publicKey, key.sign)));
  return out;
}

function rowOf([path, bytes]: [string, Uint8Array]) {
  return { path, digest: toHex(createHash("sha256").update(bytes).digest()) };
}

export function linesFile(lines: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(lines.flatMap((line) => [line, Uint8Array.of(0x0a)])));
}

/** Reads a package out of memory, in pieces of `piece` bytes. */
export function readerOf(files: Files, piece = 997): PackageReader {
  return {
    files: [...files].map(([path, bytes]) => ({ path, size: bytes.length })),
    findings: [],
    async *open(path) {
      const bytes = files.get(path);
      if (bytes === undefined) throw new Error(`expected a file that is there, got ${path}`);
      for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
    },
  };
}

/** The files as one ZIP, deflated. */
export function sampleZip(files: Files): Uint8Array {
  return makeZip([...files].map(([name, data]) => ({ name, data, method: 8 as const })));
}

/** The same files with one of them changed. */
export function change(files: Files, path: string, by: (bytes: Uint8Array) => Uint8Array): Files {
  const bytes = files.get(path);
  if (bytes === undefined) throw new Error(`expected a file that is there, got ${path}`);
  return new Map(files).set(path, by(bytes));
}

/** The same files with a text file changed. */
export function changeText(files: Files, path: string, by: (text: string) => string): Files {
  return change(files, path, (bytes) => utf8(by(fromUtf8(bytes))));
}

/** The same files with another handoff.json. */
export function editedHandoff(files: Files, by: (handoff: Handoff) => Handoff): Files {
  return change(files, HANDOFF, (bytes) => encodeHandoff(by(parseHandoff(bytes))));
}
