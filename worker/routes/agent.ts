import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { notFound } from "../error.ts";
import { objectOfRef } from "../objects/name.ts";
import { demandUpgrade } from "../request.ts";

/** `/agent`: sockets of endpoints. Nobody is signed in; each object has the endpoint prove its key before it says anything. */
export const agentRoutes = new Hono<AppEnv>()
  .get("/endpoint/:ref", async (c) => {
    demandUpgrade(c);
    const stub = objectOfRef(c.env.ENDPOINT, c.req.param("ref"));
    return socket(await stub?.fetch("https://endpoint/agent", { headers: { upgrade: "websocket" } }));
  })
  .get("/session/:ref", async (c) => {
    demandUpgrade(c);
    const stub = objectOfRef(c.env.SESSION, c.req.param("ref"));
    return socket(await stub?.fetch("https://session/agent", { headers: { upgrade: "websocket" } }));
  });

function socket(response: Response | undefined): Response {
  if (response?.status !== 101) throw notFound();
  return response;
}
