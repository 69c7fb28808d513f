import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";

/** As the link serves a package: an opaque origin; see worker/serve.ts. */
const POLICY =
  "sandbox allow-scripts allow-forms allow-downloads allow-popups allow-modals; default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; worker-src blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** A folder served under the policy of the link. */
export async function servePackage(folder: string): Promise<{ root: string; close(): void }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname.replace(/^\/h\/id\.secret\//, "");
    readFile(join(folder, path)).then(
      (bytes) =>
        response
          .writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain", "content-security-policy": POLICY })
          .end(bytes),
      () => response.writeHead(404).end(),
    );
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return { root: `http://127.0.0.1:${port}/h/id.secret/`, close: () => void server.close() };
}

/** A page, and everything that it does which a page of a package must not do. */
export async function watchedPage(root: string, from: Browser | BrowserContext): Promise<{ page: Page; wrong: string[] }> {
  const page = await from.newPage();
  const wrong: string[] = [];
  page.on("console", (message) => wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    // Searching is done by a worker that the page makes of its own script.
    if (!request.url().startsWith(root) && !request.url().startsWith("blob:")) wrong.push(`request: ${request.url()}`);
  });
  return { page, wrong };
}
