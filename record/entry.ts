import * as z from "zod";
import { canonicalBytes, type Json, parseCanonical } from "./canonical.ts";
import { RecordError } from "./error.ts";
import { type QuickCheck, quickCheck } from "./quick-check.ts";
import { textCommitment } from "./text.ts";

/** First field a reader of a session looks at; other values are refused. */
export const SESSION_FORMAT = "caisey-session/1";

/** RFC 3339 in UTC with milliseconds: `2026-11-22T09:30:00.000Z`. */
export const instant = z.iso.datetime({ precision: 3 });

/** `ses_`, `grp_`, `end_` or `hnd_` and 16 characters of Crockford's base32 in lower case: 80 random bits. */
const idOf = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{16}$`), `expected ${prefix}_ and 16 characters`);
export const sessionId = idOf("ses");
export const groupId = idOf("grp");
export const endpointId = idOf("end");
export const handoffId = idOf("hnd");

/** Who acted, within one session: `p0`, `p1`, … as introduced by `joined` entries. */
export const participantId = z.string().regex(/^p(0|[1-9][0-9]{0,3})$/);

const seq = z.int().min(0);
const count = z.int().min(0);
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
/** 32 bytes in base64 with padding, the bits beyond them zero. */
const hashBase64 = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/);

/** `text` of a committed line: commitments of the named texts. `?` marks those that may be missing. */
function texts<const Names extends readonly string[]>(...names: Names) {
  type Name<N extends string> = N extends `${infer Base}?` ? Base : N;
  const shape: Record<string, z.ZodType> = {};
  for (const name of names) {
    if (name.endsWith("?")) shape[name.slice(0, -1)] = textCommitment.optional();
    else shape[name] = textCommitment;
  }
  return z.strictObject(shape) as unknown as z.ZodType<
    { [N in Names[number] as N extends `${string}?` ? never : N]: z.infer<typeof textCommitment> } & {
      [N in Names[number] as N extends `${string}?` ? Name<N> : never]?: z.infer<typeof textCommitment> | undefined;
    }
  >;
}

/** Common to all: `at` is the Worker's clock when it stored the entry; `seen` the clock of whoever reports it. */
const common = { seq, at: instant, seen: instant.optional() };

export const participantRole = z.enum(["technician", "person", "agent"]);
export const outcome = z.enum(["resolved", "workaround", "unresolved", "informational"]);
export type Outcome = z.infer<typeof outcome>;
export const contextPart = z.enum([
  "os",
  "updates",
  "processes",
  "services",
  "software",
  "disks",
  "memory",
  "network",
  "users",
  "clock",
]);
export type ContextPart = z.infer<typeof contextPart>;
export const approvalAnswer = z.enum(["approved", "denied", "expired", "stopped", "standing"]);
export const outputStream = z.enum(["stdout", "stderr"]);

const both = <T extends z.ZodType>(value: T) => z.strictObject({ stdout: value, stderr: value });

export const entry = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    kind: z.literal("opened"),
    format: z.literal(SESSION_FORMAT),
    session: sessionId,
    group: groupId,
    endpoint: endpointId,
    /** The endpoint's key as a C2SP verifier key: whose cosignature makes this session witnessed. */
    endpointKey: z.string(),
    /** `live`: recorded while it happened. `imported`: attested from the day of import; `seen` are claimed times. */
    mode: z.enum(["live", "imported"]),
    /** Head of the client group's log when the session was opened: whoever cosigns this session vouches for that log too. */
    log: z.strictObject({ size: count, root: hashBase64 }),
    text: texts("subject", "organization", "client", "endpoint", "source?"),
  }),
  z.strictObject({ ...common, kind: z.literal("joined"), participant: participantId, role: participantRole, text: texts("name") }),
  z.strictObject({
    ...common,
    kind: z.literal("context"),
    part: contextPart,
    /** Names of the tab-separated columns of `value`; each of its lines is one row. Empty when the part failed. */
    columns: z.array(z.string().regex(/^[a-z][a-z0-9 ]{0,30}$/)).max(12),
    /** What `value` holds: rows, or the reason why this part could not be read. */
    status: z.enum(["ok", "failed"]),
    text: texts("value"),
  }),
  z.strictObject({ ...common, kind: z.literal("approval.asked"), by: participantId, text: texts("command", "reason") }),
  z.strictObject({
    ...common,
    kind: z.literal("approval.answered"),
    asked: seq,
    /** Who answered; missing when nobody did (`expired`) or a policy did (`standing`). */
    by: participantId.optional(),
    answer: approvalAnswer,
    /** SHA-256 of the policy file whose standing consent answered. */
    policy: sha256Hex.optional(),
    text: texts("word?"),
  }),
  z.strictObject({
    ...common,
    kind: z.literal("command"),
    by: participantId,
    shell: z.enum(["bash", "sh", "zsh", "powershell", "pwsh", "cmd"]),
    /** Why it may run: the endpoint's policy classes it as read-only, or `answered` is the entry that allows it. */
    consent: z.enum(["read-only", "answered"]),
    answered: seq.optional(),
    text: texts("command", "directory?"),
  }),
  z.strictObject({
    ...common,
    kind: z.literal("output"),
    command: seq,
    stream: outputStream,
    /** Whether a newline follows the last line; false when the next output of this stream continues it. */
    newline: z.boolean(),
    /** How many characters stand in for bytes that could not be decoded. */
    replaced: count.optional(),
    text: texts("output"),
  }),
  z.strictObject({
    ...common,
    kind: z.literal("finished"),
    command: seq,
    /** Null when there is none: the command was ended, or the recorder lost it. */
    exit: z.int().nullable(),
    end: z.enum(["exited", "cancelled", "time-limit", "lost"]),
    /** Milliseconds by a clock that doesn't jump. */
    duration: count,
    /** How many raw bytes at the end are not in the record. */
    cut: both(count),
    /**
     * `raw`: hash and length of the raw bytes of stdout and of stderr, a line each; see raw-output.ts. A text, not fields: the plain
     * hash of a short output, or its exact length, would let anyone confirm a guess at its hidden lines. See session-redaction.ts.
     */
    text: z.strictObject({ raw: textCommitment.extend({ lines: z.literal(2) }) }),
  }),
  z.strictObject({ ...common, kind: z.literal("chat"), by: participantId, text: texts("message") }),
  z.strictObject({ ...common, kind: z.literal("note"), by: participantId, about: seq.optional(), text: texts("note") }),
  z.strictObject({
    ...common,
    kind: z.literal("gap"),
    from: instant,
    to: instant,
    cause: z.enum([
      "agent-offline",
      "agent-restarted",
      "worker-restarted",
      "journal-full",
      "clock-jump",
      "machine-slept",
      "not-recorded",
    ]),
    text: texts("detail?"),
  }),
  z.strictObject({
    ...common,
    kind: z.literal("closed"),
    by: participantId.optional(),
    outcome,
    /** One line of `todo` a thing still to do; missing when nothing is. */
    text: texts("summary?", "todo?"),
  }),
]);

/** One entry of a session, as its committed line says it. */
export type Entry = z.infer<typeof entry>;
export type EntryKind = Entry["kind"];
export type EntryOf<K extends EntryKind> = Extract<Entry, { kind: K }>;

/** The committed line of an entry: the exact bytes that are hashed, without the newline. */
export function encodeEntry(value: Entry): Uint8Array {
  return canonicalBytes(value);
}

let isEntry: QuickCheck | undefined;

/**
 * The entry of a committed line, given as its bytes or as the string of these.
 * @throws RecordError `entry/malformed` when it is canonical JSON but no entry; else as {@link parseCanonical}.
 */
export function parseEntry(line: Uint8Array | string): Entry {
  const parsed = asEntry(parseCanonical(line));
  if (!parsed.success) throw new RecordError("entry/malformed", `expected an entry of ${SESSION_FORMAT}: ${issues(parsed.error)}`);
  return parsed.data;
}

/** What {@link entry} says of a value of JSON; of a good one, many times faster. */
export function asEntry(value: Json): ReturnType<typeof entry.safeParse> {
  isEntry ??= quickCheck(entry);
  return isEntry(value) ? { success: true, data: value as unknown as Entry } : entry.safeParse(value);
}

/** Where a value differs from its schema; paths and rules only, never the value itself. */
export function issues(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join(".") || "value"}: ${issue.code}`)
    .join("; ");
}
