import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { notFound } from "../error.ts";
import { askedBy } from "../outcome.ts";
import { readBody, readQuery } from "../request.ts";
import {
  disclosureBody,
  entriesQuery,
  letterBody,
  periodBody,
  publishBody,
  redactionBody,
  replaceBody,
  reviewBody,
  selectionBody,
} from "../schema.ts";
import { servePackage } from "../serve.ts";
import {
  addRedaction,
  cancelGeneration,
  findPackage,
  getHandoff,
  openPreview,
  publishHandoff,
  readReviewedEntries,
  removeRedaction,
  replaceHandoff,
  reviewAgain,
  reviewSession,
  revokeHandoff,
  selectSessions,
  setLetter,
  setPeriod,
  unsealLine,
} from "../service/handoffs.ts";

/** `/api/handoffs`: one handoff, from draft to the log of who opened it. */
export const handoffRoutes = new Hono<AppEnv>()
  .get("/:handoff", async (c) => c.json(await getHandoff(c.var.caller, c.req.param("handoff"))))
  .put("/:handoff/period", async (c) => {
    await setPeriod(c.var.caller, c.req.param("handoff"), await readBody(c, periodBody));
    return c.body(null, 204);
  })
  .put("/:handoff/sessions", async (c) => {
    await selectSessions(c.var.caller, c.req.param("handoff"), await readBody(c, selectionBody));
    return c.body(null, 204);
  })
  .post("/:handoff/redactions", async (c) => {
    const body = await readBody(c, redactionBody);
    return c.json(await addRedaction(c.var.caller, c.req.param("handoff"), body), 201);
  })
  .delete("/:handoff/redactions/:redaction", async (c) => {
    await removeRedaction(c.var.caller, c.req.param("handoff"), c.req.param("redaction"));
    return c.body(null, 204);
  })
  .put("/:handoff/sessions/:session/review", async (c) => {
    const body = await readBody(c, reviewBody);
    return c.json(await reviewSession(c.var.caller, c.req.param("handoff"), c.req.param("session"), body));
  })
  .post("/:handoff/sessions/:session/second-review", async (c) =>
    c.json(await reviewAgain(c.var.caller, c.req.param("handoff"), c.req.param("session"))),
  )
  .post("/:handoff/preview", async (c) =>
    c.json(await openPreview(c.var.caller, c.req.param("handoff"), new URL(c.req.url).origin), 201),
  )
  .get("/:handoff/sessions/:session/entries", async (c) => {
    const { from, limit } = readQuery(c, entriesQuery);
    return c.json(await readReviewedEntries(c.var.caller, c.req.param("handoff"), c.req.param("session"), from, limit));
  })
  .put("/:handoff/letter", async (c) => {
    const { letter } = await readBody(c, letterBody);
    await setLetter(c.var.caller, c.req.param("handoff"), letter);
    return c.body(null, 204);
  })
  .post("/:handoff/publish", async (c) => {
    await publishHandoff(c.var.caller, c.req.param("handoff"), await readBody(c, publishBody));
    return c.json({ state: "generating" }, 202);
  })
  .get("/:handoff/package", async (c) => {
    const found = await findPackage(c.var.caller, c.req.param("handoff"));
    const response = await servePackage(c.env.PACKAGES, found, askedBy(c.req.raw));
    if (response === undefined) throw notFound();
    return response;
  })
  .post("/:handoff/disclosures", async (c) => {
    const body = await readBody(c, disclosureBody);
    return c.json(await unsealLine(c.var.caller, c.req.param("handoff"), body), 201);
  })
  .post("/:handoff/cancel", async (c) => {
    await cancelGeneration(c.var.caller, c.req.param("handoff"));
    return c.body(null, 204);
  })
  .post("/:handoff/replace", async (c) => {
    const { recipient } = await readBody(c, replaceBody);
    return c.json(await replaceHandoff(c.var.caller, c.req.param("handoff"), recipient), 201);
  })
  .post("/:handoff/revoke", async (c) => {
    await revokeHandoff(c.var.caller, c.req.param("handoff"));
    return c.body(null, 204);
  });
