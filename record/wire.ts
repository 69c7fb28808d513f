import * as z from "zod";
import { fromUtf8, isWellFormed, utf8 } from "./bytes.ts";
import type { Json } from "./canonical.ts";
import { asEntry, contextPart, type Entry, instant, issues, participantId, sessionId } from "./entry.ts";
import { RecordError } from "./error.ts";
import { openText, textValue } from "./text.ts";

/** Named in the first message of either side; another one is refused. */
export const WIRE_PROTOCOL = "caisey-wire/1";
/** Largest message either side accepts, in bytes of UTF-8. A recorder splits its texts to stay under it. */
export const WIRE_MESSAGE_LIMIT = 900_000;
/** A text travels in pieces of at most this many bytes of UTF-8. */
export const WIRE_TEXT_LIMIT = 256 * 1024;

const count = z.int().min(0);
const requestId = z.string().regex(/^[0-9a-zA-Z_-]{1,40}$/);
const texts = z.record(z.string().regex(/^[a-z]{1,20}$/), openText);

/** Which entries an endpoint may report; the others are the Worker's own to write. */
export const reportedKind = z.enum([
  "joined",
  "context",
  "approval.asked",
  "approval.answered",
  "command",
  "output",
  "finished",
  "chat",
  "gap",
]);
export type ReportedKind = z.infer<typeof reportedKind>;

/**
 * One thing that an endpoint saw, on its way to become an entry. `n` counts from 0 for this session on this endpoint and
 * makes a repetition harmless. `fields` is the entry without `seq`, `at`, `seen`, `kind` and `text`, which the Worker sets.
 */
export const event = z.strictObject({
  n: count,
  seen: instant,
  kind: reportedKind,
  fields: z.record(z.string(), z.unknown()),
  text: texts,
});
export type Event = z.infer<typeof event>;

/** An entry as it travels and as it is listed: the committed line, and its texts by name. */
export const recorded = z.strictObject({ line: z.string(), text: z.record(z.string(), textValue) });
export type Recorded = z.infer<typeof recorded>;

/**
 * What lets an agent think that a command waits for input that it won't get: it reads a terminal or a pipe that nobody writes to; or
 * it said something that looks like a question and then nothing more, which is a guess.
 */
export const waitingSign = z.enum(["terminal", "pipe", "question"]);
export type WaitingSign = z.infer<typeof waitingSign>;

/** Agent to Session object, or to Endpoint object: that takes `hello` and `leave` only, which is for it alone. */
export const agentMessage = z.discriminatedUnion("type", [
  /** Answer to `challenge`; `have` is how many committed lines the agent already holds. */
  z.strictObject({
    type: z.literal("hello"),
    protocol: z.literal(WIRE_PROTOCOL),
    signature: z.base64(),
    have: count,
    clock: instant,
  }),
  z.strictObject({ type: z.literal("events"), events: z.array(event).min(1).max(200) }),
  /** Cosignature line over the checkpoint body that the Worker sent. */
  z.strictObject({ type: z.literal("cosignature"), size: count, line: z.string() }),
  /** The agent's own tree or texts differ from what the Worker says it stored: it will not cosign. */
  z.strictObject({
    type: z.literal("disagree"),
    seq: count,
    /** `log-shorter`: the client group's log that the session names is not one in which an earlier one, vouched for, can have grown. */
    reason: z.enum(["line-malformed", "text-differs", "root-differs", "out-of-order", "log-shorter"]),
  }),
  /**
   * A notice for those who look on now: the running command of that request waits for input since then, or, without `sign`, does so no
   * more. It is not recorded and not acknowledged; what is recorded of it is a chat message by the agent.
   */
  z.strictObject({ type: z.literal("waiting"), request: requestId, since: instant, sign: waitingSign.optional() }),
  /** The machine ends its own enrolment. Answered by `left`, after which its key is not accepted any more, or by `rejected`. */
  z.strictObject({ type: z.literal("leave") }),
]);
export type AgentMessage = z.infer<typeof agentMessage>;

/** Session object to agent. */
export const sessionMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("challenge"), protocol: z.literal(WIRE_PROTOCOL), nonce: z.base64() }),
  /** `next` is the first event number that is not stored yet; `imported` tells a replay from a live session. */
  z.strictObject({ type: z.literal("welcome"), session: sessionId, next: count, size: count, clock: instant, closed: z.boolean() }),
  /** Committed lines in order, the first being number `from`. `n` names the agent's event behind a line, which is thereby acknowledged. */
  z.strictObject({
    type: z.literal("committed"),
    from: count,
    entries: z
      .array(z.strictObject({ line: z.string(), n: count.optional(), text: z.record(z.string(), textValue).optional() }))
      .min(1),
  }),
  z.strictObject({ type: z.literal("rejected"), n: count.optional(), code: z.string(), message: z.string() }),
  z.strictObject({
    type: z.literal("run"),
    request: requestId,
    by: participantId,
    command: z.string(),
    reason: z.string(),
    seen: instant.optional(),
  }),
  /** Ends the command of that request: running, or still waiting for its answer. */
  z.strictObject({ type: z.literal("cancel"), request: requestId }),
  /** Asks for the machine's context as it is now; answered by `context` entries, of each part at least one, failed ones too. */
  z.strictObject({ type: z.literal("collect"), parts: z.array(contextPart) }),
  /** A signed checkpoint to be compared with the agent's own tree and cosigned. */
  z.strictObject({ type: z.literal("checkpoint"), note: z.string() }),
  z.strictObject({ type: z.literal("ended"), reason: z.enum(["closed", "replaced", "removed"]) }),
]);
export type SessionMessage = z.infer<typeof sessionMessage>;

/** Endpoint object to agent; the agent answers a `challenge` with `hello` (its `have` is 0). */
export const endpointMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("challenge"), protocol: z.literal(WIRE_PROTOCOL), nonce: z.base64() }),
  z.strictObject({ type: z.literal("present"), endpoint: z.string(), clock: instant }),
  /** The agent opens a socket to `/agent/session/<ref>`. */
  z.strictObject({
    type: z.literal("invite"),
    session: sessionId,
    ref: z.string(),
    subject: z.string(),
    mode: z.enum(["live", "imported"]),
  }),
  z.strictObject({ type: z.literal("removed") }),
  /** Acknowledges `leave`. All that was recorded stays. */
  z.strictObject({ type: z.literal("left") }),
  z.strictObject({ type: z.literal("rejected"), code: z.string(), message: z.string() }),
]);
export type EndpointMessage = z.infer<typeof endpointMessage>;

/** What an agent signs with its key to open a socket: the object it speaks to, and that object's nonce. */
export function agentProof(ref: string, nonce: string): Uint8Array {
  return utf8(`caisey-agent/1\n${ref}\n${nonce}\n`);
}

/** What an agent signs to enrol: shows that it holds the key that it names. `code` is the enrolment code. */
export function enrolmentProof(code: string, key: string): Uint8Array {
  return utf8(`caisey-enrolment/1\n${code}\n${key}\n`);
}

export function encodeMessage(message: AgentMessage | SessionMessage | EndpointMessage): string {
  return JSON.stringify(message);
}

/**
 * One message of a socket.
 * @param schema {@link agentMessage}, {@link sessionMessage} or {@link endpointMessage}.
 * @throws RecordError `wire/malformed`; its text names paths and rules, never recorded text.
 */
export function parseMessage<T extends z.ZodType>(schema: T, data: string | ArrayBuffer | Uint8Array): z.infer<T> {
  let value: unknown;
  try {
    const text = typeof data === "string" ? data : fromUtf8(asBytes(data));
    if (!isWellFormed(text) || isTooLong(text)) throw new Error("too long, or no Unicode");
    value = JSON.parse(text);
  } catch {
    throw new RecordError("wire/malformed", `expected a JSON message of at most ${WIRE_MESSAGE_LIMIT} bytes`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new RecordError("wire/malformed", `expected a message of ${WIRE_PROTOCOL}: ${issues(parsed.error)}`);
  return parsed.data;
}

/** @throws Error when it is too long. */
function asBytes(data: ArrayBuffer | Uint8Array): Uint8Array {
  if (data.byteLength > WIRE_MESSAGE_LIMIT) throw new Error("too long");
  return data instanceof Uint8Array ? data : new Uint8Array(data);
}

/** In bytes: a UTF-16 code unit takes three of them at most, so that few messages have to be counted. */
function isTooLong(text: string): boolean {
  if (3 * text.length <= WIRE_MESSAGE_LIMIT) return false;
  return text.length > WIRE_MESSAGE_LIMIT || utf8(text).length > WIRE_MESSAGE_LIMIT;
}

/**
 * The entry that an event becomes at place `seq`.
 * @param commitments what {@link commitText} says of each of its texts.
 * @throws RecordError `wire/malformed` when the event has other fields or texts than its kind asks for.
 */
export function entryOfEvent(
  value: Event,
  seq: number,
  at: string,
  commitments: Record<string, { lines: number; root: string }>,
): Entry {
  const parsed = asEntry({ ...value.fields, kind: value.kind, seq, at, seen: value.seen, text: commitments } as Json);
  if (!parsed.success) throw new RecordError("wire/malformed", `expected an event of kind ${value.kind}: ${issues(parsed.error)}`);
  return parsed.data;
}
