import { type Context, Hono } from "hono";
import type { AppEnv } from "../env.ts";
import type { Opened } from "../objects/handoff.ts";
import { objectOfRef } from "../objects/name.ts";
import { type Served, serveFile, servePackage } from "../serve.ts";
import { linkHash } from "../service/handoffs.ts";

/** The whole package, beside its files: no path in a package ends in `.zip`. */
const WHOLE = "package.zip";
/** 43 characters of base64url each: the Handoff object's own id, and the secret. */
const ADDRESS = /^\/h\/([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})(?:\/(.*))?$/;

/**
 * `/h/<id>.<secret>/…`: a published package, file by file out of its ZIP. Public: the secret is what lets in. Paths are taken as they
 * come and must be those of the package: nothing is decoded or resolved, so there is nothing to trick.
 */
export const linkRoutes = new Hono<AppEnv>().get("/*", async (c) => {
  const url = new URL(c.req.url);
  const match = ADDRESS.exec(url.pathname);
  const [, ref, secret, path] = match ?? [];
  if (ref === undefined || secret === undefined) return plainPage(c, 404);
  const stub = objectOfRef(c.env.HANDOFF, ref);
  if (stub === undefined) return plainPage(c, 404);
  const opened: Opened = await stub.open(linkHash(secret), path === WHOLE ? undefined : (path ?? ""));
  if (opened.result === "unknown") return plainPage(c, 404);
  if (opened.result === "gone") return plainPage(c, 410);
  const base = `/h/${ref}.${secret}/`;
  if (path === undefined || path === "" || path === "data/") return redirect(`${base}data/index.html${url.search}`);
  if (opened.result === "no-such-file") return plainPage(c, 404);
  const served = await (opened.file === null
    ? servePackage(c.env.PACKAGES, opened.package, c.req.raw)
    : serveFile(c.env.PACKAGES, opened.package, opened.file, c.req.raw));
  // Taken away between the look-up and the read.
  if (served.response.status === 404) return plainPage(c, 410);
  log(c, stub, opened.link, path, served);
  return served.response;
});

/** Pages, records and downloads; their styles, scripts and search data would drown them. */
function log(
  c: Context<AppEnv>,
  stub: NonNullable<ReturnType<typeof objectOfRef<import("../objects/handoff.ts").Handoff>>>,
  link: string,
  path: string,
  { response, bytes }: Served,
): void {
  if (c.req.method !== "GET" || /^data\/(assets|search)\//.test(path)) return;
  c.executionCtx.waitUntil(stub.logAccess(link, path, response.status, bytes, c.req.header("cf-connecting-ip")));
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location, ...PLAIN_HEADERS } });
}

const PLAIN_HEADERS = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex, nofollow, noarchive",
};

/** One page for all that a link can't show: unknown, foreign, mistyped, expired, revoked. */
function plainPage(c: Context<AppEnv>, status: 404 | 410): Response {
  const body = c.req.method === "HEAD" ? null : PAGE;
  return new Response(body, {
    status,
    headers: {
      ...PLAIN_HEADERS,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
  });
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Nothing here</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem;color-scheme:light dark}</style>
<h1>There is nothing here</h1>
<p>This link does not lead to a package, or not any more: it may be mistyped, expired or withdrawn.
<p>Ask whoever gave it to you for a new one.
</html>
`;
