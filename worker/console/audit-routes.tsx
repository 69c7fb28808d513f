import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { auditQuery } from "../schema.ts";
import { listAudit } from "../service/organization.ts";
import { type AuditFilter, AuditPage } from "./audit-page.tsx";
import { taken } from "./form.ts";
import { instantOf } from "./time.tsx";
import { userOf } from "./user.ts";

/** Who did what in the organisation. */
export const auditRoutes = new Hono<AppEnv>().get("/", async (c) => {
  const filter = filterOf(c.req.query());
  const { from, to, ...rest } = filter;
  const query = { ...rest, from: instantOf(from, "first"), to: instantOf(to, "last"), cursor: c.req.query("cursor"), limit: 100 };
  const { items, cursor } = await listAudit(c.var.caller, taken(auditQuery, query));
  const next = cursor && `/audit?${new URLSearchParams({ ...filter, cursor })}`;
  return c.html(<AuditPage user={await userOf(c.var.caller)} acts={items} filter={filter} next={next} />);
});

/** Empty fields of the form come along in the address; they narrow nothing. */
function filterOf(query: Record<string, string>): AuditFilter & Record<string, string> {
  const filter: AuditFilter & Record<string, string> = {};
  for (const name of ["act", "by", "about", "from", "to"] as const) {
    const value = query[name]?.trim();
    if (value) filter[name] = value;
  }
  return filter;
}
