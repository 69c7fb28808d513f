import * as z from "zod";
import { isWellFormed } from "../record/bytes.ts";
import { contextPart, instant, outcome, sessionId } from "../record/entry.ts";
import { hiddenReason } from "../record/text.ts";
import { type WaitingSign, WIRE_TEXT_LIMIT } from "../record/wire.ts";
import type { LinkView } from "./link-schema.ts";

/** Bodies and queries that the API takes. Texts are well-formed Unicode; limits are in UTF-16 code units. */

export const oneLine = (text: string) => !/[\n\r\0]/.test(text);
/** A third of what may travel in one message, as a code unit takes up to three bytes. */
const TEXT_LIMIT = Math.floor(WIRE_TEXT_LIMIT / 3);

export const name = z.string().trim().min(1).max(200).refine(isWellFormed).refine(oneLine);
const text = z.string().min(1).max(TEXT_LIMIT).refine(isWellFormed);
const optionalText = z.string().max(TEXT_LIMIT).refine(isWellFormed);
/** When it happened, as claimed; in imported sessions only. */
const seen = instant.optional();
const seq = z.int().min(0);
export const cursor = z.string().max(300).optional();
export const limit = (most: number) => z.coerce.number().int().min(1).max(most).default(Math.min(50, most));
export const tag = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9 ._-]{0,39}$/);
export const days = z
  .number()
  .min(1 / 24)
  .max(366);

export const organizationBody = z.strictObject({ name });
export const groupBody = z.strictObject({ name });
export const enrolmentCodeBody = z.strictObject({ endpoint: name.optional() });
export const enrolmentBody = z.strictObject({
  code: z.string().max(200),
  name,
  platform: z.string().max(200).refine(isWellFormed).refine(oneLine),
  /** Raw Ed25519 public key. */
  key: z.base64().length(44),
  proof: z.base64().length(88),
});
export const openSessionBody = z.strictObject({
  subject: name,
  imported: z.strictObject({ source: text, seen: instant }).optional(),
});
export const contextBody = z.strictObject({
  /** All of them, if not given. */
  parts: z.array(contextPart).min(1).max(contextPart.options.length).optional(),
});
export const auditQuery = z.object({
  act: z.string().max(60).optional(),
  /** Clerk's id of a person, or an endpoint's. */
  by: z.string().max(100).optional(),
  about: z.string().max(300).optional(),
  from: instant.optional(),
  to: instant.optional(),
  cursor,
  limit: limit(200),
});
export type AuditQuery = z.infer<typeof auditQuery>;
export const pageQuery = z.object({ cursor, limit: limit(200) });
export const tagsBody = z.strictObject({ tags: z.array(tag).max(20) });
export const entriesQuery = z.object({ from: z.coerce.number().int().min(0).default(0), limit: limit(1000) });
export const liveQuery = z.object({ from: z.coerce.number().int().min(0).default(0) });
export const commandBody = z.strictObject({ command: text, reason: optionalText, seen });
export const cancelBody = z.strictObject({ request: z.string().max(40) });
export const chatBody = z.strictObject({ message: text, seen });
export const noteBody = z.strictObject({ note: text, about: seq.optional(), seen });
export const closeBody = z.strictObject({
  outcome,
  summary: text.optional(),
  todo: z.array(text.refine(oneLine)).max(200).optional(),
  seen,
});
export type CloseBody = z.infer<typeof closeBody>;

/** Why somebody does what must not be done without a reason. It goes into the audit trail. */
const because = z.string().trim().min(1).max(2000).refine(isWellFormed);
const field = z.string().regex(/^[a-z]{1,20}$/i);
export const erasureBody = z.strictObject({
  seq,
  field,
  /** From 0, as everywhere in the record. */
  lines: z.array(seq).min(1).max(10_000),
  reason: because,
});
export type ErasureBody = z.infer<typeof erasureBody>;

export const handoffBody = z.strictObject({ recipient: name });
export const periodBody = z.strictObject({ from: instant, to: instant }).refine((p) => p.from <= p.to, "expected from <= to");
export const selectionBody = z.strictObject({
  include: z.array(z.strictObject({ session: sessionId })).max(10_000),
  /** Why a session is left out, where it isn't said by the period or simply not selected. */
  omit: z
    .array(z.strictObject({ session: sessionId, reason: z.enum(["not-selected", "privileged", "other-endpoint"]) }))
    .max(10_000)
    .optional(),
});
export type SelectionBody = z.infer<typeof selectionBody>;
export const redactionBody = z.strictObject({
  session: sessionId,
  seq,
  field,
  line: seq,
  reason: hiddenReason.exclude(["erased"]),
  /** A masked rendering in place of the line. */
  shown: z.string().max(10_000).refine(isWellFormed).refine(oneLine).optional(),
});
export type RedactionBody = z.infer<typeof redactionBody>;
export const disclosureBody = z.strictObject({
  session: sessionId,
  seq,
  field,
  /** From 0, as everywhere in the record. */
  line: seq,
  reason: because,
});
export type DisclosureBody = z.infer<typeof disclosureBody>;
export const reviewBody = z.strictObject({
  title: name.optional(),
  note: optionalText,
  todo: z.array(optionalText.refine(oneLine)).max(200),
  /** Whether the session is reviewed with this; false saves the words only. */
  reviewed: z.boolean(),
});
export type ReviewBody = z.infer<typeof reviewBody>;
export const letterBody = z.strictObject({ letter: z.string().max(200_000).refine(isWellFormed) });
export const replaceBody = z.strictObject({ recipient: name.optional() });
export const publishBody = z.strictObject({ days, recipient: name.optional() });

/** What the API answers. */

export interface Page<T> {
  items: T[];
  /** To be given for the next page; missing at the end. */
  cursor?: string;
}

export interface OrganizationView {
  organization: string;
  name: string;
  /** C2SP verifier key; null until something was made that may have to be signed. */
  key: string | null;
}

export interface GroupView {
  group: string;
  name: string;
  created: string;
  /** Since when nothing new is taken in; null while it is in use. */
  archived: string | null;
}

/** An enrolment code as it is listed; its secret part was shown once. */
export interface EnrolmentCodeView {
  /** The six characters behind the dot. */
  id: string;
  /** The one machine that it is for; null when any may use it. */
  endpoint: string | null;
  made: string | null;
  expires: string;
  /** `dead`: guessed at too often. */
  state: "open" | "used" | "expired" | "revoked" | "dead";
  /** The endpoint that it let in. */
  usedBy: string | null;
}

export interface EndpointView {
  endpoint: string;
  name: string;
  platform: string;
  /** C2SP verifier key, type cosignature. */
  key: string;
  enrolled: string;
  removed: string | null;
  connected: boolean;
  lastSeen: string | null;
}

/** A session as lists have it. `opened` and `closed` are claimed times where it was imported. */
export interface SessionRow {
  session: string;
  endpoint: string;
  endpointName: string;
  subject: string;
  technician: string;
  mode: "live" | "imported";
  opened: string;
  closed: string | null;
  /** `closing`: no entry can be added, the log's head is being signed. */
  state: SessionState;
  outcome: z.infer<typeof outcome> | null;
  tags: string[];
  entries: number;
  commands: number;
  approvals: number;
  /** Place in the group log; null until closed. */
  leaf: number | null;
  /** Time of the endpoint's cosignature over the final log head; null when it didn't witness it (yet). */
  witnessed: string | null;
}
export type SessionState = "open" | "closing" | "closed";

export interface RequestView {
  request: string;
  by: string;
  command: string;
  state: "sent" | "asked" | "running" | "done" | "cancelled";
  /** Entries that answer it. */
  asked: number | null;
  entry: number | null;
}

export interface ParticipantView {
  participant: string;
  role: "technician" | "person" | "agent";
  name: string;
}

export interface SessionView extends SessionRow {
  group: string;
  participants: ParticipantView[];
  /** Requests that aren't finished. */
  requests: RequestView[];
  /** Whether the endpoint's agent is connected to this session now. */
  agentConnected: boolean;
  /** Set when the endpoint refused to cosign: its own record differs from entry `seq` on. */
  disagreement: { seq: number; reason: string } | null;
}

/** Lines of one text. */
export interface PlaceView {
  seq: number;
  field: string;
  /** From 0. */
  lines: number[];
}

export interface ErasureView {
  /** What is gone: the lines that were named, and the hash of an output by which they could be guessed. */
  erased: PlaceView[];
  /** Handoffs whose package can still be opened and was made before: it is as it was until it is revoked. */
  published: string[];
}

export interface HandoffRow {
  handoff: string;
  recipient: string;
  state: HandoffState;
  created: string;
  expires: string | null;
}
export const handoffState = z.enum(["draft", "in-review", "generating", "published", "expired", "revoked"]);
export type HandoffState = z.infer<typeof handoffState>;

export interface RedactionView {
  redaction: string;
  session: string;
  seq: number;
  field: string;
  line: number;
  reason: z.infer<typeof hiddenReason>;
  shown: string | null;
  by: string;
  at: string;
}

export interface SelectedSession extends SessionRow {
  title: string;
  note: string;
  todo: string[];
  /** Null when not reviewed, or changed since. */
  reviewed: { by: string; at: string } | null;
  /** Another person who has reviewed it after that; null when nobody has, or it was changed since. */
  second: { by: string; at: string } | null;
  redactions: number;
}

/** `gathering`: facts of the sessions; `stamping`: a time stamp is asked for; `storing`: the last bytes go into the bucket. */
export type GenerationPhase = "gathering" | "stamping" | "writing" | "storing";

/** How a package is getting on. */
export interface GenerationView {
  /** How often it was begun since it last got on. */
  attempt: number;
  phase: GenerationPhase;
  /** Of the phase. */
  sessions: { done: number; total: number };
  bytes: number;
  files: number;
  /** What went wrong last, or what is waited for (`timestamp/pending`). */
  code: string | null;
  /** When it is tried again. */
  retry: string | null;
  /** Set when it was given up: says why, and what to do. */
  failure: string | null;
}

/** A time stamp of a package, or why there is none. */
export interface StampView {
  /** As the authority states it. */
  time: string | null;
  authority: string | null;
  failure: string | null;
  /** When the authority is asked again. */
  retry: string | null;
}

/** Null where no authority was asked. */
export interface StampsView {
  group: StampView | null;
  package: StampView | null;
}

export interface HandoffView extends HandoffRow {
  group: string;
  groupName: string;
  period: { from: string; to: string } | null;
  letter: string;
  sessions: SelectedSession[];
  /** Why sessions are left out, where somebody said so. */
  omissions: { session: string; reason: "not-selected" | "privileged" | "other-endpoint" }[];
  /** How many closed sessions of the group are left out, by reason. */
  omitted: Record<string, number>;
  redactions: RedactionView[];
  /** How many selected sessions were not looked through by the scanner as it is set now, and how many of its findings are not decided. */
  scan: { unscanned: number; open: number };
  /** Whether a second person has to review every session. */
  secondReview: boolean;
  /** Set while generating, and when that failed. */
  generation: GenerationView | null;
  stamps: StampsView;
  /** The earlier handoff whose package this one's replaces; `manifest` is SHA-256 of its tag manifest, as the new package names it. */
  replaces: { handoff: string; manifest: string } | null;
  /** The later handoff that was begun to replace this one. */
  replacedBy: string | null;
  package: { bytes: number; sha256: string; files: number; created: string } | null;
  links: LinkView[];
}

export interface AuditView {
  at: string;
  by: string;
  byName: string;
  act: string;
  about: string;
  /** Why; null for acts that need no reason. */
  reason: string | null;
  /** More about it: the words of a search. */
  detail: string | null;
}

/** What technicians' sockets receive (`/api/sessions/:s/live`). They send nothing but `ping`, answered by `pong`. */
export type LiveMessage =
  /** Entries in order, the first being number `from`. */
  | { type: "entries"; from: number; entries: { line: string; text: Record<string, unknown> }[] }
  | { type: "state"; state: SessionState; agentConnected: boolean; requests: RequestView[] }
  /** The running command of that request waits for input since then, or, without `sign`, does so no more. */
  | { type: "waiting"; request: string; since: string; sign?: WaitingSign | undefined };

/** A code as it is shown once, to whoever made it. */
export interface NewEnrolmentCode {
  /** What it is named by afterwards. */
  id: string;
  code: string;
  expires: string;
}

/** A key that signs or signed for the organisation. */
export interface SigningKeyView {
  /** C2SP verifier key. */
  key: string;
  created: string;
  /** Signed note by which the key before it names this one; null for the first. */
  statement: string | null;
}
