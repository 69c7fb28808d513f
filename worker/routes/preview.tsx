import { Hono } from "hono";
import { compiledViewer } from "../../generator/compiled-viewer.ts";
import { contentType } from "../../generator/content-type.ts";
import { FRAMED, framedAsset } from "../console/assets.ts";
import type { AppEnv } from "../env.ts";
import { hashPreview } from "../link-secret.ts";
import { LINK_PAGE_HEADERS } from "../links/page.tsx";
import { GatheringPage, NoPreviewPage } from "../links/preview-pages.tsx";
import { objectOfRef } from "../objects/name.ts";
import { consoleOrigins } from "../place.ts";
import { packageHeaders } from "../serve.ts";

/**
 * 43 characters of base64url each: the Handoff object's own id, and the secret; `review` for pages on which lines are picked, `page` for
 * pages exactly as they will be; and a path as packages have them.
 */
const ADDRESS = /^\/preview\/([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})\/(page|review)\/([A-Za-z0-9_-][A-Za-z0-9_./-]{0,300})$/;
const ASSETS = "data/assets/";

/**
 * `/preview/<id>.<secret>/…`: the pages of a package before it is made, for a frame in the console. They hold recorded output, so they
 * live in an opaque origin, which sends no cookies: an address that works for an hour is what lets in.
 */
export const previewRoutes = new Hono<AppEnv>()
  .get("/*", async (c) => {
    const { pathname, origin } = new URL(c.req.url);
    const [, ref = "", secret = "", mode = "", path = ""] = ADDRESS.exec(pathname) ?? [];
    const consoles = consoleOrigins(c.env, origin);
    const headers = { ...packageHeaders(consoles.join(" ")), "cache-control": "no-store" };
    // Styles and scripts of the viewer: the same for everybody.
    if (path.startsWith(ASSETS)) {
      const name = path.slice(ASSETS.length);
      const own = mode === "review" ? framedAsset(name) : undefined;
      const bytes = own ?? compiledViewer.assets.find((one) => one.path === path)?.bytes;
      if (bytes === undefined) return c.notFound();
      return c.body(bytes as string | Uint8Array<ArrayBuffer>, 200, { ...headers, "content-type": contentType(path) });
    }
    const stub = path === "" ? undefined : objectOfRef(c.env.HANDOFF, ref);
    const page = await stub?.preview(hashPreview(secret), path);
    const small = { ...LINK_PAGE_HEADERS, "content-security-policy": ownPolicy(consoles) };
    switch (page?.result) {
      case "page": {
        const text = mode === "review" ? withReview(page.text, consoles) : page.text;
        return c.body(text, 200, { ...headers, "content-type": contentType(path) });
      }
      case "file":
        return c.body(page.bytes as Uint8Array<ArrayBuffer>, 200, { ...headers, "content-type": contentType(path) });
      case "gathering":
        return c.html(<GatheringPage done={page.done} total={page.total} />, 200, { ...small, refresh: "1" });
      default:
        return c.html(<NoPreviewPage isOver={page === undefined} />, 404, small);
    }
  })
  .onError((error, c) => {
    // No path: it holds the secret.
    console.error("preview", "code" in error ? error.code : error.name);
    const small = { ...LINK_PAGE_HEADERS, "content-security-policy": ownPolicy(consoleOrigins(c.env, new URL(c.req.url).origin)) };
    return c.html(<NoPreviewPage isOver={false} />, 500, small);
  });

function ownPolicy(consoles: readonly string[]): string {
  const policy = LINK_PAGE_HEADERS["content-security-policy"].replace(
    "frame-ancestors 'none'",
    `frame-ancestors ${consoles.join(" ")}`,
  );
  return `sandbox allow-scripts; ${policy}`;
}

/** The page with what lets its lines be picked; it says nothing else and shows nothing else. */
function withReview(html: string, consoles: readonly string[]): string {
  // As the page's own references do, from `data/` or a folder below it.
  const root = /<link rel="stylesheet" href="((?:\.\.\/)?)assets\/site\.css"/.exec(html)?.[1] ?? "";
  const tags = FRAMED.map((name) =>
    name.endsWith(".css")
      ? `<link rel="stylesheet" href="${root}assets/${name}">`
      : `<script defer src="${root}assets/${name}" data-console="${consoles.join(" ")}"></script>`,
  );
  return html.replace("</head>", `${tags.join("")}</head>`);
}
