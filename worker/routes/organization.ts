import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { readBody, readQuery } from "../request.ts";
import { secondReviewBody } from "../scan-schema.ts";
import { auditQuery, organizationBody } from "../schema.ts";
import { setSecondReviewEverywhere } from "../service/handoff-rules.ts";
import { changeKey, getOrganization, listAudit, listKeys, renameOrganization } from "../service/organization.ts";

/** `/api/organization` */
export const organizationRoutes = new Hono<AppEnv>()
  .get("/", async (c) => c.json(await getOrganization(c.var.caller)))
  .put("/", async (c) => {
    const { name } = await readBody(c, organizationBody);
    return c.json(await renameOrganization(c.var.caller, name));
  })
  .put("/second-review", async (c) => {
    const { required } = await readBody(c, secondReviewBody);
    return c.json(await setSecondReviewEverywhere(c.var.caller, required));
  })
  .post("/key", async (c) => c.json(await changeKey(c.var.caller), 201))
  .get("/keys", async (c) => c.json({ keys: await listKeys(c.var.caller) }))
  .get("/audit", async (c) => c.json(await listAudit(c.var.caller, readQuery(c, auditQuery))));
