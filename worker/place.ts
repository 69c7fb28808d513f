import type { Bindings } from "./env.ts";

/** What links are served from: a host of their own, where the deployment has one, else that of the console. */
export function linkOrigin({ LINK_HOST }: Bindings, origin: string): string {
  return LINK_HOST === "" ? origin : `https://${LINK_HOST}`;
}

/** What is for recipients and for those who verify, and what holds recorded output: previews of a package. */
const FOR_RECIPIENTS = /^\/(h\/|preview\/|verify(\/|$)|\.well-known\/)/;

/** Where previews are served from, as the console's policy names it. */
export function previewSource({ LINK_HOST }: Bindings): string {
  return LINK_HOST === "" ? "'self'" : `https://${LINK_HOST}`;
}

/** Who may show a preview in a frame, as `frame-ancestors` names them: the console. */
export function consoleOrigins({ LINK_HOST, CLERK_AUTHORIZED_PARTIES }: Bindings, origin: string): string[] {
  return LINK_HOST === "" ? [origin] : CLERK_AUTHORIZED_PARTIES.split(",").filter(Boolean);
}

/** Where a request belongs, on a deployment with two hosts: recorded output is then never on the console's. */
export type Place = "here" | "nowhere" | { redirect: string };

export function placeOf(request: Request, { LINK_HOST }: Bindings): Place {
  if (LINK_HOST === "") return "here";
  const url = new URL(request.url);
  if (url.host === LINK_HOST) return FOR_RECIPIENTS.test(url.pathname) ? "here" : "nowhere";
  if (url.pathname.startsWith("/preview/")) return "nowhere";
  if (!url.pathname.startsWith("/h/")) return "here";
  // Only to the host that the deployment names: nothing of the request chooses it.
  const isReading = request.method === "GET" || request.method === "HEAD";
  return isReading ? { redirect: `https://${LINK_HOST}${url.pathname}${url.search}` } : "nowhere";
}
