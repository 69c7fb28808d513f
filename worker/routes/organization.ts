import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { readBody, readQuery } from "../request.ts";
import { organizationBody, pageQuery } from "../schema.ts";
import { getOrganization, listAudit, renameOrganization } from "../service/organization.ts";

/** `/api/organization` */
export const organizationRoutes = new Hono<AppEnv>()
  .get("/", async (c) => c.json(await getOrganization(c.var.caller)))
  .put("/", async (c) => {
    const { name } = await readBody(c, organizationBody);
    return c.json(await renameOrganization(c.var.caller, name));
  })
  .get("/audit", async (c) => {
    const { cursor, limit } = readQuery(c, pageQuery);
    return c.json(await listAudit(c.var.caller, cursor, limit));
  });
