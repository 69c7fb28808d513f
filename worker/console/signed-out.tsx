import type { Context } from "hono";
import { setCookie } from "hono/cookie";
import type { Authenticated } from "../auth.ts";
import type { AppEnv } from "../env.ts";
import { ACCOUNT, SIGN_IN, SIGNING_OUT } from "./account-paths.ts";
import { clerkFrontend } from "./clerk.ts";
import { MessagePage } from "./message-page.tsx";

/** What somebody who isn't signed in gets: Clerk's handshake when it asks for one, else the way to sign in and back. */
export function answerSignedOut(c: Context<AppEnv>, { reason, headers }: Authenticated & { caller: undefined }): Response {
  const reading = c.req.method === "GET";
  if (reading && headers.has("location")) return new Response(null, { status: 307, headers });
  for (const cookie of headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
  const isOwn = clerkFrontend(c.env) !== undefined;
  if (reason === "no-organization") {
    if (reading && isOwn) return c.redirect(ACCOUNT, 302);
    c.status(403);
    return page(
      c,
      "No organisation",
      "You are signed in, but not for an organisation. Choose one where you signed in, then come back.",
    );
  }
  if (!reading) {
    c.status(401);
    return page(
      c,
      "Your sign-in has run out",
      "Nothing was done. Open the page again in another tab, which signs you in, then go back here and repeat.",
    );
  }
  const signIn = isOwn ? new URL(SIGN_IN, c.req.url) : new URL(c.env.CLERK_SIGN_IN_URL);
  signIn.searchParams.set("redirect_url", c.req.url);
  return c.redirect(signIn.href, 302);
}

function page(c: Context<AppEnv>, title: string, message: string): Response {
  if (c.req.header("accept") === "text/plain") return c.text(message);
  // No part of the page waits for anything, so it is text at once.
  return c.html(String(<MessagePage title={title} message={message} />));
}

/**
 * Ends the sign-in here and where it was made. At Clerk its program does that; this is for those who were faster than it loaded, and
 * leads to the page that has it do so.
 */
export function signOut(c: Context<AppEnv>): Response {
  const names = (c.req.header("cookie") ?? "").split("; ").map((pair) => pair.split("=", 1)[0] ?? "");
  // Clerk also sets them with the instance's mark behind their names.
  for (const name of names.filter((name) => /^__(session|client_uat)(_|$)/.test(name))) {
    c.header("set-cookie", `${name}=; Path=/; Max-Age=0`, { append: true });
  }
  if (clerkFrontend(c.env) !== undefined) {
    setCookie(c, SIGNING_OUT, "1", { path: SIGN_IN, httpOnly: true, sameSite: "Strict", maxAge: 60 });
    return c.redirect(SIGN_IN, 303);
  }
  return c.redirect(new URL("sign-out", c.env.CLERK_SIGN_IN_URL).href, 303);
}
