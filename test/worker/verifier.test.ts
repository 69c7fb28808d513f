import { describe, expect, test } from "vitest";
import { verifierHash } from "../../generator/verifier-page.ts";
import { fetchWorker } from "./api.ts";
import { hashOf } from "./published.ts";

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

describe("the verifier page", () => {
  test("is for anybody, in an origin of its own, and may connect to nothing", async () => {
    const response = await fetchWorker("/verify");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("set-cookie")).toBeNull();
    const policy = response.headers.get("content-security-policy")?.split("; ") ?? [];
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "connect-src 'none'", "form-action 'none'", "worker-src blob:"]),
    );
    const sandbox = policy.find((one) => one.startsWith("sandbox "));
    expect(sandbox).toBeDefined();
    expect(sandbox).not.toContain("allow-same-origin");
    expect(policy.join()).not.toContain("unsafe");
  });

  test("is one file: what its policy lets run is in it, and nothing else is named", async () => {
    const html = await (await fetchWorker("/verify")).text();
    expect(html).not.toContain("CAISEY-");
    expect(verifierHash).toBe(hashOf(new TextEncoder().encode(html)));
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? "";
    const inside = [...html.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)];
    expect(inside).toHaveLength(4);
    for (const [, , text] of inside) expect(policy).toContain(`'sha256-${await sha256(text ?? "")}'`);
    const addresses = [...html.replace(/<(script|style)>[\s\S]*?<\/\1>/g, "").matchAll(/(?:src|href)="([^"]*)"/g)].map(
      ([, to]) => to,
    );
    expect(addresses.filter((to) => !to?.startsWith("data:"))).toEqual([
      "#main",
      "/.well-known/caisey/allowed_signers",
      "/verify/caisey-verify.html",
    ]);
  });

  test("can be saved, and is sent once", async () => {
    const page = await fetchWorker("/verify");
    const file = await fetchWorker("/verify/caisey-verify.html");
    expect(file.headers.get("content-disposition")).toBe('attachment; filename="caisey-verify.html"');
    expect(await file.text()).toBe(await page.text());
    const tag = page.headers.get("etag") ?? "";
    const again = await fetchWorker("/verify", { headers: { "if-none-match": tag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const head = await fetchWorker("/verify", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test("takes nothing", async () => {
    for (const [method, path] of [
      ["POST", "/verify"],
      ["PUT", "/verify/caisey-verify.html"],
      ["GET", "/verify/other"],
    ] as const) {
      const response = await fetchWorker(path, { method });
      expect([path, response.status >= 300], `${method} ${path}`).toEqual([path, true]);
    }
  });
});
