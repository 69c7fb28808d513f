import { sha256 } from "@noble/hashes/sha2.js";
import { type Context, Hono } from "hono";
import { verifierPage, verifierPolicy } from "../../generator/verifier-page.ts";
import { toHex, utf8 } from "../../record/bytes.ts";
import type { AppEnv } from "../env.ts";
import { hasEntityTag } from "../range.ts";

export const VERIFY = "/verify";
export const VERIFY_FILE = "/verify/caisey-verify.html";

/**
 * The page can reach nothing: no address to connect to, and an origin of its own, so that not even a fault in it could use what a
 * browser keeps for the console. allow-modals is for printing, allow-popups for the published keys, allow-downloads for the page itself.
 */
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `sandbox allow-scripts allow-modals allow-popups allow-downloads; ${verifierPolicy}; frame-ancestors 'none'`,
  "cache-control": "public, max-age=300",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Put together when it is first asked for: most isolates never are. */
let page: { html: string; tag: string } | undefined;

function answer(c: Context<AppEnv>, more: Record<string, string> = {}): Response {
  if (page === undefined) {
    const html = verifierPage();
    page = { html, tag: `"${toHex(sha256(utf8(html))).slice(0, 32)}"` };
  }
  const headers = { ...HEADERS, ...more, etag: page.tag };
  if (hasEntityTag(c.req.header("if-none-match") ?? null, page.tag)) return c.body(null, 304, headers);
  return c.body(page.html, 200, headers);
}

/** The verifier, for anybody: what is dropped on it stays in the browser. */
export const verifyRoutes = new Hono<AppEnv>()
  .get(VERIFY, (c) => answer(c))
  .get(VERIFY_FILE, (c) => answer(c, { "content-disposition": 'attachment; filename="caisey-verify.html"' }));
