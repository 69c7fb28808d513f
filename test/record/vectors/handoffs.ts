import { concat, fromUtf8, utf8 } from "../../../record/bytes.ts";
import { canonicalBytes } from "../../../record/canonical.ts";
import type { Disclosure } from "../../../record/disclosure.ts";
import { encodeVerifierKey, SIGNATURE_TYPE, verifierKey } from "../../../record/key.ts";
import { HANDOFF, sessionPath } from "../../../record/path.ts";
import { makeText, revealLine } from "../../../record/text.ts";
import { seedOf } from "../keys.ts";
import { change, ENDPOINTS, type Files, LIVE, ORGANIZATION, recordSession, SECRET, SESSIONS, witnessOf } from "../sample.ts";
import { type Base, type Draft, drafts, SESSION } from "./base.ts";

const MALFORMED = "handoff/malformed";
const FACTS = "session/facts-differ";
const IDENTITY = "session/identity-differs";

type Any = Record<string, unknown>;
type Stated = Any &
  Record<"client" | "from" | "generator" | "log" | "period" | "to", Any> &
  Record<"endpoints" | "sessions", Any[]>;

/** Faults of handoff.json: how it is written, and what it says of the records. */
export function handoffVectors({ one: files, two }: Base): Draft[] {
  const stated = (by: (handoff: Stated) => unknown, from = files) =>
    change(from, HANDOFF, (bytes) => line(by(JSON.parse(fromUtf8(bytes)) as Stated)));
  const as = (by: (handoff: Stated) => unknown) => () => stated(by);
  const nth = (at: number, of: Any) => (handoff: Stated) => ({
    ...handoff,
    sessions: handoff.sessions.map((one, i) => (i === at ? { ...one, ...of } : one)),
  });
  const session = (of: Any) => as(nth(0, of));
  const imported = (of: Any) => () => stated(nth(1, of), two);
  const text = (by: (text: string) => string) => () => change(files, HANDOFF, (bytes) => utf8(by(fromUtf8(bytes))));

  return drafts("handoff", [
    ["missing", "handoff.json is missing.", MALFORMED, () => new Map([...files].filter(([path]) => path !== HANDOFF))],
    ["not-json", "handoff.json is no JSON.", MALFORMED, text((one) => one.slice(1))],
    ["no-newline", "It does not end with a newline.", MALFORMED, text((one) => one.slice(0, -1))],
    ["two-lines", "It has a blank line more.", MALFORMED, text((one) => `${one}\n`)],
    ["not-canonical", "It has a space that need not be.", MALFORMED, text((one) => one.replace(":", ": "))],
    ["duplicate-key", "A key is there twice.", MALFORMED, text((one) => one.replace('"letter"', '"letter":"","letter"'))],
    ["lone-surrogate", "The letter has half of a surrogate pair.", MALFORMED, text((one) => one.replace("Dear", "De\\ud83dar"))],
    ["byte-order-mark", "It begins with a byte order mark.", MALFORMED, text((one) => `\ufeff${one}`)],
    ["format-unknown", "It is of version 2.", MALFORMED, as((one) => ({ ...one, format: "caisey-package/2" }))],
    ["field-unknown", "It has a field that the format has not.", MALFORMED, as((one) => ({ ...one, color: "red" }))],
    ["field-unknown-within", "A session has a field that the format has not.", MALFORMED, session({ color: "red" })],
    ["field-missing", "It has no letter.", MALFORMED, as(({ letter: _, ...one }) => one)],
    ["field-missing-within", "It does not say for whom it is.", MALFORMED, as((one) => ({ ...one, to: {} }))],
    ["id-malformed", "Its id is none.", MALFORMED, as((one) => ({ ...one, handoff: "hnd_1" }))],
    ["replaces-malformed", "What it replaces is no SHA-256.", MALFORMED, as((one) => ({ ...one, replaces: "AB".repeat(32) }))],
    ["replaces", "It replaces another package.", "verified", as((one) => ({ ...one, replaces: "ab".repeat(32) }))],
    [
      "viewer-malformed",
      "The hash of the compiled pages is none.",
      MALFORMED,
      as((one) => ({ ...one, generator: { ...one.generator, viewer: "x" } })),
    ],
    ["time-malformed", "When it was created is no time.", MALFORMED, as((one) => ({ ...one, created: "2026-11-22" }))],
    [
      "time-year-0",
      "Its period begins in the year 0.",
      "verified",
      as((one) => ({ ...one, period: { ...one.period, from: "0000-02-29T00:00:00.000Z" } })),
    ],
    ["letter-long", "The letter has 200,001 characters.", MALFORMED, as((one) => ({ ...one, letter: "a".repeat(200_001) }))],
    ["letter-longest", "The letter has 200,000 characters.", "verified", as((one) => ({ ...one, letter: "a".repeat(200_000) }))],
    [
      "reason-unknown",
      "A session is left out for a reason that the format has not.",
      MALFORMED,
      as((one) => ({ ...one, log: { ...one.log, omitted: [{ leaf: 1, reason: "shame" }] } })),
    ],
    ["leaf-negative", "The place of a session in the log is negative.", MALFORMED, session({ leaf: -1 })],
    ["note-null", "A session has no note but null.", MALFORMED, session({ note: null })],
    ["todo-string", "What is to do is a string.", MALFORMED, session({ todo: "x" })],
    ["reviewed-never", "When a session was reviewed is no time.", MALFORMED, session({ reviewedAt: "never" })],
    [
      "session-twice",
      "A session is there twice.",
      MALFORMED,
      as((one) => ({ ...one, sessions: [...one.sessions, one.sessions[0]] })),
    ],
    [
      "endpoint-twice",
      "A machine is there twice.",
      MALFORMED,
      as((one) => ({ ...one, endpoints: [...one.endpoints, one.endpoints[0]] })),
    ],
    ["key-malformed", "The organisation's key is none.", MALFORMED, as((one) => ({ ...one, from: { ...one.from, key: "hello" } }))],
    [
      "key-id",
      "The id of the organisation's key is not that of the key.",
      MALFORMED,
      as((one) => ({ ...one, from: { ...one.from, key: String(one.from.key).replace(/\+......../, "+00000000") } })),
    ],
    [
      "key-of-witness",
      "The organisation's key is of the type that cosigns.",
      MALFORMED,
      as((one) => ({
        ...one,
        from: {
          ...one.from,
          key: encodeVerifierKey(verifierKey(ORGANIZATION.key.name, SIGNATURE_TYPE.cosignature, ORGANIZATION.key.publicKey)),
        },
      })),
    ],
    [
      "key-name",
      "The organisation's key has another name than the one that signed the logs.",
      "origin/checkpoint-signature",
      as((one) => ({
        ...one,
        from: {
          ...one.from,
          key: encodeVerifierKey(verifierKey("caisey.local/org_renamed", SIGNATURE_TYPE.log, ORGANIZATION.key.publicKey)),
        },
      })),
    ],
    ["entries", "It counts an entry more.", FACTS, session({ entries: 7 })],
    ["commands", "It counts no command.", FACTS, session({ commands: 0 })],
    ["approvals", "It counts a question more.", FACTS, session({ approvals: 2 })],
    ["redacted-lines", "It counts no hidden line.", FACTS, session({ redactedLines: 0 })],
    ["mode", "It says that a live session was imported.", FACTS, session({ mode: "imported" })],
    ["mode-imported", "It says that an imported session was live.", FACTS, imported({ mode: "live" })],
    ["outcome", "It says another outcome.", FACTS, session({ outcome: "unresolved" })],
    ["opened", "It says that a session began earlier.", FACTS, session({ opened: "2026-11-20T07:00:00.000Z" })],
    ["closed", "It says that a session ended later.", FACTS, session({ closed: "2026-11-20T09:00:00.000Z" })],
    [
      "opened-imported",
      "It gives the day of import as the time of an imported session.",
      FACTS,
      imported({ opened: "2026-11-20T08:00:00.000Z" }),
    ],
    [
      "words",
      "Title, tags and note are others, as they may be.",
      "verified",
      session({ title: "", tags: ["x"], note: "Nothing.", todo: ["call"], reviewedBy: "" }),
    ],
    ["endpoint", "It gives a session to another machine.", IDENTITY, session({ endpoint: ENDPOINTS[1] })],
    ["endpoint-missing", "It lists no machine.", IDENTITY, as((one) => ({ ...one, endpoints: [] }))],
    [
      "endpoint-key",
      "It gives a machine the key of another.",
      IDENTITY,
      as((one) => ({
        ...one,
        endpoints: one.endpoints.map((at) => ({ ...at, key: encodeVerifierKey(witnessOf(ENDPOINTS[1]).key) })),
      })),
    ],
    [
      "client",
      "It names another client.",
      IDENTITY,
      as((one) => ({ ...one, client: { ...one.client, group: "grp_0000000000000009" } })),
      ["group/root-differs"],
    ],
    [
      "leaf",
      "It gives a session the place of one that was left out.",
      "group/leaf-differs",
      session({ leaf: 1 }),
      ["complete/unaccounted"],
    ],
    [
      "leaf-beyond",
      "It gives a session a place that the log has not.",
      "group/leaf-differs",
      session({ leaf: 2 }),
      ["complete/unaccounted"],
    ],
    ["session-renamed", "A session stands there under another id.", IDENTITY, () => renamed(files, stated)],
    ["session-unlisted", "Records are there of a session that it does not list.", "records/unlisted", () => unlisted(files)],
    [
      "records-unlisted",
      "A file lies among the records that belongs to nothing.",
      "records/unlisted",
      () => new Map(files).set("data/records/notes.txt", utf8("x\n")),
    ],
    [
      "records-missing",
      "A session has no texts.",
      "records/missing",
      () => new Map([...files].filter(([path]) => path !== sessionPath(SESSION, "text.jsonl"))),
    ],
    [
      "records-missing-all",
      "A session has no records.",
      "records/missing",
      () => new Map([...files].filter(([path]) => !path.includes(SESSION))),
    ],
  ]);
}

/** Lines that are revealed of a package without a fault. */
export function disclosureVectors({ one: files }: Base): Draft[] {
  const text = makeText(`net user svc ${SECRET} /add`, seedOf(`${SESSION}/2/command`));
  const good: Disclosure = {
    format: "caisey-disclosure/1",
    handoff: "hnd_0000000000000001",
    session: SESSION,
    seq: 2,
    field: "command",
    line: 0,
    revealed: revealLine(text, 0),
    made: "2026-12-01T10:00:00.000Z",
  };
  const with_ = (of: Partial<Disclosure>) => ({ disclosure: fromUtf8(canonicalBytes({ ...good, ...of })) });
  const [proven, ...rest] = drafts("disclosure", [
    ["proven", "A hidden line is revealed.", "verified", () => files],
    ["other-line", "A line is revealed that is not the hidden one.", "disclosure/not-the-line", () => files],
    ["other-salt", "The hidden line is revealed with another salt.", "disclosure/not-the-line", () => files],
    ["not-hidden", "A line is revealed that is not hidden.", "disclosure/no-such-line", () => files],
    ["no-such-session", "A line is revealed of a session that is not there.", "disclosure/no-such-line", () => files],
    ["other-package", "A line is revealed of another package.", "disclosure/other-package", () => files],
  ]) as [Draft, ...Draft[]];
  const others = [
    with_({ revealed: { ...good.revealed, line: "whoami" } }),
    with_({ revealed: { ...good.revealed, salt: Buffer.alloc(16).toString("base64") } }),
    with_({ seq: 1, field: "name" }),
    with_({ session: SESSIONS[2] }),
    with_({ handoff: "hnd_0000000000000002" }),
  ];
  return [{ ...proven, ...with_({}), says: ["disclosure/proven"] }, ...rest.map((one, i) => ({ ...one, ...others[i] }))];
}

function line(value: unknown): Uint8Array {
  return concat(canonicalBytes(value), utf8("\n"));
}

/** The records of the first session, and its place in handoff.json, under the third one's id. */
function renamed(files: Files, stated: (by: (handoff: Stated) => unknown, from: Files) => Files): Files {
  const moved = new Map([...files].map(([path, bytes]) => [path.replace(SESSION, SESSIONS[2]), bytes]));
  return stated(
    (one) => ({ ...one, sessions: one.sessions.map((of) => (of.session === SESSION ? { ...of, session: SESSIONS[2] } : of)) }),
    moved,
  );
}

async function unlisted(files: Files): Promise<Files> {
  const stray = await recordSession({ ...LIVE, id: "ses_0000000000000009" }, 0);
  return new Map([...files, ...stray.files]);
}
