import { type Context, Hono } from "hono";
import { verifierHash, verifierPage } from "../../generator/verifier-page.ts";
import type { AppEnv } from "../env.ts";
import { hasEntityTag } from "../range.ts";
import { VERIFIER_HEADERS } from "../verifier-headers.ts";

export const VERIFY = "/verify";
export const VERIFY_FILE = "/verify/caisey-verify.html";

const TAG = `"${verifierHash.slice(0, 32)}"`;

function answer(c: Context<AppEnv>, more: Record<string, string> = {}): Response {
  const headers = { ...VERIFIER_HEADERS, ...more, etag: TAG };
  if (hasEntityTag(c.req.header("if-none-match") ?? null, TAG)) return c.body(null, 304, headers);
  return c.body(verifierPage(), 200, headers);
}

/** The verifier, for anybody: what is dropped on it stays in the browser. */
export const verifyRoutes = new Hono<AppEnv>()
  .get(VERIFY, (c) => answer(c))
  .get(VERIFY_FILE, (c) => answer(c, { "content-disposition": 'attachment; filename="caisey-verify.html"' }));
