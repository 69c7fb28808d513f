import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

test("the test browser keeps the rules that a reader's browser has", async () => {
  const server = createServer((_, response) => response.end("secret")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const page = await browser.newPage();
    const attempt = await page.evaluate(
      (from) =>
        fetch(from).then(
          (r) => r.text(),
          () => "refused",
        ),
      url,
    );
    expect(attempt).toBe("refused");
  } finally {
    server.close();
  }
});
