import { type ClerkClient, createClerkClient } from "@clerk/backend";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Caller } from "./caller.ts";
import type { AppEnv, Bindings } from "./env.ts";
import { WorkerError } from "./error.ts";
import { proven } from "./objects/name.ts";
import { permissionsOf } from "./permission.ts";

const clients = new WeakMap<Bindings, ClerkClient>();

/**
 * What a request's token says: who asks, or why nobody is signed in. `headers` are what Clerk wants to be answered: where its handshake
 * leads, and the cookies that one brought.
 */
export type Authenticated =
  | { caller: Caller; headers: Headers }
  | { caller: undefined; reason: "signed-out" | "no-organization"; headers: Headers };

/**
 * Verifies the session token of a request (`Authorization: Bearer`, or the cookie `__session`) without the network.
 * @throws WorkerError `deployment/misconfigured` when there is no key to verify with, or no party that tokens may be made for.
 */
export async function authenticate(request: Request, env: Bindings): Promise<Authenticated> {
  const parties = env.CLERK_AUTHORIZED_PARTIES.split(",").filter(Boolean);
  if (parties.length === 0 || !env.CLERK_JWT_KEY) {
    throw new WorkerError(
      "deployment/misconfigured",
      "Sign-in is not set up: CLERK_JWT_KEY and CLERK_AUTHORIZED_PARTIES are needed.",
    );
  }
  const state = await clerk(env).authenticateRequest(request, { jwtKey: env.CLERK_JWT_KEY, authorizedParties: parties });
  const headers = clerksHeaders(state.headers);
  const auth = state.isAuthenticated ? state.toAuth() : null;
  if (!auth?.userId) return { caller: undefined, reason: "signed-out", headers };
  if (!auth.orgId) return { caller: undefined, reason: "no-organization", headers };
  return {
    headers,
    caller: {
      env,
      organization: proven(auth.orgId),
      organizationName: textIn(auth.sessionClaims, "org_name") ?? auth.orgSlug ?? auth.orgId,
      user: { id: auth.userId, name: textIn(auth.sessionClaims, "name") ?? textIn(auth.sessionClaims, "email") ?? auth.userId },
      permissions: permissionsOf(auth.orgRole, auth.orgPermissions ?? []),
    },
  };
}

/**
 * Lets only signed-in people of an organisation pass, and sets `caller`. The parent of every router that is not public.
 * @param signedOut what others get; a JSON error if not given.
 */
export function requireCaller(signedOut: (c: Context<AppEnv>, why: Authenticated & { caller: undefined }) => Response = refuse) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const authenticated = await authenticate(c.req.raw, c.env);
    if (authenticated.caller === undefined) return signedOut(c, authenticated);
    refuseCrossSite(c.req.raw);
    const { headers } = authenticated;
    // A development instance of Clerk brings its answer in the address, and wants it to be gone from there.
    if (headers.has("location")) return new Response(null, { status: 307, headers });
    c.set("caller", authenticated.caller);
    await next();
    for (const cookie of headers.getSetCookie()) c.res.headers.append("set-cookie", cookie);
    return undefined;
  });
}

/** Of the headers that Clerk's library asks for, those that have a meaning here. Its rules for requests across origins have none. */
function clerksHeaders(wanted: Headers): Headers {
  const headers = new Headers({ "cache-control": "no-store" });
  const location = wanted.get("location");
  if (location !== null) headers.set("location", location);
  for (const cookie of wanted.getSetCookie()) headers.append("set-cookie", cookie);
  return headers;
}

/**
 * A cookie comes along with requests that other sites cause. Those may not change anything, nor open a socket.
 * @throws WorkerError `request/cross-site`.
 */
function refuseCrossSite(request: Request): void {
  const harmless = (request.method === "GET" || request.method === "HEAD") && request.headers.get("upgrade") === null;
  if (harmless || request.headers.has("authorization")) return;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const own = new URL(request.url).origin;
  const fine = origin === null ? site === "same-origin" || site === "none" : origin === own;
  if (!fine) throw new WorkerError("request/cross-site", "This request comes from another site.");
}

function refuse(_: Context<AppEnv>, { reason }: Authenticated & { caller: undefined }): Response {
  if (reason === "no-organization") throw new WorkerError("auth/no-organization", "Choose an organisation to work in first.");
  throw new WorkerError("auth/signed-out", "Sign in first.");
}

/** Clerk's own token has no names in it; these claims can be added under Sessions, Customize session token. */
function textIn(claims: Record<string, unknown>, claim: "name" | "email" | "org_name"): string | undefined {
  const value = claims[claim];
  return typeof value === "string" && value.trim() !== "" && !/[\p{Surrogate}\n\r\0]/u.test(value)
    ? value.slice(0, 200)
    : undefined;
}

function clerk(env: Bindings): ClerkClient {
  let client = clients.get(env);
  if (client === undefined) {
    client = createClerkClient({
      secretKey: env.CLERK_SECRET_KEY,
      publishableKey: env.CLERK_PUBLISHABLE_KEY,
      jwtKey: env.CLERK_JWT_KEY,
      telemetry: { disabled: true },
    });
    clients.set(env, client);
  }
  return client;
}
