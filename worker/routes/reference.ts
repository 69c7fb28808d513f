import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import type { OpenApi } from "../openapi/document.ts";
import { referencePage, styleHash } from "../openapi/page.ts";

/** `/api/openapi.json`, and the same as a page. @param document is asked for when all routes are mounted. */
export function referenceRoutes(document: () => OpenApi) {
  return new Hono<AppEnv>()
    .get("/openapi.json", (c) => c.json(document()))
    .get("/reference", async (c) => {
      c.header("content-security-policy", `default-src 'none'; style-src '${await styleHash()}'; frame-ancestors 'none'`);
      return c.html(referencePage(document()));
    });
}
