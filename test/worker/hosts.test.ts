import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { app } from "../../worker/app.ts";
import type { Bindings } from "../../worker/env.ts";
import { consoleOrigins, linkOrigin, placeOf, previewSource } from "../../worker/place.ts";

const apart = { LINK_HOST: "files.example" } as Bindings;
const together = { LINK_HOST: "" } as Bindings;
const LINK = `/h/${"A".repeat(43)}.${"B".repeat(43)}/data/index.html`;
const place = (url: string, method = "GET", env = apart) => placeOf(new Request(url, { method }), env);

describe("with a host of their own for links", () => {
  test.each([LINK, "/h/", "/.well-known/caisey/allowed_signers", "/verify", "/verify/x"])("it serves %s", (path) => {
    expect(place(`https://files.example${path}`)).toBe("here");
  });

  test.each([
    "/",
    "/api/groups",
    "/api/enrolments",
    "/agent/endpoint/x",
    "/groups",
    "/assets/x",
    "/h",
    "/hx/",
    "//h/",
    "/x/../api/h/",
    "/verifyx",
  ])("it does not serve %s", (path) => {
    expect(place(`https://files.example${path}`)).toBe("nowhere");
  });

  test("the console's host leads readers of links there, and takes nothing else for them", () => {
    expect(place(`https://console.example${LINK}?q=1`)).toEqual({ redirect: `https://files.example${LINK}?q=1` });
    expect(place(`https://console.example${LINK}`, "HEAD")).toEqual({ redirect: `https://files.example${LINK}` });
    expect(place(`https://console.example${LINK}`, "POST")).toBe("nowhere");
    for (const path of ["/", "/api/groups", "/verify"]) expect(place(`https://console.example${path}`)).toBe("here");
  });

  test.each(["https://files.example:8443", "https://files.example.evil", "https://evil.example", "https://x.files.example"])(
    "%s is not that host",
    (origin) => {
      expect(place(`${origin}/`)).toBe("here");
      expect(place(`${origin}/h/x`)).toEqual({ redirect: "https://files.example/h/x" });
    },
  );

  test("previews of a package are served there, and the console may show them in a frame", () => {
    const preview = `/preview/${"A".repeat(43)}.${"B".repeat(43)}/page/data/index.html`;
    expect(place(`https://files.example${preview}`)).toBe("here");
    expect(place(`https://console.example${preview}`)).toBe("nowhere");
    expect(previewSource(apart)).toBe("https://files.example");
    const parties = { ...apart, CLERK_AUTHORIZED_PARTIES: "https://console.example,https://other.example" };
    expect(consoleOrigins(parties, "https://files.example")).toEqual(["https://console.example", "https://other.example"]);
  });

  test("links are made for it", () => {
    expect(linkOrigin(apart, "https://console.example")).toBe("https://files.example");
  });
});

test("without one, everything is on one host", () => {
  for (const path of [LINK, "/", "/api/groups"]) expect(place(`https://any.example${path}`, "GET", together)).toBe("here");
  expect(linkOrigin(together, "https://console.example")).toBe("https://console.example");
  expect(previewSource(together)).toBe("'self'");
  expect(consoleOrigins(together, "https://console.example")).toEqual(["https://console.example"]);
});

describe("a deployment with two hosts", () => {
  async function ask(url: string, init: RequestInit = {}): Promise<Response> {
    const context = createExecutionContext();
    const request = new Request(url, { redirect: "manual", ...init });
    const response = await app.fetch(request, { ...env, LINK_HOST: "files.example" }, context);
    await waitOnExecutionContext(context);
    return response;
  }

  test("serves nothing of the console or the API on the host of links", async () => {
    for (const path of ["/", "/groups", "/api/groups", "/api/enrolments", "/sign-out"]) {
      for (const method of ["GET", "POST"]) {
        const response = await ask(`https://files.example${path}`, { method });
        expect([path, method, response.status]).toEqual([path, method, 404]);
        expect(await response.text()).toContain("There is nothing here");
      }
    }
    const keys = await ask("https://files.example/.well-known/caisey/allowed_signers");
    expect(keys.status).toBe(200);
    await keys.text();
    expect((await ask(`https://files.example${LINK}`)).status).toBe(404);
  });

  test("serves no package on the console's", async () => {
    const response = await ask(`https://caisey.test${LINK}`);
    expect([response.status, response.headers.get("location")]).toEqual([308, `https://files.example${LINK}`]);
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect((await ask(`https://caisey.test${LINK}`, { method: "POST" })).status).toBe(404);
    expect((await ask("https://caisey.test/api/groups")).status).toBe(401);
  });
});
