import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { demandUpgrade, readBody, readQuery } from "../request.ts";
import {
  cancelBody,
  chatBody,
  closeBody,
  commandBody,
  contextBody,
  entriesQuery,
  erasureBody,
  liveQuery,
  noteBody,
} from "../schema.ts";
import {
  addNote,
  cancelCommand,
  closeSession,
  collectContext,
  eraseLines,
  getSession,
  readEntries,
  runCommand,
  sendChat,
  watchSession,
} from "../service/sessions.ts";

/** `/api/sessions`: one session, live or closed. */
export const sessionRoutes = new Hono<AppEnv>()
  .get("/:session", async (c) => c.json(await getSession(c.var.caller, c.req.param("session"))))
  .get("/:session/entries", async (c) => {
    const { from, limit } = readQuery(c, entriesQuery);
    return c.json(await readEntries(c.var.caller, c.req.param("session"), from, limit));
  })
  .get("/:session/live", async (c) => {
    demandUpgrade(c);
    const { from } = readQuery(c, liveQuery);
    return watchSession(c.var.caller, c.req.param("session"), from);
  })
  .post("/:session/commands", async (c) => {
    const body = await readBody(c, commandBody);
    return c.json(await runCommand(c.var.caller, c.req.param("session"), body), 201);
  })
  .post("/:session/context", async (c) => {
    const { parts } = await readBody(c, contextBody);
    return c.json(await collectContext(c.var.caller, c.req.param("session"), parts), 202);
  })
  .post("/:session/cancel", async (c) => {
    const { request } = await readBody(c, cancelBody);
    await cancelCommand(c.var.caller, c.req.param("session"), request);
    return c.body(null, 204);
  })
  .post("/:session/chat", async (c) => {
    const body = await readBody(c, chatBody);
    return c.json(await sendChat(c.var.caller, c.req.param("session"), body), 201);
  })
  .post("/:session/notes", async (c) => {
    const body = await readBody(c, noteBody);
    return c.json(await addNote(c.var.caller, c.req.param("session"), body), 201);
  })
  .post("/:session/erasures", async (c) => {
    const body = await readBody(c, erasureBody);
    return c.json(await eraseLines(c.var.caller, c.req.param("session"), body), 201);
  })
  .post("/:session/close", async (c) => {
    const body = await readBody(c, closeBody);
    return c.json(await closeSession(c.var.caller, c.req.param("session"), body), 202);
  });
