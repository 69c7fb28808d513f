import { utf8 } from "../../record/bytes.ts";
import { parseEntry } from "../../record/entry.ts";
import { visibleLines } from "../../record/text.ts";
import type { Recorded } from "../../record/wire.ts";
import type { HandoffRow, HandoffView, SessionRow } from "../schema.ts";
import { type Api, until } from "./api.ts";
import { LocalError } from "./error.ts";
import { masked, type SensitiveText, sensitiveLines } from "./sensitive-lines.ts";

export interface HandoffPlan {
  /** Of somebody who may publish. */
  api: Api;
  group: string;
  recipient: string;
  /** RFC 3339, both days included. */
  period: { from: string; to: string };
  /** What the reviewer knows to be sensitive, wherever it turns up. */
  sensitive: readonly SensitiveText[];
  letter: string;
  days: number;
  onProgress: (done: string) => void;
}

export interface PublishedHandoff {
  handoff: string;
  /** Address with its secret: the only time that it is known. */
  url: string;
  sessions: number;
  hiddenLines: number;
}

/**
 * Takes a handoff through every step, as the console does: select, redact, review with notes, letter, publish, link.
 * @throws LocalError `run/incomplete` when the package can't be made; `worker/refused`.
 */
export async function makeHandoff(plan: HandoffPlan): Promise<PublishedHandoff> {
  const { api, group, recipient, period, onProgress } = plan;
  const sessions = (await all(api.list<SessionRow>(`groups/${group}/sessions?from=${period.from}&to=${period.to}`))).filter(
    ({ state }) => state === "closed",
  );
  const { handoff } = await api.post<HandoffRow>(`groups/${group}/handoffs`, { recipient });
  const path = `handoffs/${handoff}`;
  await api.put(`${path}/period`, period);
  await api.put(`${path}/sessions`, { include: sessions.map(({ session }) => ({ session })) });
  onProgress(`${sessions.length} sessions selected`);
  let hiddenLines = 0;
  for (const row of sessions) hiddenLines += await review(plan, path, row);
  onProgress(`${sessions.length} sessions reviewed, ${hiddenLines} lines hidden`);
  await api.put(`${path}/letter`, { letter: plan.letter });
  await api.post(`${path}/publish`, { days: plan.days, recipient });
  await until("the package", 120, async () => {
    const { state, generation } = await api.get<HandoffView>(path);
    if (state === "published") return true;
    if (generation?.failure) throw new LocalError("run/incomplete", `The package could not be made: ${generation.failure}`);
    return undefined;
  });
  onProgress("published");
  const { url } = await api.post<{ url: string }>(`${path}/links`, { name: recipient, days: plan.days });
  return { handoff, url, sessions: sessions.length, hiddenLines };
}

/** Reviews one session: hides what is sensitive, writes the note from how it was closed. @returns how many lines are hidden. */
async function review({ api, sensitive }: HandoffPlan, path: string, { session, subject }: SessionRow): Promise<number> {
  let hidden = 0;
  let summary = "";
  let todo: string[] = [];
  for await (const recorded of api.entries(`sessions/${session}/entries`)) {
    for (const place of sensitiveLines(recorded, sensitive)) {
      await api.post(`${path}/redactions`, { session, ...place });
      hidden++;
    }
    if (parseEntry(utf8(recorded.line)).kind === "closed") {
      summary = linesOf(recorded, "summary").join("\n");
      todo = linesOf(recorded, "todo");
    }
  }
  await api.put(`${path}/sessions/${session}/review`, {
    title: masked(subject, sensitive),
    note: masked(summary, sensitive),
    todo: todo.map((item) => masked(item, sensitive)),
    reviewed: true,
  });
  return hidden;
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
