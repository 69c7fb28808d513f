import { redactionsFor } from "../../fixtures/story/redactions.ts";
import type { Sensitive } from "../../fixtures/story/session.ts";
import { utf8 } from "../../record/bytes.ts";
import { parseEntry } from "../../record/entry.ts";
import { visibleLines } from "../../record/text.ts";
import type { Recorded } from "../../record/wire.ts";
import { isSecret } from "../scan/finding.ts";
import type { SessionRow } from "../schema.ts";
import { type Api, until } from "./api.ts";
import { LocalError } from "./error.ts";

export interface HandoffPlan {
  /** Of somebody who may publish. */
  api: Api;
  group: string;
  recipient: string;
  /** RFC 3339, both days included. */
  period: { from: string; to: string };
  /** What the reviewer knows to be sensitive, wherever it turns up. */
  sensitive: readonly Sensitive[];
  letter: string;
  days: number;
  onProgress: (done: string) => void;
}

export interface PublishedHandoff {
  handoff: string;
  /** Address with its secret: the only time that it is known. */
  url: string;
  sessions: number;
  /** By hand; what was found by the scanner comes on top. */
  hiddenLines: number;
}

/**
 * Takes a handoff through every step, as the console does: select, redact, scan and decide, review with notes, letter, publish, link.
 * @throws LocalError `run/incomplete` when the package can't be made. @throws RefusedError.
 */
export async function makeHandoff(plan: HandoffPlan): Promise<PublishedHandoff> {
  const { api, group, recipient, period, onProgress } = plan;
  const sessions = (await all(api.items("GET /api/groups/:group/sessions", { params: { group }, query: period }))).filter(
    ({ state }) => state === "closed",
  );
  const { handoff } = await api.call("POST /api/groups/:group/handoffs", { params: { group }, body: { recipient } });
  const params = { handoff };
  await api.call("PUT /api/handoffs/:handoff/period", { params, body: period });
  await api.call("PUT /api/handoffs/:handoff/sessions", {
    params,
    body: { include: sessions.map(({ session }) => ({ session })) },
  });
  onProgress(`${sessions.length} sessions selected`);
  let hiddenLines = 0;
  for (const row of sessions) hiddenLines += await hide(plan, handoff, row);
  await scanAll(api, handoff);
  onProgress(`${sessions.length} sessions scanned, and everything that was found decided`);
  for (const row of sessions) await review(plan, handoff, row);
  onProgress(`${sessions.length} sessions reviewed, ${hiddenLines} lines hidden by hand`);
  await api.call("PUT /api/handoffs/:handoff/letter", { params, body: { letter: plan.letter } });
  await api.call("POST /api/handoffs/:handoff/publish", { params, body: { days: plan.days, recipient } });
  await until("the package", 120, async () => {
    const { state, generation } = await api.call("GET /api/handoffs/:handoff", { params });
    if (state === "published") return true;
    if (generation?.failure) throw new LocalError("run/incomplete", `The package could not be made: ${generation.failure}`);
    return undefined;
  });
  onProgress("published");
  const { url } = await api.call("POST /api/handoffs/:handoff/links", { params, body: { name: recipient, days: plan.days } });
  return { handoff, url, sessions: sessions.length, hiddenLines };
}

/**
 * Scans every selected session, and decides about what is found: secrets are masked, what says who somebody is stays, since the
 * incoming MSP works with the same people.
 */
export async function scanAll(api: Api, handoff: string): Promise<void> {
  const params = { handoff };
  const { sessions } = await api.call("GET /api/handoffs/:handoff/scan", { params });
  for (const { session, scanned } of sessions) {
    if (scanned !== null) continue;
    await api.call("POST /api/handoffs/:handoff/sessions/:session/scan", { params: { handoff, session } });
  }
  for (;;) {
    const [open] = (await api.call("GET /api/handoffs/:handoff/findings", { params, query: { state: "open", limit: 1 } })).items;
    if (open === undefined) return;
    const decision = isSecret(open.kind)
      ? ({ decision: "mask" } as const)
      : ({ decision: "keep", because: "The incoming MSP works with the same people." } as const);
    await api.call("POST /api/handoffs/:handoff/decisions", {
      params,
      body: { finding: open.finding, scope: "kind", ...decision },
    });
  }
}

/** Hides what is sensitive in one session. @returns how many lines. */
async function hide({ api, sensitive }: HandoffPlan, handoff: string, { session }: SessionRow): Promise<number> {
  const redactions = redactionsFor({ sensitive }, await all(api.entries(`sessions/${session}/entries`)));
  for (const redaction of redactions) {
    await api.call("POST /api/handoffs/:handoff/redactions", { params: { handoff }, body: { session, ...redaction } });
  }
  return redactions.length;
}

/** Reviews one session: writes the note from how it was closed. */
async function review({ api }: HandoffPlan, handoff: string, { session }: SessionRow): Promise<void> {
  // The note is made of what is still to be seen, so that it can't say again what was hidden.
  const words = { title: "", note: "", todo: [] as string[] };
  for await (const recorded of api.entries(`handoffs/${handoff}/sessions/${session}/entries`)) {
    const { kind } = parseEntry(utf8(recorded.line));
    if (kind === "opened") words.title = linesOf(recorded, "subject").join(" ");
    if (kind === "closed") {
      words.note = linesOf(recorded, "summary").join("\n");
      words.todo = linesOf(recorded, "todo");
    }
  }
  await api.call("PUT /api/handoffs/:handoff/sessions/:session/review", {
    params: { handoff, session },
    body: { ...words, reviewed: true },
  });
}

function linesOf({ text }: Recorded, field: string): string[] {
  const value = text[field];
  return value === undefined ? [] : visibleLines(value).map((line) => line.text);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
