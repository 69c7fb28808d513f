import * as z from "zod";
import { concatAll, utf8 } from "./bytes.ts";
import { encodeCanonical, parseCanonical } from "./canonical.ts";
import { endpointId, groupId, handoffId, instant, issues, outcome, sessionId } from "./entry.ts";
import { RecordError } from "./error.ts";

/** Names format and version of a package; other values are refused. */
export const PACKAGE_FORMAT = "caisey-package/1";

/** Why a session of the group log is not in the package. */
export const omissionReason = z.enum(["outside-period", "not-selected", "privileged", "other-endpoint"]);

const text = z.string().max(200_000);
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

/** A session in the package. Title, tags and note are the outgoing MSP's words: asserted, covered by its signature only. */
export const handoffSession = z.strictObject({
  session: sessionId,
  endpoint: endpointId,
  /** Place of its leaf in the group log. */
  leaf: count,
  title: text,
  tags: z.array(z.string()),
  /** First and last time shown: the recorder's for live sessions, claimed ones for imported. */
  opened: instant,
  closed: instant,
  mode: z.enum(["live", "imported"]),
  outcome,
  entries: count,
  commands: count,
  approvals: count,
  redactedLines: count,
  /** Summary note for the reader, plain text. */
  note: text,
  /** What is still to do, one item each. */
  todo: z.array(text),
  reviewedBy: text,
  reviewedAt: instant,
});
export type HandoffSession = z.infer<typeof handoffSession>;

const isOnce = (ids: readonly string[]) => new Set(ids).size === ids.length;

/** `data/records/handoff.json`: what the outgoing MSP says about the package. */
export const handoff = z.strictObject({
  format: z.literal(PACKAGE_FORMAT),
  handoff: handoffId,
  /** SHA-256 of the tag manifest of the package that this one replaces. */
  replaces: sha256Hex.optional(),
  created: instant,
  generator: z.strictObject({ version: z.string(), viewer: sha256Hex }),
  /** `key`: the organisation's C2SP verifier key, which signs checkpoints and package. */
  from: z.strictObject({ organization: text, key: z.string() }),
  to: z.strictObject({ name: text }),
  client: z.strictObject({ group: groupId, name: text }),
  period: z.strictObject({ from: instant, to: instant }),
  letter: text,
  endpoints: z
    .array(z.strictObject({ endpoint: endpointId, name: text, key: z.string() }))
    .refine((all) => isOnce(all.map((one) => one.endpoint)), "expected each endpoint once"),
  sessions: z.array(handoffSession).refine((all) => isOnce(all.map((one) => one.session)), "expected each session once"),
  /** Every leaf of the group log that is not in `sessions`, with the reason. */
  log: z.strictObject({ size: count, omitted: z.array(z.strictObject({ leaf: count, reason: omissionReason })) }),
});
export type Handoff = z.infer<typeof handoff>;

/**
 * Why a value is not a handoff; undefined when it is one. Unlike parsing it, this makes no second one: a handoff of ten thousand sessions
 * takes many megabytes.
 */
export function wrongInHandoff(value: { sessions: readonly unknown[] }): string | undefined {
  const { sessions, ...rest } = value;
  const head = handoff.safeParse({ ...rest, sessions: [] });
  if (!head.success) return issues(head.error);
  for (const [place, session] of sessions.entries()) {
    const parsed = handoffSession.safeParse(session);
    if (!parsed.success) return `sessions.${place}.${issues(parsed.error)}`;
  }
  const isEachOnce = isOnce((sessions as readonly HandoffSession[]).map((one) => one.session));
  return isEachOnce ? undefined : "sessions: expected each session once";
}

/** Canonical JSON and a newline, so that the same handoff has the same bytes everywhere. */
export function encodeHandoff(value: Handoff): Uint8Array {
  return concatAll([...handoffPieces(value)]);
}

/** The same in pieces of a fair size. */
export function* handoffPieces(value: Handoff): Generator<Uint8Array> {
  const { sessions, ...rest } = value;
  const fields = Object.entries(rest);
  const before = encodeCanonical(Object.fromEntries(fields.filter(([name]) => name < "sessions")));
  const after = encodeCanonical(Object.fromEntries(fields.filter(([name]) => name > "sessions")));
  yield utf8(`${before.slice(0, -1)},"sessions":[`);
  for (let from = 0; from < sessions.length; from += SESSIONS) {
    const some = encodeCanonical(sessions.slice(from, from + SESSIONS)).slice(1, -1);
    yield utf8(from === 0 ? some : `,${some}`);
  }
  yield utf8(`],${after.slice(1)}\n`);
}

const SESSIONS = 200;

/** @throws RecordError `handoff/malformed`; else as {@link parseCanonical}. */
export function parseHandoff(bytes: Uint8Array): Handoff {
  if (bytes.at(-1) !== 0x0a) throw new RecordError("handoff/malformed", "expected one line that ends with a newline");
  const parsed = handoff.safeParse(parseCanonical(bytes.subarray(0, -1)));
  if (!parsed.success) throw new RecordError("handoff/malformed", `expected ${PACKAGE_FORMAT}: ${issues(parsed.error)}`);
  return parsed.data;
}
