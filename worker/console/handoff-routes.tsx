import { type Context, Hono } from "hono";
import type { Recorded } from "../../record/wire.ts";
import type { Caller } from "../caller.ts";
import type { AppEnv } from "../env.ts";
import { notFound, WorkerError } from "../error.ts";
import type { FindingView } from "../scan-schema.ts";
import { letterBody, periodBody, publishBody, redactionBody, reviewBody, type SessionRow, selectionBody } from "../schema.ts";
import {
  addRedaction,
  getHandoff,
  publishHandoff,
  readReviewedEntries,
  removeRedaction,
  reviewSession,
  revokeHandoff,
  selectSessions,
  setLetter,
  setPeriod,
} from "../service/handoffs.ts";
import { getScan, listFindings } from "../service/scan.ts";
import { listSessions } from "../service/sessions.ts";
import { readForm, taken, wholeNumber } from "./form.ts";
import { publishPage } from "./link-routes.tsx";
import { NotesPage } from "./notes-page.tsx";
import { ReviewPage } from "./review-page.tsx";
import { ReviewSessionPage } from "./review-session-page.tsx";
import { SelectPage } from "./select-page.tsx";
import { instantOf } from "./time.tsx";
import { shownEntries } from "./transcript.tsx";
import { userOf } from "./user.ts";

/** A handoff, step by step: select, review, notes, publish. Each step can be left and come back to. */
export const handoffRoutes = new Hono<AppEnv>()
  .get("/:handoff", async (c) => {
    const { handoff, state, sessions } = await getHandoff(c.var.caller, c.req.param("handoff"));
    const step = state !== "draft" && state !== "in-review" ? "publish" : sessions.length === 0 ? "select" : "review";
    return c.redirect(`/handoffs/${handoff}/${step}`, 302);
  })
  .get("/:handoff/select", async (c) => {
    const handoff = await getHandoff(c.var.caller, c.req.param("handoff"));
    const sessions = handoff.period === null ? [] : await closedSessions(c.var.caller, handoff.group, handoff.period);
    return c.html(<SelectPage user={await userOf(c.var.caller)} handoff={handoff} sessions={sessions} />);
  })
  .post("/:handoff/period", async (c) => {
    const form = await readForm(c);
    const from = instantOf(form.text("from"), "first");
    const to = instantOf(form.text("to"), "last");
    if (from === undefined || to === undefined || from > to) {
      throw new WorkerError("request/malformed", "Choose a first day, and a last day that is not before it.");
    }
    await setPeriod(c.var.caller, c.req.param("handoff"), taken(periodBody, { from, to }));
    return leadTo(c, "select");
  })
  .post("/:handoff/sessions", async (c) => {
    const { caller } = c.var;
    const form = await readForm(c);
    const { handoff, group, period } = await getHandoff(caller, c.req.param("handoff"));
    const shown = (period === null ? [] : await closedSessions(caller, group, period)).filter(({ session }) => form.has(session));
    const include = shown.filter(({ session }) => form.text(session) === "include").map(({ session }) => ({ session }));
    const privileged = shown.filter(({ session }) => form.text(session) === "privileged");
    const omit = privileged.map(({ session }) => ({ session, reason: "privileged" as const }));
    await selectSessions(caller, handoff, taken(selectionBody, { include, omit }));
    return leadTo(c, include.length === 0 ? "select" : "scan");
  })
  .get("/:handoff/review", async (c) => {
    const handoff = await getHandoff(c.var.caller, c.req.param("handoff"));
    return c.html(<ReviewPage user={await userOf(c.var.caller)} handoff={handoff} />);
  })
  .get("/:handoff/review/:session", async (c) => {
    const { caller } = c.var;
    const handoff = await getHandoff(caller, c.req.param("handoff"));
    const session = handoff.sessions.find((one) => one.session === c.req.param("session"));
    if (session === undefined) throw notFound();
    const entries = shownEntries(await reviewed(caller, handoff.handoff, session.session));
    const findings = await findingsOf(caller, handoff.handoff, session.session);
    const scanned =
      (await getScan(caller, handoff.handoff)).sessions.find((one) => one.session === session.session)?.scanned ?? null;
    const props = { user: await userOf(caller), handoff, session, entries, findings, scanned };
    return c.html(<ReviewSessionPage {...props} />);
  })
  .post("/:handoff/redactions", async (c) => {
    const form = await readForm(c);
    const body = taken(redactionBody, {
      session: form.text("session"),
      seq: wholeNumber(form, "seq"),
      field: form.text("field"),
      // People count lines from 1, the record from 0.
      line: wholeNumber(form, "line") - 1,
      reason: form.text("reason"),
      shown: form.optional("shown"),
    });
    await addRedaction(c.var.caller, c.req.param("handoff"), body);
    return leadTo(c, `review/${body.session}#e${body.seq}`);
  })
  .post("/:handoff/redactions/:redaction/undo", async (c) => {
    const session = (await readForm(c)).text("session");
    await removeRedaction(c.var.caller, c.req.param("handoff"), c.req.param("redaction"));
    return leadTo(c, `review/${encodeURIComponent(session)}#hidden`);
  })
  .post("/:handoff/sessions/:session/review", async (c) => {
    const form = await readForm(c);
    const isReviewed = form.text("reviewed") === "yes";
    const body = { title: form.text("title"), note: form.text("note"), todo: form.lines("todo"), reviewed: isReviewed };
    await reviewSession(c.var.caller, c.req.param("handoff"), c.req.param("session"), taken(reviewBody, body));
    return leadTo(c, isReviewed ? "review" : `review/${c.req.param("session")}`);
  })
  .get("/:handoff/notes", async (c) => {
    const handoff = await getHandoff(c.var.caller, c.req.param("handoff"));
    return c.html(<NotesPage user={await userOf(c.var.caller)} handoff={handoff} />);
  })
  .post("/:handoff/letter", async (c) => {
    const { letter } = taken(letterBody, { letter: (await readForm(c)).text("letter") });
    await setLetter(c.var.caller, c.req.param("handoff"), letter);
    return leadTo(c, "publish");
  })
  .get("/:handoff/publish", async (c) => publishPage(c))
  .post("/:handoff/publish", async (c) => {
    const form = await readForm(c);
    const body = taken(publishBody, { days: wholeNumber(form, "days"), recipient: form.text("recipient") });
    await publishHandoff(c.var.caller, c.req.param("handoff"), body);
    return leadTo(c, "publish");
  })
  .post("/:handoff/revoke", async (c) => {
    await revokeHandoff(c.var.caller, c.req.param("handoff"));
    return leadTo(c, "publish");
  });

function leadTo(c: Context<AppEnv>, step: string): Response {
  return c.redirect(`/handoffs/${c.req.param("handoff")}/${step}`, 303);
}

async function closedSessions(caller: Caller, group: string, period: { from: string; to: string }): Promise<SessionRow[]> {
  const all: SessionRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await listSessions(caller, group, { ...period, cursor, limit: 200 });
    all.push(...page.items.filter(({ state }) => state === "closed"));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}

async function findingsOf(caller: Caller, handoff: string, session: string): Promise<FindingView[]> {
  const all: FindingView[] = [];
  let cursor: string | undefined;
  do {
    const page = await listFindings(caller, handoff, { session, cursor, limit: 500 });
    all.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}

/** A whole session as it would be handed over now. */
async function reviewed(caller: Caller, handoff: string, session: string): Promise<Recorded[]> {
  const all: Recorded[] = [];
  for (;;) {
    const { entries, size } = await readReviewedEntries(caller, handoff, session, all.length, 1000);
    all.push(...entries);
    if (entries.length === 0 || all.length >= size) return all;
  }
}
