import { type Context, Hono } from "hono";
import type { Caller } from "../caller.ts";
import type { AppEnv } from "../env.ts";
import { WorkerError } from "../error.ts";
import { letterBody, periodBody, publishBody, replaceBody, type SessionRow, selectionBody } from "../schema.ts";
import {
  cancelGeneration,
  getHandoff,
  openPreview,
  publishHandoff,
  replaceHandoff,
  revokeHandoff,
  selectSessions,
  setLetter,
  setPeriod,
} from "../service/handoffs.ts";
import { listSessions } from "../service/sessions.ts";
import { allPages } from "./all-pages.ts";
import { readForm, taken, wholeNumber } from "./form.ts";
import { isOpen } from "./handoff-frame.tsx";
import { publishPage } from "./link-routes.tsx";
import { NotesPage } from "./notes-page.tsx";
import { PreviewPage } from "./preview-page.tsx";
import { SelectPage } from "./select-page.tsx";
import { instantOf } from "./time.tsx";
import { userOf } from "./user.ts";

/** A handoff, step by step: select, notes, preview, publish. For the others see scan-routes.tsx and review-routes.tsx. Each step can be left and come back to. */
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
  .get("/:handoff/notes", async (c) => {
    const handoff = await getHandoff(c.var.caller, c.req.param("handoff"));
    return c.html(<NotesPage user={await userOf(c.var.caller)} handoff={handoff} />);
  })
  .post("/:handoff/letter", async (c) => {
    const { letter } = taken(letterBody, { letter: (await readForm(c)).text("letter") });
    await setLetter(c.var.caller, c.req.param("handoff"), letter);
    return leadTo(c, "publish");
  })
  .get("/:handoff/preview", async (c) => {
    const handoff = await getHandoff(c.var.caller, c.req.param("handoff"));
    if (!isOpen(handoff)) return leadTo(c, "publish");
    const { url } = await openPreview(c.var.caller, handoff.handoff, new URL(c.req.url).origin);
    return c.html(<PreviewPage user={await userOf(c.var.caller)} handoff={handoff} url={`${url}page/`} />);
  })
  .get("/:handoff/publish", async (c) => publishPage(c))
  .post("/:handoff/publish", async (c) => {
    const form = await readForm(c);
    const body = taken(publishBody, { days: wholeNumber(form, "days"), recipient: form.text("recipient") });
    await publishHandoff(c.var.caller, c.req.param("handoff"), body);
    return leadTo(c, "publish");
  })
  .post("/:handoff/cancel", async (c) => {
    await cancelGeneration(c.var.caller, c.req.param("handoff"));
    return leadTo(c, "publish");
  })
  .post("/:handoff/replace", async (c) => {
    const recipient = (await readForm(c)).optional("recipient");
    const { handoff } = await replaceHandoff(
      c.var.caller,
      c.req.param("handoff"),
      recipient && taken(replaceBody, { recipient }).recipient,
    );
    return c.redirect(`/handoffs/${handoff}/select`, 303);
  })
  .post("/:handoff/revoke", async (c) => {
    await revokeHandoff(c.var.caller, c.req.param("handoff"));
    return leadTo(c, "publish");
  });

function leadTo(c: Context<AppEnv>, step: string): Response {
  return c.redirect(`/handoffs/${c.req.param("handoff")}/${step}`, 303);
}

/** The closed sessions of a period. */
async function closedSessions(caller: Caller, group: string, period: { from: string; to: string }): Promise<SessionRow[]> {
  const all = await allPages((cursor) => listSessions(caller, group, { ...period, cursor, limit: 200 }));
  return all.filter(({ state }) => state === "closed");
}
