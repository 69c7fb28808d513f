import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../env.ts";
import { placeOf } from "../place.ts";
import { LINK_PAGE_HEADERS } from "./page.tsx";
import { RefusedPage } from "./refused-page.tsx";

/** Where links have a host of their own, neither host serves what is the other's: see worker/place.ts. */
export const keepHostsApart = createMiddleware<AppEnv>(async (c, next) => {
  const place = placeOf(c.req.raw, c.env);
  if (place === "here") return next();
  if (place === "nowhere") return c.html(<RefusedPage why="unknown" />, 404, LINK_PAGE_HEADERS);
  return new Response(null, { status: 308, headers: { ...LINK_PAGE_HEADERS, location: place.redirect } });
});
