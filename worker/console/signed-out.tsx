import type { Context } from "hono";
import type { Authenticated } from "../auth.ts";
import type { AppEnv } from "../env.ts";
import { MessagePage } from "./message-page.tsx";

/** What somebody who isn't signed in gets: Clerk's handshake when it asks for one, else the way to sign in and back. */
export function answerSignedOut(c: Context<AppEnv>, { reason, headers }: Authenticated & { caller: undefined }): Response {
  if (reason === "no-organization") {
    return page(
      403,
      <MessagePage
        title="No organisation"
        message="You are signed in, but not for an organisation. Choose one where you signed in, then come back."
      />,
    );
  }
  if (c.req.method !== "GET") {
    return page(
      401,
      <MessagePage
        title="Your sign-in has run out"
        message="Nothing was done. Open the page again in another tab, which signs you in, then go back here and repeat."
      />,
    );
  }
  if (headers.has("location")) return new Response(null, { status: 307, headers });
  const signIn = new URL(c.env.CLERK_SIGN_IN_URL);
  signIn.searchParams.set("redirect_url", c.req.url);
  return c.redirect(signIn.href, 302);
}

/** No part of these pages waits for anything, so they are text at once. */
function page(status: number, content: unknown): Response {
  return new Response(String(content), { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** Ends the sign-in here and where it was made. */
export function signOut(c: Context<AppEnv>): Response {
  for (const name of ["__session", "__client_uat"]) c.header("set-cookie", `${name}=; Path=/; Max-Age=0`, { append: true });
  return c.redirect(new URL("sign-out", c.env.CLERK_SIGN_IN_URL).href, 303);
}
