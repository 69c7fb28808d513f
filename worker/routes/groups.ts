import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { readBody, readQuery } from "../request.ts";
import { secondReviewBody, termsBody } from "../scan-schema.ts";
import { enrolmentCodeBody, groupBody, handoffBody, openSessionBody, pageQuery, tagsBody } from "../schema.ts";
import { searchQuery, sessionsQuery } from "../search/schema.ts";
import {
  getEndpoint,
  listEndpoints,
  listEnrolmentCodes,
  makeEnrolmentCode,
  removeEndpoint,
  revokeEnrolmentCode,
  rotateEnrolmentCode,
} from "../service/endpoints.ts";
import { getHandoffRules, setSecondReview, setTerms } from "../service/handoff-rules.ts";
import { createHandoff, listHandoffs } from "../service/handoffs.ts";
import { createGroup, getGroup, listGroups, setArchived } from "../service/organization.ts";
import { listSessions, listTags, listTechnicians, openSession, searchSessions, setTags } from "../service/sessions.ts";

/** `/api/groups`: client groups, and what belongs to one. */
export const groupRoutes = new Hono<AppEnv>()
  .get("/", async (c) => {
    const { cursor, limit } = readQuery(c, pageQuery);
    return c.json(await listGroups(c.var.caller, cursor, limit));
  })
  .post("/", async (c) => {
    const { name } = await readBody(c, groupBody);
    return c.json(await createGroup(c.var.caller, name), 201);
  })
  .get("/:group", async (c) => c.json(await getGroup(c.var.caller, c.req.param("group"))))

  .put("/:group/archive", async (c) => c.json(await setArchived(c.var.caller, c.req.param("group"), true)))
  .delete("/:group/archive", async (c) => c.json(await setArchived(c.var.caller, c.req.param("group"), false)))

  .post("/:group/enrolment-codes", async (c) => {
    const { endpoint } = await readBody(c, enrolmentCodeBody);
    return c.json(await makeEnrolmentCode(c.var.caller, c.req.param("group"), endpoint), 201);
  })
  .get("/:group/enrolment-codes", async (c) => c.json({ items: await listEnrolmentCodes(c.var.caller, c.req.param("group")) }))
  .delete("/:group/enrolment-codes/:code", async (c) =>
    c.json(await revokeEnrolmentCode(c.var.caller, c.req.param("group"), c.req.param("code"))),
  )
  .post("/:group/enrolment-codes/:code/rotate", async (c) =>
    c.json(await rotateEnrolmentCode(c.var.caller, c.req.param("group"), c.req.param("code")), 201),
  )
  .get("/:group/endpoints", async (c) => {
    const { cursor, limit } = readQuery(c, pageQuery);
    return c.json(await listEndpoints(c.var.caller, c.req.param("group"), cursor, limit));
  })
  .get("/:group/endpoints/:endpoint", async (c) =>
    c.json(await getEndpoint(c.var.caller, c.req.param("group"), c.req.param("endpoint"))),
  )
  .delete("/:group/endpoints/:endpoint", async (c) =>
    c.json(await removeEndpoint(c.var.caller, c.req.param("group"), c.req.param("endpoint"))),
  )

  .post("/:group/endpoints/:endpoint/sessions", async (c) => {
    const body = await readBody(c, openSessionBody);
    return c.json(await openSession(c.var.caller, c.req.param("group"), c.req.param("endpoint"), body), 201);
  })
  .get("/:group/sessions", async (c) => c.json(await listSessions(c.var.caller, c.req.param("group"), readQuery(c, sessionsQuery))))
  .get("/:group/search", async (c) => c.json(await searchSessions(c.var.caller, c.req.param("group"), readQuery(c, searchQuery))))
  .get("/:group/technicians", async (c) => c.json({ items: await listTechnicians(c.var.caller, c.req.param("group")) }))
  .get("/:group/tags", async (c) => c.json({ items: await listTags(c.var.caller, c.req.param("group")) }))
  .put("/:group/sessions/:session/tags", async (c) => {
    const { tags } = await readBody(c, tagsBody);
    return c.json(await setTags(c.var.caller, c.req.param("group"), c.req.param("session"), tags));
  })

  .get("/:group/handoff-rules", async (c) => c.json(await getHandoffRules(c.var.caller, c.req.param("group"))))
  .put("/:group/terms", async (c) => {
    const { terms } = await readBody(c, termsBody);
    return c.json(await setTerms(c.var.caller, c.req.param("group"), terms));
  })
  .put("/:group/second-review", async (c) => {
    const { required } = await readBody(c, secondReviewBody);
    return c.json(await setSecondReview(c.var.caller, c.req.param("group"), required));
  })
  .post("/:group/handoffs", async (c) => {
    const { recipient } = await readBody(c, handoffBody);
    return c.json(await createHandoff(c.var.caller, c.req.param("group"), recipient), 201);
  })
  .get("/:group/handoffs", async (c) => {
    const { cursor, limit } = readQuery(c, pageQuery);
    return c.json(await listHandoffs(c.var.caller, c.req.param("group"), cursor, limit));
  });
