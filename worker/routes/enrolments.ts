import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { readBody } from "../request.ts";
import { enrolmentBody } from "../schema.ts";
import { enrol } from "../service/endpoints.ts";

/** `/api/enrolments`: public, the code is what lets in. */
export const enrolmentRoutes = new Hono<AppEnv>().post("/", async (c) =>
  c.json(await enrol(c.env, await readBody(c, enrolmentBody)), 201),
);
