import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { organizations, type SampleOrganization, type SamplePerson } from "../../fixtures/people.ts";
import { openIssuerKey } from "./issuer-key.ts";
import { issueSessionToken, type SignedIn } from "./session-token.ts";
import { choosePage, messagePage, STYLE } from "./sign-in-page.ts";

/** Seconds. Clerk's tokens hold for 60 and are renewed by its script in the page; here they are renewed on redirect only. */
const TOKEN_LIFETIME = 15 * 60;
const COOKIE = "caisey_sign_in";
const BODY_LIMIT = 10_000;

/** The stand-in for Clerk's hosted sign-in. */
export interface SignIn {
  /** Where a browser signs in: the Worker's `CLERK_SIGN_IN_URL`. */
  url: string;
  /** The Worker's `CLERK_JWT_KEY`. */
  publicPem: string;
  /** The Worker's `CLERK_PUBLISHABLE_KEY`; it names this issuer, or Clerk's library would not take the tokens from a cookie. */
  publishableKey: string;
  /** Tokens are for this origin, and redirects lead nowhere else. To be set before anybody signs in. */
  setParty(origin: string): void;
  /** A fresh session token, for programs. */
  tokenFor(organization: SampleOrganization, person: SamplePerson): string;
  close(): Promise<void>;
}

/**
 * Serves sign-in at 127.0.0.1, outside the Worker. A browser sends cookies to every port of a host, so the token that is set
 * here reaches the Worker on the same address.
 * @param options.port 0 takes any free one.
 * @throws LocalError `data/damaged`; a server error when the port is taken.
 */
export async function startSignIn(options: { data: string; port: number }): Promise<SignIn> {
  const key = openIssuerKey(options.data);
  const signedIn = new Map<string, SignedIn>();
  let party = "";
  let own = "";

  const issue = (who: SignedIn, now: number): string =>
    issueSessionToken(key, who, { issuer: own, party, now, lifetime: TOKEN_LIFETIME });

  /** Inside the Worker only: an open redirect would carry people anywhere in the name of this page. */
  const target = (wanted: string | null): string | undefined => {
    if (wanted === null || wanted === "") return `${party}/`;
    const url = URL.canParse(wanted) ? new URL(wanted) : undefined;
    return url?.origin === party ? url.href : undefined;
  };

  const redirect = (response: ServerResponse, who: SignedIn, to: string, cookies: string[] = []): void => {
    const now = seconds();
    // Both go before the token is out of date: the Worker then sees nobody and sends the browser here for another.
    const terms = `Path=/; SameSite=Lax; Max-Age=${TOKEN_LIFETIME - 30}`;
    response.writeHead(303, {
      location: to,
      "set-cookie": [...cookies, `__session=${issue(who, now)}; HttpOnly; ${terms}`, `__client_uat=${now}; ${terms}`],
    });
    response.end();
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", own);
    if (request.headers.host !== new URL(own).host)
      return sendPage(response, 421, messagePage("Wrong address", `Open ${own} instead.`));
    if (request.method === "GET" && url.pathname === "/style.css") return send(response, 200, "text/css; charset=utf-8", STYLE);

    if (request.method === "GET" && url.pathname === "/sign-in") {
      const to = target(url.searchParams.get("redirect_url"));
      if (to === undefined) return refuseTarget(response);
      const who = signedIn.get(cookie(request, COOKIE) ?? "");
      return who ? redirect(response, who, to) : sendPage(response, 200, choosePage(organizations, to));
    }

    if (request.method === "POST" && url.pathname === "/sign-in") {
      if (request.headers.origin !== own)
        return sendPage(response, 403, messagePage("Not from this page", "Open the sign-in page and choose there."));
      const form = new URLSearchParams(await body(request));
      const to = target(form.get("redirect_url"));
      if (to === undefined) return refuseTarget(response);
      const organization = organizations.find(({ id }) => id === form.get("organization"));
      const person = organization?.people.find(({ id }) => id === form.get("person"));
      if (!organization || !person)
        return sendPage(response, 400, messagePage("Nobody of that name", "Go back and choose somebody from the list."));
      const ticket = randomBytes(24).toString("base64url");
      const who = { organization, person, session: newSession() };
      signedIn.set(ticket, who);
      return redirect(response, who, to, [`${COOKIE}=${ticket}; Path=/; HttpOnly; SameSite=Lax`]);
    }

    if (request.method === "GET" && url.pathname === "/sign-out") {
      signedIn.delete(cookie(request, COOKIE) ?? "");
      const gone = [COOKIE, "__session", "__client_uat"].map((name) => `${name}=; Path=/; Max-Age=0`);
      response.writeHead(303, { location: `${own}/sign-in`, "set-cookie": gone });
      response.end();
      return;
    }
    sendPage(response, 404, messagePage("Nothing here", "There is no page at this address."));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(400);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: `${own}/sign-in`,
    publicPem: key.publicPem,
    publishableKey: `pk_live_${Buffer.from(`${new URL(own).host}$`).toString("base64")}`,
    setParty(origin) {
      party = origin;
    },
    tokenFor: (organization, person) => issue({ organization, person, session: newSession() }, seconds()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

function newSession(): string {
  return `sess_${randomBytes(16).toString("hex")}`;
}

function refuseTarget(response: ServerResponse): void {
  sendPage(response, 400, messagePage("That address is elsewhere", "Sign-in leads back to this computer's console only."));
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  send(response, status, "text/html; charset=utf-8", html);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    // No form-action: browsers apply it to the redirect that follows, which leads to the Worker's origin.
    "content-security-policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
  });
  response.end(text);
}

function cookie(request: IncomingMessage, name: string): string | undefined {
  const pair = request.headers.cookie?.split("; ").find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

async function body(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_LIMIT) throw new Error(`expected at most ${BODY_LIMIT} bytes`);
  }
  return text;
}
