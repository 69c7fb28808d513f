import * as z from "zod";
import { disclosure } from "../../record/disclosure.ts";
import { contextPart, entry, outcome, participantRole } from "../../record/entry.ts";
import { hiddenReason } from "../../record/text.ts";
import { recorded } from "../../record/wire.ts";
import type { AccessView, LinkView, ReceiptView, SignedReceipt } from "../link-schema.ts";
import { FINDING_KINDS } from "../scan/finding.ts";
import {
  type DecidedView,
  type FindingView,
  type HandoffRulesView,
  type ScannedSession,
  type ScanView,
  scanSettings,
} from "../scan-schema.ts";
import {
  type AuditView,
  type EndpointView,
  type EnrolmentCodeView,
  type ErasureView,
  type GroupView,
  type HandoffRow,
  type HandoffView,
  handoffState,
  type NewEnrolmentCode,
  type OrganizationView,
  type RedactionView,
  type SelectedSession,
  type SessionRow,
  type SessionView,
  type SigningKeyView,
} from "../schema.ts";
import type { SearchHit } from "../search/schema.ts";

/** What a route answers when it does what it was asked for. */
export interface OperationAnswer {
  status: 101 | 200 | 201 | 202 | 204;
  /** Of the JSON; undefined where there is none. */
  schema?: z.ZodType;
  /** Where it is not JSON. */
  type?: string;
}

const ok = <T extends z.ZodType>(schema: T) => ({ status: 200, schema }) as const;
const created = <T extends z.ZodType>(schema: T) => ({ status: 201, schema }) as const;
const begun = <T extends z.ZodType>(schema: T) => ({ status: 202, schema }) as const;
const nothing = { status: 204 } as const;

/**
 * By method and path, as they are mounted. Strict: a test holds what the Worker really answers against them, and the compiler that they
 * are what the code says that it answers. Made when somebody asks, since the Worker itself needs none of them.
 */
export function makeAnswers() {
  const text = z.string();
  const maybe = text.nullable();
  const count = z.int().min(0);
  const view = <T extends object>(shape: { [K in keyof T]-?: z.ZodType<T[K]> }) => z.strictObject(shape) as unknown as z.ZodType<T>;
  const listOf = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item) });
  const pageOf = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), cursor: text.optional() });
  const seq = z.strictObject({ seq: count });
  const entries = z.strictObject({ entries: z.array(recorded), size: count });

  const organization = view<OrganizationView>({ organization: text, name: text, key: maybe });
  const signingKey = view<SigningKeyView>({ key: text, created: text, statement: maybe });
  const audit = view<AuditView>({ at: text, by: text, byName: text, act: text, about: text, reason: maybe, detail: maybe });
  const group = view<GroupView>({ group: text, name: text, created: text, archived: maybe });
  const newCode = view<NewEnrolmentCode>({ id: text, code: text, expires: text });
  const code = view<EnrolmentCodeView>({
    id: text,
    endpoint: maybe,
    made: maybe,
    expires: text,
    state: z.enum(["open", "used", "expired", "revoked", "dead"]),
    usedBy: maybe,
  });
  const endpoint = view<EndpointView>({
    endpoint: text,
    name: text,
    platform: text,
    key: text,
    enrolled: text,
    removed: maybe,
    connected: z.boolean(),
    lastSeen: maybe,
  });
  const rules = view<HandoffRulesView>({
    terms: z.array(text),
    secondReview: z.boolean(),
    secondReviewEverywhere: z.boolean(),
  });

  const sessionShape: { [K in keyof SessionRow]: z.ZodType<SessionRow[K]> } = {
    session: text,
    endpoint: text,
    endpointName: text,
    subject: text,
    technician: text,
    mode: z.enum(["live", "imported"]),
    opened: text,
    closed: maybe,
    state: z.enum(["open", "closing", "closed"]),
    outcome: outcome.nullable(),
    tags: z.array(text),
    entries: count,
    commands: count,
    approvals: count,
    leaf: count.nullable(),
    witnessed: maybe,
  };
  const row = view<SessionRow>(sessionShape);
  const session = view<SessionView>({
    ...sessionShape,
    group: text,
    participants: z.array(z.strictObject({ participant: text, role: participantRole, name: text })),
    requests: z.array(
      z.strictObject({
        request: text,
        by: text,
        command: text,
        state: z.enum(["sent", "asked", "running", "done", "cancelled"]),
        asked: count.nullable(),
        entry: count.nullable(),
      }),
    ),
    agentConnected: z.boolean(),
    disagreement: z.strictObject({ seq: count, reason: text }).nullable(),
  });
  const hit = view<SearchHit>({
    session: row,
    seq: count,
    kind: z.enum(entry.options.map((option) => option.shape.kind.value)),
    field: text,
    at: text,
    lines: z.array(
      z.strictObject({
        line: count,
        text,
        marks: z.array(z.strictObject({ from: count, to: count })),
        before: z.boolean(),
        after: z.boolean(),
      }),
    ),
  });
  const erasure = view<ErasureView>({
    erased: z.array(z.strictObject({ seq: count, field: text, lines: z.array(count) })),
    published: z.array(text),
  });

  const handoffShape: { [K in keyof HandoffRow]: z.ZodType<HandoffRow[K]> } = {
    handoff: text,
    recipient: text,
    state: handoffState,
    created: text,
    expires: maybe,
  };
  const handoffRow = view<HandoffRow>(handoffShape);
  const redaction = view<RedactionView>({
    redaction: text,
    session: text,
    seq: count,
    field: text,
    line: count,
    reason: hiddenReason,
    shown: maybe,
    by: text,
    at: text,
  });
  const by = z.strictObject({ by: text, at: text }).nullable();
  const selected = view<SelectedSession>({
    ...sessionShape,
    title: text,
    note: text,
    todo: z.array(text),
    reviewed: by,
    second: by,
    redactions: count,
  });
  const linkShape: { [K in keyof LinkView]: z.ZodType<LinkView[K]> } = {
    link: text,
    name: text,
    created: text,
    expires: text,
    revoked: maybe,
    passcode: z.boolean(),
    wrongPasscodes: count,
    limit: count.nullable(),
    opens: count,
    lastOpened: maybe,
  };
  const link = view<LinkView>(linkShape);
  const stamp = z.strictObject({ time: maybe, authority: maybe, failure: maybe, retry: maybe }).nullable();
  const handoff = view<HandoffView>({
    ...handoffShape,
    group: text,
    groupName: text,
    period: z.strictObject({ from: text, to: text }).nullable(),
    letter: text,
    sessions: z.array(selected),
    omissions: z.array(z.strictObject({ session: text, reason: z.enum(["not-selected", "privileged", "other-endpoint"]) })),
    omitted: z.record(text, count),
    redactions: z.array(redaction),
    scan: z.strictObject({ unscanned: count, open: count }),
    secondReview: z.boolean(),
    generation: z
      .strictObject({
        attempt: count,
        phase: z.enum(["gathering", "stamping", "writing", "storing"]),
        sessions: z.strictObject({ done: count, total: count }),
        bytes: count,
        files: count,
        code: maybe,
        retry: maybe,
        failure: maybe,
      })
      .nullable(),
    stamps: z.strictObject({ group: stamp, package: stamp }),
    replaces: z.strictObject({ handoff: text, manifest: text }).nullable(),
    replacedBy: maybe,
    package: z.strictObject({ bytes: count, sha256: text, files: count, created: text }).nullable(),
    links: z.array(link),
  });
  const access = view<AccessView>({
    at: text,
    link: text,
    path: text,
    status: count,
    bytes: count,
    from: maybe,
    country: maybe,
  });
  const receipt = view<ReceiptView>({ receipt: text, at: text, name: text, company: text, statement: text, link: text });
  const signedReceipt = view<SignedReceipt>({ body: text, signature: text });
  const scanned = view<ScannedSession>({ session: text, scanned: maybe, findings: count, open: count });
  const scan = view<ScanView>({ terms: z.array(text), settings: scanSettings, sessions: z.array(scanned) });
  const finding = view<FindingView>({
    finding: text,
    session: text,
    seq: count,
    field: text,
    line: count,
    start: count,
    end: count,
    kind: z.enum(FINDING_KINDS),
    rule: text,
    sure: z.enum(["sure", "likely", "possible"]),
    equal: count,
    decision: z.enum(["redact", "mask", "keep", "hidden"]).nullable(),
    reason: maybe,
    because: maybe,
    by: maybe,
    at: maybe,
  });
  const decided = view<DecidedView>({ decided: count, left: count });

  return {
    "POST /api/enrolments": created(z.strictObject({ endpoint: text, ref: text, keyName: text, organization: text, client: text })),

    "GET /api/organization": ok(organization),
    "PUT /api/organization": ok(organization),
    "PUT /api/organization/second-review": ok(z.strictObject({ secondReview: z.boolean() })),
    "POST /api/organization/key": created(organization),
    "GET /api/organization/keys": ok(z.strictObject({ keys: z.array(signingKey) })),
    "GET /api/organization/audit": ok(pageOf(audit)),

    "GET /api/groups": ok(pageOf(group)),
    "POST /api/groups": created(group),
    "GET /api/groups/:group": ok(group),
    "PUT /api/groups/:group/archive": ok(group),
    "DELETE /api/groups/:group/archive": ok(group),
    "GET /api/groups/:group/enrolment-codes": ok(listOf(code)),
    "POST /api/groups/:group/enrolment-codes": created(newCode),
    "DELETE /api/groups/:group/enrolment-codes/:code": ok(code),
    "POST /api/groups/:group/enrolment-codes/:code/rotate": created(newCode),
    "GET /api/groups/:group/endpoints": ok(pageOf(endpoint)),
    "GET /api/groups/:group/endpoints/:endpoint": ok(endpoint),
    "DELETE /api/groups/:group/endpoints/:endpoint": ok(endpoint),
    "POST /api/groups/:group/endpoints/:endpoint/sessions": created(row),
    "GET /api/groups/:group/sessions": ok(pageOf(row)),
    "PUT /api/groups/:group/sessions/:session/tags": ok(row),
    "GET /api/groups/:group/search": ok(z.strictObject({ items: z.array(hit), cursor: text.optional(), behind: count })),
    "GET /api/groups/:group/tags": ok(listOf(z.strictObject({ tag: text, sessions: count }))),
    "GET /api/groups/:group/technicians": ok(listOf(z.strictObject({ technician: text, sessions: count }))),
    "GET /api/groups/:group/handoff-rules": ok(rules),
    "PUT /api/groups/:group/terms": ok(rules),
    "PUT /api/groups/:group/second-review": ok(rules),
    "GET /api/groups/:group/handoffs": ok(pageOf(handoffRow)),
    "POST /api/groups/:group/handoffs": created(handoffRow),

    "GET /api/sessions/:session": ok(session),
    "GET /api/sessions/:session/entries": ok(entries),
    "GET /api/sessions/:session/live": { status: 101 },
    "POST /api/sessions/:session/commands": created(z.strictObject({ request: text })),
    "POST /api/sessions/:session/context": begun(z.strictObject({ parts: z.array(contextPart) })),
    "POST /api/sessions/:session/cancel": nothing,
    "POST /api/sessions/:session/chat": created(seq),
    "POST /api/sessions/:session/notes": created(seq),
    "POST /api/sessions/:session/erasures": created(erasure),
    "POST /api/sessions/:session/close": begun(z.strictObject({ state: z.literal("closing") })),

    "GET /api/handoffs/:handoff": ok(handoff),
    "PUT /api/handoffs/:handoff/period": nothing,
    "PUT /api/handoffs/:handoff/sessions": nothing,
    "POST /api/handoffs/:handoff/redactions": created(redaction),
    "DELETE /api/handoffs/:handoff/redactions/:redaction": nothing,
    "PUT /api/handoffs/:handoff/sessions/:session/review": ok(selected),
    "POST /api/handoffs/:handoff/sessions/:session/second-review": ok(selected),
    "POST /api/handoffs/:handoff/preview": created(z.strictObject({ url: text })),
    "GET /api/handoffs/:handoff/sessions/:session/entries": ok(entries),
    "PUT /api/handoffs/:handoff/letter": nothing,
    "POST /api/handoffs/:handoff/publish": begun(z.strictObject({ state: z.literal("generating") })),
    "POST /api/handoffs/:handoff/cancel": nothing,
    "POST /api/handoffs/:handoff/replace": created(handoffRow),
    "GET /api/handoffs/:handoff/package": { status: 200, type: "application/zip" },
    "POST /api/handoffs/:handoff/disclosures": created(disclosure),
    "POST /api/handoffs/:handoff/revoke": nothing,
    "POST /api/handoffs/:handoff/links": created(view<LinkView & { url: string }>({ ...linkShape, url: text })),
    "PATCH /api/handoffs/:handoff/links/:link": ok(link),
    "DELETE /api/handoffs/:handoff/links/:link": nothing,
    "GET /api/handoffs/:handoff/accesses": ok(pageOf(access)),
    "GET /api/handoffs/:handoff/receipts": ok(pageOf(receipt)),
    "GET /api/handoffs/:handoff/receipts/:receipt": ok(signedReceipt),
    "GET /api/handoffs/:handoff/scan": ok(scan),
    "PUT /api/handoffs/:handoff/scan": nothing,
    "POST /api/handoffs/:handoff/sessions/:session/scan": ok(scanned),
    "GET /api/handoffs/:handoff/findings": ok(pageOf(finding)),
    "POST /api/handoffs/:handoff/decisions": ok(decided),

    "GET /api/openapi.json": ok(z.record(text, z.unknown())),
    "GET /api/reference": { status: 200, type: "text/html" },
  } as const satisfies Record<string, OperationAnswer>;
}

type Answers = ReturnType<typeof makeAnswers>;
/** Method and path of a route of the API: `GET /api/groups/:group`. */
export type Route = keyof Answers;
/** What it answers; null where that has no body of JSON. */
export type AnswerOf<R extends Route> = Answers[R] extends { schema: infer S extends z.ZodType } ? z.infer<S> : null;
