import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { readBody, readQuery } from "../request.ts";
import { decisionBody, findingsQuery, scanSettings } from "../scan-schema.ts";
import { decideFinding, getScan, listFindings, scanSession, setScan } from "../service/scan.ts";

/** `/api/handoffs/:handoff/scan` and `…/findings`: what the scanner found in a handoff, and what is decided about it. */
export const handoffScanRoutes = new Hono<AppEnv>()
  .get("/:handoff/scan", async (c) => c.json(await getScan(c.var.caller, c.req.param("handoff"))))
  .put("/:handoff/scan", async (c) => {
    await setScan(c.var.caller, c.req.param("handoff"), await readBody(c, scanSettings));
    return c.body(null, 204);
  })
  .post("/:handoff/sessions/:session/scan", async (c) =>
    c.json(await scanSession(c.var.caller, c.req.param("handoff"), c.req.param("session"))),
  )
  .get("/:handoff/findings", async (c) =>
    c.json(await listFindings(c.var.caller, c.req.param("handoff"), readQuery(c, findingsQuery))),
  )
  .post("/:handoff/decisions", async (c) =>
    c.json(await decideFinding(c.var.caller, c.req.param("handoff"), await readBody(c, decisionBody))),
  );
