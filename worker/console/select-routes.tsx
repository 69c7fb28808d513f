import { type Context, Hono } from "hono";
import type { Caller } from "../caller.ts";
import type { AppEnv } from "../env.ts";
import { WorkerError } from "../error.ts";
import { type HandoffView, periodBody, type SessionRow, selectionBody } from "../schema.ts";
import { type SessionFilter, searchQuery, sessionFilter } from "../search/schema.ts";
import { getHandoff, selectSessions, setPeriod } from "../service/handoffs.ts";
import { listSessions, listTags, listTechnicians, searchSessions } from "../service/sessions.ts";
import { allPages } from "./all-pages.ts";
import { type Form, readForm, taken } from "./form.ts";
import { SelectPage } from "./select-page.tsx";
import { instantOf, lastTwelveMonths } from "./time.tsx";
import { userOf } from "./user.ts";

/** What the list of sessions is narrowed to, as it stands in the address; empty fields narrow nothing. */
export type Narrowing = Partial<Record<"q" | "endpoint" | "tag" | "technician" | "outcome", string>>;

/** First step of a handoff: the period, and which sessions of it go. */
export const selectRoutes = new Hono<AppEnv>()
  .get("/:handoff/select", async (c) => {
    const { caller } = c.var;
    const handoff = await getHandoff(caller, c.req.param("handoff"));
    const narrowing = narrowingOf(c.req.query());
    const [user, sessions, all, tags, technicians] = await Promise.all([
      userOf(caller),
      closedSessions(caller, handoff, narrowing),
      closedSessions(caller, handoff, {}),
      listTags(caller, handoff.group),
      listTechnicians(caller, handoff.group),
    ]);
    const machines = new Map(all.map(({ endpoint, endpointName }) => [endpoint, endpointName]));
    const choices = {
      machines: [...machines],
      tags: tags.map(({ tag }) => tag),
      technicians: technicians.map((one) => one.technician),
    };
    return c.html(<SelectPage {...{ user, handoff, sessions, total: all.length, narrowing, choices }} />);
  })
  .post("/:handoff/period", async (c) => {
    const form = await readForm(c);
    const days = form.text("last") === "year" ? lastTwelveMonths() : { from: form.text("from"), to: form.text("to") };
    const from = instantOf(days.from, "first");
    const to = instantOf(days.to, "last");
    if (from === undefined || to === undefined || from > to) {
      throw new WorkerError("request/malformed", "Choose a first day, and a last day that is not before it.");
    }
    await setPeriod(c.var.caller, c.req.param("handoff"), taken(periodBody, { from, to }));
    return leadTo(c, "select");
  })
  .post("/:handoff/sessions", async (c) => {
    const { caller } = c.var;
    const form = await readForm(c);
    const handoff = await getHandoff(caller, c.req.param("handoff"));
    const selection = selectionOf(form, handoff, await closedSessions(caller, handoff, {}));
    await selectSessions(caller, handoff.handoff, taken(selectionBody, selection));
    const narrowing = new URLSearchParams(narrowingOf(Object.fromEntries(new URLSearchParams(form.text("narrowing"))))).toString();
    const stays = form.has("all") || selection.include.length === 0;
    return leadTo(c, stays ? `select${narrowing === "" ? "" : `?${narrowing}`}` : "scan");
  });

/** What the form says of the sessions that it shows; the others stay as they are. */
function selectionOf(form: Form, handoff: HandoffView, sessions: readonly SessionRow[]) {
  const before = new Set(handoff.sessions.map(({ session }) => session));
  const reasons = new Map(handoff.omissions.map(({ session, reason }) => [session, reason]));
  const choice = ({ session }: SessionRow): string => {
    if (form.has(session)) return form.optional("all") ?? form.text(session);
    return before.has(session) ? "include" : (reasons.get(session) ?? "not-selected");
  };
  const include = sessions.filter((row) => choice(row) === "include").map(({ session }) => ({ session }));
  const omit = sessions.flatMap((row) => {
    const reason = choice(row);
    // That it is left out is said as well: where nothing is chosen and nothing said, nobody has chosen yet.
    return reason === "privileged" || reason === "other-endpoint" || reason === "not-selected"
      ? [{ session: row.session, reason }]
      : [];
  });
  return { include, omit };
}

function narrowingOf(query: Record<string, string>): Narrowing {
  const narrowing: Narrowing = {};
  for (const name of ["q", "endpoint", "tag", "technician", "outcome"] as const) {
    const value = query[name]?.trim();
    if (value) narrowing[name] = value;
  }
  return narrowing;
}

/** The closed sessions of the handoff's period that fit; none before there is a period. */
async function closedSessions(caller: Caller, { group, period }: HandoffView, { q, ...rest }: Narrowing): Promise<SessionRow[]> {
  if (period === null) return [];
  const filter: SessionFilter = taken(sessionFilter, { ...period, ...rest });
  const rows =
    q === undefined
      ? await allPages((cursor) => listSessions(caller, group, { ...filter, cursor, limit: 200 }))
      : await foundSessions(caller, group, taken(searchQuery, { ...filter, q, limit: 100 }));
  return rows.filter(({ state }) => state === "closed");
}

/** Each session once in which all words are found. */
async function foundSessions(caller: Caller, group: string, query: ReturnType<typeof searchQuery.parse>): Promise<SessionRow[]> {
  const hits = await allPages((cursor) => searchSessions(caller, group, { ...query, cursor }));
  return [...new Map(hits.map(({ session }) => [session.session, session])).values()];
}

function leadTo(c: Context<AppEnv>, step: string): Response {
  return c.redirect(`/handoffs/${c.req.param("handoff")}/${step}`, 303);
}
