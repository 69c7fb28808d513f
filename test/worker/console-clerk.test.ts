import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { app } from "../../worker/app.ts";
import { clerkComponents, clerkFrontend, clerkProgram, hostIn } from "../../worker/console/clerk.ts";
import { ALICE, makeToken, ORIGIN, signJwt } from "./tokens.ts";

/** The Worker as it is deployed: people sign in on the console's own page. */
const DEPLOYED = { ...env, CLERK_SIGN_IN_URL: "", CLERK_PUBLISHABLE_KEY: `pk_live_${btoa("clerk.caisey.test$")}` };
const FRONTEND = "https://clerk.caisey.test";

function fetchDeployed(path: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> {
  const document = { accept: "text/html", "sec-fetch-dest": "document" };
  return Promise.resolve(
    app.fetch(new Request(new URL(path, ORIGIN), { headers: { ...document, ...headers }, ...init }), DEPLOYED),
  );
}

function policyOf(response: Response): Record<string, string> {
  const policy = response.headers.get("content-security-policy") ?? "";
  return Object.fromEntries(policy.split(/;\s*/).map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1).join(" ")]));
}

/** As `makeToken`, for a browser: what Clerk's program and its Frontend API set. */
const cookies = (token: string, signedInAt = 1) => `__session=${token}; __client_uat=${signedInAt}`;

describe("the publishable key", () => {
  test("names the instance's own domain, from which the programs come", () => {
    const clerk = clerkFrontend({ ...DEPLOYED, CLERK_PUBLISHABLE_KEY: `pk_live_${btoa("clerk.example.com$")}` });
    if (clerk === undefined) throw new Error("expected an instance");
    expect(clerkProgram(clerk)).toBe("https://clerk.example.com/npm/@clerk/clerk-js@6/dist/clerk.browser.js");
    expect(clerkComponents(clerk)).toBe("https://clerk.example.com/npm/@clerk/ui@1/dist/ui.browser.js");
    expect(clerkFrontend(env)).toBeUndefined();
  });

  test.each([
    "",
    "pk_live_",
    "sk_live_abc",
    `pk_live_${btoa("clerk.example.com")}`,
    `pk_live_${btoa("a b.example$")}`,
    "pk_test_%%",
  ])("%j is none", (key) => expect(hostIn(key)).toBeUndefined());

  test.each([`pk_live_${btoa("evil.example; script-src *$")}`, `pk_live_${btoa("evil.example/x$")}`, `pk_live_${btoa("a$b.c$")}`])(
    "can't put anything into the policy: %s",
    (key) => expect(hostIn(key)).toBeUndefined(),
  );

  test("without one the console says what is missing", async () => {
    const answer = await app.fetch(new Request(`${ORIGIN}/`), { ...DEPLOYED, CLERK_PUBLISHABLE_KEY: "" });
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain("CLERK_PUBLISHABLE_KEY");
  });
});

describe("the policy of the console's pages", () => {
  test("names the instance's domain, and no inline style or script", async () => {
    const answer = await fetchDeployed("/terms", { cookie: cookies(await makeToken(ALICE)) });
    expect(answer.status).toBe(200);
    expect(policyOf(answer)).toEqual({
      "default-src": "'none'",
      "script-src": `'self' ${FRONTEND}`,
      "style-src": "'self'",
      "img-src": "'self'",
      "connect-src": `'self' ${FRONTEND}`,
      "worker-src": "'self' blob:",
      "frame-src": "'self'",
      "form-action": "'self'",
      "frame-ancestors": "'none'",
      "base-uri": "'none'",
    });
    const html = await answer.text();
    expect(html).toContain(`src="${FRONTEND}/npm/@clerk/clerk-js@6/dist/clerk.browser.js"`);
    expect(html).not.toContain("ui.browser.js");
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style| style="| on[a-z]+="/);
  });

  test.each(["/sign-in", "/account"])("of %s names what Clerk's components need, and nothing else", async (path) => {
    const answer = await fetchDeployed(path, { cookie: cookies(await makeToken(ALICE)) });
    expect(answer.status).toBe(200);
    const challenges = "https://challenges.cloudflare.com";
    expect(policyOf(answer)).toMatchObject({
      "script-src": `'self' ${FRONTEND} ${challenges} https://*.protect.clerk.com`,
      "style-src": "'self' 'unsafe-inline'",
      "img-src": "'self' https://img.clerk.com",
      "connect-src": `'self' ${FRONTEND} https://*.protect.clerk.com:*`,
      "frame-src": `${challenges} https://*.protect.clerk.com`,
    });
    expect(await answer.text()).toContain("ui.browser.js");
  });
});

describe("who is not signed in", () => {
  test("is led to the sign-in page, and back to where they wanted to go", async () => {
    const answer = await fetchDeployed("/terms?x=1");
    expect(answer.status).toBe(302);
    const to = new URL(answer.headers.get("location") ?? "");
    expect([to.origin, to.pathname, to.searchParams.get("redirect_url")]).toEqual([ORIGIN, "/sign-in", `${ORIGIN}/terms?x=1`]);
    expect(await (await fetchDeployed(to.pathname + to.search)).text()).toContain('data-to="/terms?x=1"');
  });

  test.each([
    "https://evil.example/x",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/sign-in",
    "http://[",
    `${ORIGIN}//evil.example`,
  ])("is never led to %s", async (redirect) => {
    const html = await (await fetchDeployed(`/sign-in?redirect_url=${encodeURIComponent(redirect)}`)).text();
    expect(html).toContain('data-to="/"');
  });

  test("without an organisation is led to choose one", async () => {
    const answer = await fetchDeployed("/terms", { cookie: cookies(await makeToken({ ...ALICE, organization: undefined })) });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/account"]);
    const account = await fetchDeployed("/account", { cookie: cookies(await makeToken({ ...ALICE, organization: undefined })) });
    expect(await account.text()).toContain("Choose your organisation");
  });
});

describe("a token that has run out", () => {
  const stale = () => makeToken(ALICE, { issued: Math.floor(Date.now() / 1000) - 300 });

  test("leads a page to Clerk's handshake", async () => {
    const answer = await fetchDeployed("/terms", { cookie: cookies(await stale()) });
    expect(answer.status).toBe(307);
    const to = new URL(answer.headers.get("location") ?? "");
    expect([to.origin, to.pathname]).toEqual([FRONTEND, "/v1/client/handshake"]);
    expect(to.searchParams.get("redirect_url")).toBe(`${ORIGIN}/terms`);
  });

  test("is replaced by what the handshake brings, on every page", async () => {
    const fresh = await makeToken(ALICE);
    const handshake = await signJwt({ handshake: [`__session=${fresh}; Path=/; SameSite=Lax`, "__client_uat=1; Path=/"] });
    for (const path of ["/terms", "/account"]) {
      const cookie = `${cookies(await stale())}; __clerk_handshake=${handshake}`;
      const answer = await fetchDeployed(path, { cookie });
      expect(answer.status).toBe(200);
      expect(answer.headers.getSetCookie()).toEqual([`__session=${fresh}; Path=/; SameSite=Lax`, "__client_uat=1; Path=/"]);
      expect(answer.headers.get("access-control-allow-origin")).toBe(null);
    }
  });

  test("is taken away where the handshake finds nobody signed in", async () => {
    const handshake = await signJwt({ handshake: ["__session=; Path=/; Max-Age=0", "__client_uat=0; Path=/"] });
    const answer = await fetchDeployed("/terms", { cookie: `${cookies(await stale())}; __clerk_handshake=${handshake}` });
    expect(answer.status).toBe(302);
    expect(answer.headers.getSetCookie()).toContain("__client_uat=0; Path=/");
  });

  test("is not replaced by a handshake that somebody else signed", async () => {
    const fresh = await makeToken(ALICE);
    const [head, , signature] = (await signJwt({ handshake: [] })).split(".");
    const claims = btoa(JSON.stringify({ handshake: [`__session=${fresh}; Path=/`] })).replaceAll("=", "");
    const cookie = `${cookies(await stale())}; __clerk_handshake=${head}.${claims}.${signature}`;
    const answer = await fetchDeployed("/terms", { cookie });
    expect(answer.status).toBe(307);
    expect(answer.headers.getSetCookie().join()).not.toContain("__session=ey");
  });

  test("changes nothing", async () => {
    const headers = { cookie: cookies(await stale()), origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" };
    const answer = await fetchDeployed("/groups", headers, { method: "POST", body: "name=x" });
    expect(answer.status).toBe(401);
  });
});

describe("signing out", () => {
  test("takes the cookies away, also those with the instance's mark, and leads to the page that ends it at Clerk", async () => {
    const cookie = `${cookies(await makeToken(ALICE))}; __session_ab12=x; other=1`;
    const headers = { cookie, origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" };
    const answer = await fetchDeployed("/sign-out", headers, { method: "POST" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/sign-in"]);
    const set = answer.headers.getSetCookie().map((value) => value.split("=")[0]);
    expect(set.sort()).toEqual(["__client_uat", "__session", "__session_ab12", "caisey_signing_out"]);
    const page = await fetchDeployed("/sign-in", { cookie: "caisey_signing_out=1" });
    expect(await page.text()).toContain('data-out="yes"');
    expect(await (await fetchDeployed("/sign-in")).text()).not.toContain("data-out");
  });

  test("is not done for another site", async () => {
    const headers = { cookie: cookies(await makeToken(ALICE)), origin: "https://evil.example" };
    expect((await fetchDeployed("/sign-out", headers, { method: "POST" })).status).toBe(403);
  });
});
