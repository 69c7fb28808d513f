/**
 * The same gzipped pages as objects of their own. `/bare/…`: whoever knows the name gets it, which is the least that serving from a
 * bucket can cost. `/h/…`: after asking the link's object and with its log, as the product does.
 */
export const PLAIN_WORKER = `
import { createHash } from "node:crypto";

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (request.method === "PUT") {
      await env.PACKAGES.put(pathname, request.body, { httpMetadata: { contentType: request.headers.get("content-type") } });
      return new Response(null, { status: 204 });
    }
    let key = pathname;
    if (pathname.startsWith("/h/")) {
      const [, id, secret, path] = /^\\/h\\/(.{43})\\.(.{43})\\/(.*)$/.exec(pathname);
      const hash = new Uint8Array(createHash("sha256").update("caisey-link/1\\n" + secret + "\\n").digest());
      const stub = env.HANDOFF.get(env.HANDOFF.idFromString(Buffer.from(id, "base64url").toString("hex")));
      const asked = { isHead: false, gzip: true, ifNoneMatch: null, ifRange: null, range: null };
      const comer = { hash, grant: undefined, visitor: { network: null, country: null } };
      const { result } = await stub.open(comer, path, asked, true);
      if (result !== "file") return new Response(null, { status: 404 });
      key = "/bare/" + path;
    }
    const object = await env.PACKAGES.get(key);
    if (object === null) return new Response(null, { status: 404 });
    const headers = { "content-type": object.httpMetadata.contentType, "content-encoding": "gzip", etag: object.httpEtag };
    return new Response(object.body, { headers, encodeBody: "manual" });
  },
};
`;
