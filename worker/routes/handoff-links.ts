import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { linkBody, linkChangeBody } from "../link-schema.ts";
import { readBody, readQuery } from "../request.ts";
import { pageQuery } from "../schema.ts";
import { changeLink, createLink, getReceipt, listAccesses, listReceipts, revokeLink } from "../service/links.ts";

/** `/api/handoffs/:handoff`: its links, who opened them, who acknowledged receipt. */
export const handoffLinkRoutes = new Hono<AppEnv>()
  .post("/:handoff/links", async (c) => {
    const body = await readBody(c, linkBody);
    return c.json(await createLink(c.var.caller, c.req.param("handoff"), body, new URL(c.req.url).origin), 201);
  })
  .patch("/:handoff/links/:link", async (c) => {
    const body = await readBody(c, linkChangeBody);
    return c.json(await changeLink(c.var.caller, c.req.param("handoff"), c.req.param("link"), body));
  })
  .delete("/:handoff/links/:link", async (c) => {
    await revokeLink(c.var.caller, c.req.param("handoff"), c.req.param("link"));
    return c.body(null, 204);
  })
  .get("/:handoff/accesses", async (c) => {
    const { cursor, limit } = readQuery(c, pageQuery);
    return c.json(await listAccesses(c.var.caller, c.req.param("handoff"), cursor, limit));
  })
  .get("/:handoff/receipts", async (c) => {
    const { cursor, limit } = readQuery(c, pageQuery);
    return c.json(await listReceipts(c.var.caller, c.req.param("handoff"), cursor, limit));
  })
  .get("/:handoff/receipts/:receipt", async (c) => {
    return c.json(await getReceipt(c.var.caller, c.req.param("handoff"), c.req.param("receipt")));
  });
