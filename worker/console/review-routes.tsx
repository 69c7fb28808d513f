import { type Context, Hono } from "hono";
import { addressOfLine, mainText, parseLineAddress } from "../../generator/line-address.ts";
import { utf8 } from "../../record/bytes.ts";
import { parseEntry } from "../../record/entry.ts";
import { hiddenReason } from "../../record/text.ts";
import type { AppEnv } from "../env.ts";
import { notFound, WorkerError } from "../error.ts";
import { redactionBody, reviewBody } from "../schema.ts";
import { getHandoffRules, setSecondReview, setSecondReviewEverywhere } from "../service/handoff-rules.ts";
import { getHandoff, openPreview, readReviewedEntries, removeRedaction, reviewAgain, reviewSession } from "../service/handoffs.ts";
import { hideLines, reviewedSession } from "../service/hide.ts";
import { getScan, listFindings } from "../service/scan.ts";
import { allPages } from "./all-pages.ts";
import { type Form, readForm, taken } from "./form.ts";
import { isOpen } from "./handoff-frame.tsx";
import { ReviewPage } from "./review-page.tsx";
import { ReviewSessionPage } from "./review-session-page.tsx";
import { shownEntries } from "./transcript.tsx";
import { userOf } from "./user.ts";

/** The review of a handoff, session by session: what is hidden, said, and looked at by whom. */
export const reviewRoutes = new Hono<AppEnv>()
  .get("/:handoff/review", async (c) => {
    const { caller } = c.var;
    const handoff = await getHandoff(caller, c.req.param("handoff"));
    const [user, rules] = await Promise.all([userOf(caller), getHandoffRules(caller, handoff.group)]);
    const mayRule = caller.permissions.has("org:settings:manage");
    return c.html(<ReviewPage user={user} handoff={handoff} rules={rules} mayRule={mayRule} />);
  })
  .post("/:handoff/second-review", async (c) => {
    const form = await readForm(c);
    const { group } = await getHandoff(c.var.caller, c.req.param("handoff"));
    await setSecondReview(c.var.caller, group, form.has("group"));
    await setSecondReviewEverywhere(c.var.caller, form.has("everywhere"));
    return leadTo(c, "review");
  })
  .get("/:handoff/review/:session", async (c) => {
    const { caller } = c.var;
    const handoff = await getHandoff(caller, c.req.param("handoff"));
    const session = handoff.sessions.find((one) => one.session === c.req.param("session"));
    if (session === undefined) throw notFound();
    const id = session.session;
    const entries = shownEntries(await reviewedSession(caller, handoff.handoff, id));
    const [user, findings, scan, preview] = await Promise.all([
      userOf(caller),
      allPages((cursor) => listFindings(caller, handoff.handoff, { session: id, cursor, limit: 500 })),
      getScan(caller, handoff.handoff),
      isOpen(handoff) ? openPreview(caller, handoff.handoff, new URL(c.req.url).origin) : undefined,
    ]);
    const scanned = scan.sessions.find((one) => one.session === id)?.scanned ?? null;
    const frame = preview && `${preview.url}review/data/sessions/${id}.html`;
    return c.html(<ReviewSessionPage {...{ user, handoff, session, entries, findings, scanned, frame }} />);
  })
  .post("/:handoff/redactions", async (c) => {
    const form = await readForm(c);
    const { session, seq, first, last } = placeIn(form);
    const handoff = c.req.param("handoff");
    const { entries } = await readReviewedEntries(c.var.caller, handoff, session, seq, 1);
    const [recorded] = entries;
    if (recorded === undefined) throw notFound();
    const { kind } = parseEntry(utf8(recorded.line));
    const field = first.field ?? mainText(kind);
    const value = recorded.text[field];
    if (value === undefined) throw new WorkerError("session/no-such-line", "This entry has no such line.");
    const hiding = {
      ...{ session, seq, field, first: first.line, last: last.line },
      reason: taken(hiddenReason.exclude(["erased"]), form.text("reason")),
      shown: taken(redactionBody.shape.shown, form.optional("shown")),
      words: form.optional("words"),
      everywhere: form.has("everywhere"),
    };
    await hideLines(c.var.caller, handoff, hiding, value);
    return leadTo(c, `review/${session}#${addressOfLine(kind, seq, field, first.line)}`);
  })
  .post("/:handoff/redactions/:redaction/undo", async (c) => {
    const form = await readForm(c);
    await removeRedaction(c.var.caller, c.req.param("handoff"), c.req.param("redaction"));
    const at = parseLineAddress(form.text("at")) === undefined ? "hidden" : form.text("at");
    return leadTo(c, `review/${encodeURIComponent(form.text("session"))}#${at}`);
  })
  .post("/:handoff/sessions/:session/review", async (c) => {
    const form = await readForm(c);
    const isReviewed = form.text("reviewed") === "yes";
    const body = { title: form.text("title"), note: form.text("note"), todo: form.lines("todo"), reviewed: isReviewed };
    await reviewSession(c.var.caller, c.req.param("handoff"), c.req.param("session"), taken(reviewBody, body));
    return leadTo(c, isReviewed ? "review" : `review/${c.req.param("session")}`);
  })
  .post("/:handoff/sessions/:session/second-review", async (c) => {
    await reviewAgain(c.var.caller, c.req.param("handoff"), c.req.param("session"));
    return leadTo(c, "review");
  });

/** @throws WorkerError `request/malformed` unless the form names a line of a session, or several of one text. */
function placeIn(form: Form) {
  const session = taken(redactionBody.shape.session, form.text("session"));
  const first = parseLineAddress(form.text("at").trim());
  const last = form.optional("last") === undefined ? first : parseLineAddress(form.text("last").trim());
  if (first === undefined || last?.seq !== first.seq || last.field !== first.field || last.line < first.line) {
    throw new WorkerError("request/malformed", "Pick a line, or several of one text: their names are such as e12.3.");
  }
  return { session, seq: first.seq, first, last };
}

function leadTo(c: Context<AppEnv>, step: string): Response {
  return c.redirect(`/handoffs/${c.req.param("handoff")}/${step}`, 303);
}
