import { type Context, Hono } from "hono";
import { deleteCookie } from "hono/cookie";
import { authenticate } from "../auth.ts";
import type { AppEnv } from "../env.ts";
import { AccountPage } from "./account-page.tsx";
import { ACCOUNT, SIGN_IN, SIGNING_OUT } from "./account-paths.ts";
import { clerkFrontend } from "./clerk.ts";
import { SignInPage } from "./sign-in-page.tsx";
import { answerSignedOut } from "./signed-out.tsx";
import { pageUser } from "./user.ts";

/** The pages with Clerk's components. There is nothing of an organisation in them but what the token says. */
export const accountRoutes = new Hono<AppEnv>()
  .get(SIGN_IN, (c) => {
    const clerk = clerkFrontend(c.env);
    if (clerk === undefined) return c.redirect(c.env.CLERK_SIGN_IN_URL, 302);
    const isSigningOut = deleteCookie(c, SIGNING_OUT, { path: SIGN_IN }) !== undefined;
    return c.html(<SignInPage clerk={clerk} to={wayBack(c)} isSigningOut={isSigningOut} />);
  })
  .get(ACCOUNT, async (c) => {
    const clerk = clerkFrontend(c.env);
    const who = await authenticate(c.req.raw, c.env);
    if (who.headers.has("location")) return new Response(null, { status: 307, headers: who.headers });
    if (who.caller === undefined && (who.reason === "signed-out" || clerk === undefined)) return answerSignedOut(c, who);
    for (const cookie of who.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    const { caller } = who;
    const user = caller && pageUser(caller, caller.organizationName);
    return c.html(<AccountPage clerk={clerk} user={user} permissions={caller?.permissions} />);
  });

/** The path that somebody came from; never another host, which would carry people anywhere in the name of this page. */
function wayBack(c: Context<AppEnv>): string {
  const own = new URL(c.req.url);
  const wanted = c.req.query("redirect_url") ?? "/";
  if (!URL.canParse(wanted, own)) return "/";
  const { origin, pathname, search, hash } = new URL(wanted, own);
  return origin !== own.origin || pathname === SIGN_IN || pathname.startsWith("//") ? "/" : `${pathname}${search}${hash}`;
}
