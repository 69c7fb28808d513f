import { createHash } from "node:crypto";
import type { PackageSigner, PackageSource } from "../../generator/source.ts";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { fromUtf8, toBase64 } from "../../record/bytes.ts";
import { type Checkpoint, cosign, encodeCheckpoint, groupOrigin, sessionOrigin, signCheckpoint } from "../../record/checkpoint.ts";
import { type Entry, encodeEntry, parseEntry } from "../../record/entry.ts";
import { groupLeaf } from "../../record/group.ts";
import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import { encodeVerifierKey, publicKeyOf, SIGNATURE_TYPE, signWith, verifierKey } from "../../record/key.ts";
import { FactCounter } from "../../record/session-facts.ts";
import { SessionRedactor } from "../../record/session-redaction.ts";
import { commitText, makeText, type Redaction } from "../../record/text.ts";
import { rootOf, Tree } from "../../record/tree.ts";
import type { Recorded } from "../../record/wire.ts";

/** An entry without what its place decides, its texts as they were typed, and which of their lines are hidden. */
export interface SampleEntry {
  fields: { kind: Entry["kind"] } & Record<string, unknown>;
  /** When it was stored, RFC 3339; a second after the one before unless it is told. */
  at?: string;
  text?: Record<string, string>;
  hide?: Record<string, Redaction[]>;
}

export interface SampleSession {
  title: string;
  note?: string;
  todo?: string[];
  tags?: string[];
  endpoint: number;
  entries: readonly SampleEntry[];
}

export interface Sample {
  source: PackageSource;
  signer: PackageSigner;
}

const KEY_NAME = "caisey.local/org_northwind";
const CREATED = "2026-11-20T10:30:00.000Z";
const FIRST = Date.parse("2026-01-05T08:00:00.000Z");
/** Milliseconds from the beginning of a session to that of the next. */
const BETWEEN = 1_800_000;
const LOG_SEED = seedOf("organisation");
const LOG_KEY = verifierKey(KEY_NAME, SIGNATURE_TYPE.log, publicKeyOf(LOG_SEED));
const GROUP = idOf("grp", 0);

/** A session as it is after its close. */
export interface RecordedSession {
  stated: HandoffSession;
  /** Final checkpoint as a signed note, cosigned by the endpoint. */
  checkpoint: string;
  recorded: Recorded[];
  /** In the group log. */
  leaf: Uint8Array;
  /** Number of the endpoint. */
  endpoint: number;
}

/** Signs for the organisation. */
export const signer: PackageSigner = {
  publicKey: LOG_KEY.publicKey,
  sign: async (message) => signWith(LOG_SEED, message),
};

/** A source in memory, made with the functions that record for real: same sessions, same bytes. */
export async function makeSample(sessions: readonly SampleSession[]): Promise<Sample> {
  const made: RecordedSession[] = [];
  for (const [number, session] of sessions.entries()) {
    made.push(
      await recordSession(
        session,
        number,
        made.map(({ leaf }) => leaf),
      ),
    );
  }
  const byId = new Map(made.map((session) => [session.stated.session, session]));
  const source = await handOver(made, async (id) => {
    const found = byId.get(id);
    if (found === undefined) throw new Error(`expected a session of the sample, got ${id}`);
    return {
      checkpoint: found.checkpoint,
      async *entries() {
        yield* found.recorded;
      },
    };
  });
  return { source, signer };
}

/** A source with these sessions, whose records come from `session`. */
export async function handOver(
  made: readonly Omit<RecordedSession, "recorded" | "checkpoint">[],
  session: PackageSource["session"],
): Promise<PackageSource> {
  const leaves = made.map(({ leaf }) => leaf);
  const group: Checkpoint = { origin: groupOrigin(KEY_NAME, GROUP), size: leaves.length, root: rootOf(leaves) };
  const endpoints = [...new Set(made.map(({ endpoint }) => endpoint))].sort((a, b) => a - b);
  const handoff: Omit<Handoff, "generator"> = {
    format: "caisey-package/1",
    handoff: idOf("hnd", 0),
    created: CREATED,
    from: { organization: "Northwind IT", key: encodeVerifierKey(LOG_KEY) },
    to: { name: "Contoso Support" },
    client: { group: GROUP, name: "Acme Accounting" },
    period: { from: "2026-01-01T00:00:00.000Z", to: "2026-11-20T00:00:00.000Z" },
    letter: "Dear colleagues,\nhere is what we know.",
    endpoints: endpoints.map((n) => ({
      endpoint: idOf("end", n),
      name: endpointName(n),
      key: encodeVerifierKey(endpointKey(n).key),
    })),
    sessions: made.map(({ stated }) => stated),
    log: { size: leaves.length, omitted: [] },
  };
  return {
    handoff,
    groupCheckpoint: fromUtf8(await signCheckpoint(group, LOG_KEY, signer.sign)),
    leaves,
    session,
  };
}

/**
 * Records a session: number 0 is the first of the client group.
 * @param log leaves of the group log when it is opened.
 */
export async function recordSession(
  session: SampleSession,
  number: number,
  log: readonly Uint8Array[] = [],
): Promise<RecordedSession> {
  const id = idOf("ses", number);
  const opened = FIRST + number * BETWEEN;
  const endpoint = endpointKey(session.endpoint);
  const tree = new Tree(nodeHashes);
  const facts = new FactCounter();
  const redactor = new SessionRedactor(
    session.entries.flatMap(({ hide }, seq) =>
      Object.entries(hide ?? {}).flatMap(([field, lines]) => lines.map((one) => ({ ...one, seq, field }))),
    ),
  );
  const recorded: Recorded[] = session.entries.map((sample, seq) => {
    const open = Object.entries(sample.text ?? {}).map(
      ([name, text]) => [name, makeText(text, seedOf(`${id}/${seq}/${name}`))] as const,
    );
    const at = sample.at ?? new Date(opened + seq * 1000).toISOString();
    const text = Object.fromEntries(open.map(([name, value]) => [name, commitText(value, nodeHashes)]));
    const own = {
      session: id,
      group: GROUP,
      endpoint: idOf("end", session.endpoint),
      endpointKey: encodeVerifierKey(endpoint.key),
      log: { size: log.length, root: toBase64(rootOf(log)) },
    };
    const fields = sample.fields.kind === "opened" ? { ...sample.fields, ...own } : sample.fields;
    const line = encodeEntry({ ...fields, seq, at, seen: at, text } as unknown as Entry);
    tree.append(line);
    const entry = parseEntry(line);
    const texts = redactor.apply(entry, Object.fromEntries(open));
    facts.add(entry, texts);
    return { line: fromUtf8(line), text: texts };
  });
  const checkpoint: Checkpoint = { origin: sessionOrigin(KEY_NAME, id), size: tree.size, root: tree.root() };
  const body = encodeCheckpoint(checkpoint);
  const last = session.entries.at(-1)?.at;
  const time = Math.floor((last === undefined ? opened + session.entries.length * 1000 : Date.parse(last) + 1000) / 1000);
  const note =
    fromUtf8(await signCheckpoint(checkpoint, LOG_KEY, signer.sign)) +
    (await cosign(body, endpoint.key, time, (message) => signWith(endpoint.seed, message)));
  const counted = facts.result();
  if (counted === undefined) throw new Error("a sample session begins with opened and ends with closed");
  const stated: HandoffSession = {
    session: id,
    endpoint: idOf("end", session.endpoint),
    leaf: number,
    title: session.title,
    tags: session.tags ?? [],
    ...counted,
    note: session.note ?? "",
    todo: session.todo ?? [],
    reviewedBy: "Dana Reyes",
    reviewedAt: CREATED,
  };
  return { stated, checkpoint: note, recorded, leaf: groupLeaf(body), endpoint: session.endpoint };
}

function endpointName(number: number): string {
  return `ACME-WS${String(number).padStart(3, "0")}`;
}

function endpointKey(number: number) {
  const seed = seedOf(`endpoint ${number}`);
  return { seed, key: verifierKey(`${KEY_NAME}/${idOf("end", number)}`, SIGNATURE_TYPE.cosignature, publicKeyOf(seed)) };
}

function seedOf(what: string): Uint8Array {
  return createHash("sha256").update(`caisey sample ${what}`).digest();
}

function idOf(prefix: string, number: number): string {
  return `${prefix}_${number
    .toString(32)
    .replaceAll(/[ilou]/g, (c) => ({ i: "w", l: "x", o: "y", u: "z" })[c] ?? c)
    .padStart(16, "0")}`;
}
