import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { LinkView } from "../../worker/link-schema.ts";
import { fetchWorker, json } from "./api.ts";
import { ORIGIN } from "./tokens.ts";

export interface MadeLink extends LinkView {
  url: string;
  /** `/h/<id>.<secret>/` */
  base: string;
}

export async function makeLink(handoff: string, terms: Record<string, unknown> = {}): Promise<MadeLink> {
  const made = await json<LinkView & { url: string }>("POST", `handoffs/${handoff}/links`, { name: "Contoso IT", ...terms });
  expect(made.url.startsWith(`${ORIGIN}/h/`)).toBe(true);
  return { ...made, base: new URL(made.url).pathname };
}

/** As it comes over the wire: nothing is decoded on the way. */
export function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  return fetchWorker(path, { headers, method });
}

/** A form as a browser sends it. */
export function send(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetchWorker(path, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}

/** The page's text, which must be one of those without anything of a package. */
export async function expectPlain(response: Response, status: number, title: string): Promise<string> {
  const text = await response.text();
  expect([response.status, /<h1>(.*?)<\/h1>/.exec(text)?.[1]]).toEqual([status, title]);
  expect(response.headers.get("content-type")).toBe("text/html; charset=UTF-8");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  expect(text).not.toContain("Acme");
  return text;
}

export const NOTHING = "There is nothing here";

export function handoffStub(handoff: string) {
  return env.HANDOFF.getByName(`org_northwind/handoff/${handoff}`);
}
