import { sha256 } from "@noble/hashes/sha2.js";
import { Hono } from "hono";
import { toHex, utf8 } from "../../record/bytes.ts";
import type { AppEnv } from "../env.ts";
import { publishedKeys } from "../objects/organization/published-keys.ts";
import { hasEntityTag } from "../range.ts";

export const ALLOWED_SIGNERS = "/.well-known/caisey/allowed_signers";

const HEADERS = {
  "content-type": "text/plain; charset=utf-8",
  // A new key is seen everywhere within minutes, and many who ask cost one look into the bucket.
  "cache-control": "public, max-age=300",
  // The page that verifies may be saved and opened from a disk.
  "access-control-allow-origin": "*",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
} as const;

/** What anybody may have: the public keys of all who sign here. */
export const publishedRoutes = new Hono<AppEnv>().get(ALLOWED_SIGNERS, async (c) => {
  // By the place alone: whatever else stands in the address must not make another look into the bucket.
  const place = new Request(new URL(ALLOWED_SIGNERS, c.req.url));
  const cached = await caches.default.match(place);
  const text = cached === undefined ? await publishedKeys(c.env.PACKAGES) : await cached.text();
  if (cached === undefined) c.executionCtx.waitUntil(caches.default.put(place, new Response(text, { headers: HEADERS })));
  const tag = `"${toHex(sha256(utf8(text))).slice(0, 32)}"`;
  if (hasEntityTag(c.req.header("if-none-match") ?? null, tag)) return c.body(null, 304, { ...HEADERS, etag: tag });
  return c.body(text, 200, { ...HEADERS, etag: tag });
});
