import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv, Bindings } from "../env.ts";
import { previewSource } from "../place.ts";
import { ACCOUNT, SIGN_IN } from "./account-paths.ts";
import { clerkFrontend } from "./clerk.ts";

type Policy = NonNullable<NonNullable<Parameters<typeof secureHeaders>[0]>["contentSecurityPolicy"]>;

/** Clerk's own hosts beside the instance's, as its documentation names them: bot protection, abuse protection, pictures. */
const CHALLENGES = "https://challenges.cloudflare.com";
const PROTECT = "https://*.protect.clerk.com";
const PICTURES = "https://img.clerk.com";

/** What the console's pages may load and connect to. No inline script anywhere. */
export const consolePolicy: MiddlewareHandler<AppEnv> = async (c, next) =>
  secureHeaders({
    contentSecurityPolicy: c.req.path === SIGN_IN || c.req.path === ACCOUNT ? componentsPolicy(c.env) : pagePolicy(c.env),
    referrerPolicy: "same-origin",
    xFrameOptions: "DENY",
  })(c, next);

/** For every page but two: of Clerk it has what keeps the session token fresh, from the instance's own domain. */
function pagePolicy(env: Bindings): Policy {
  const clerk = clerkFrontend(env);
  const own = {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    // Previews of a package, which live in an opaque origin.
    frameSrc: [previewSource(env)],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  };
  // Signing out leads on to where sign-in was made, and browsers apply this to redirects as well.
  if (clerk === undefined) return { ...own, formAction: ["'self'", new URL(env.CLERK_SIGN_IN_URL).origin] };
  return {
    ...own,
    scriptSrc: ["'self'", clerk.origin],
    connectSrc: ["'self'", clerk.origin],
    // Clerk's timer that goes on in a hidden tab is a worker made of a string.
    workerSrc: ["'self'", "blob:"],
    formAction: ["'self'"],
  };
}

/** For the pages with Clerk's components. They style themselves inline, so nothing recorded is ever shown there. */
function componentsPolicy(env: Bindings): Policy {
  const clerk = clerkFrontend(env);
  const policy = pagePolicy(env);
  if (clerk === undefined) return policy;
  return {
    ...policy,
    scriptSrc: ["'self'", clerk.origin, CHALLENGES, PROTECT],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", PICTURES],
    // Its hosts listen on other ports than 443 as well.
    connectSrc: ["'self'", clerk.origin, `${PROTECT}:*`],
    frameSrc: [CHALLENGES, PROTECT],
  };
}
