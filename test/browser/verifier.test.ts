import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writePackage } from "../../generator/node.ts";
import { verifierPage } from "../../generator/verifier-page.ts";
import { toBase64 } from "../../record/bytes.ts";
import { encodeDisclosure } from "../../record/disclosure.ts";
import { FINDING_KINDS } from "../../record/finding.ts";
import { encodeAllowedSigner } from "../../record/sshsig.ts";
import * as viewer from "../../viewer/renderer.ts";
import { VERIFIER_HEADERS } from "../../worker/verifier-headers.ts";
import { temporaryFolder } from "../generator/independent.ts";
import { SAMPLE_SESSIONS } from "../generator/sample-sessions.ts";
import { makeSample } from "../generator/sample-source.ts";
import { Authority } from "../record/authority.ts";
import { parseVector } from "../record/vectors/vector.ts";
import { launchChromium } from "./chromium.ts";
import { writeHugePackage } from "./huge-package.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: Server;
let served: string;
let saved: string;
let zip: string;
let signers: string;
let authority: Authority;

beforeAll(async () => {
  browser = await launchChromium();
  folder = await temporaryFolder();
  const { source, signer } = await makeSample(SAMPLE_SESSIONS);
  authority = await Authority.create(join(folder.path, "authority"));
  zip = join(folder.path, "package.zip");
  await writePackage(source, { ...signer, timestamp: (signature) => authority.stamp(signature) }, zip, { viewer });
  await writePackage(source, signer, join(folder.path, "package"), { viewer });
  signers = encodeAllowedSigner({ principal: "northwind", publicKey: signer.publicKey });
  server = createServer(({ url }, response) => {
    const policy = VERIFIER_HEADERS["content-security-policy"];
    const sent =
      url === "/unboxed"
        ? { ...VERIFIER_HEADERS, "content-security-policy": policy.replace(/^sandbox[^;]*; /, "") }
        : VERIFIER_HEADERS;
    response.writeHead(200, sent).end(verifierPage());
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  served = `http://127.0.0.1:${(server.address() as AddressInfo).port}/verify`;
  const file = join(folder.path, "caisey-verify.html");
  await writeFile(file, verifierPage());
  saved = `file://${file}`;
});

afterAll(async () => {
  server.close();
  await browser.close();
  await folder[Symbol.asyncDispose]();
});

/** The page, and everything that it asks for or complains of. */
async function open(address: string, context?: BrowserContext): Promise<{ page: Page; wrong: string[] }> {
  const page = await (context ?? (await browser.newContext())).newPage();
  const wrong: string[] = [];
  page.on("console", (message) => wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== address && !/^(blob|data):/.test(request.url())) wrong.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return { page, wrong };
}

async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(o: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
  });
}

const answers = (page: Page) => page.locator(".questions dt").allTextContents();

describe.each(["served", "saved"] as const)("the verifier, %s", (how) => {
  const address = () => (how === "served" ? served : saved);

  test("verifies a ZIP and asks nothing of anyone", async () => {
    const { page, wrong } = await open(address());
    expect(await page.locator("#verify-signers").inputValue()).toBe("");
    expect(await page.locator("#verify-save").isVisible()).toBe(how === "served");
    await page.setInputFiles("#verify-zip", zip);
    await page.waitForSelector(".verdict.verified");
    expect(await answers(page)).toEqual(["Intact: holds", "Origin: not proven", "Time: not proven", "Complete: holds"]);
    expect(await page.textContent("#verify-report")).toContain(`${SAMPLE_SESSIONS.length} sessions in the package`);
    await page.waitForFunction(
      (rows) => document.querySelectorAll("table.report")[0]?.querySelectorAll("tbody tr").length === rows,
      SAMPLE_SESSIONS.length,
    );
    expect(wrong).toEqual([]);
  });

  test("is forbidden to send anything", async () => {
    const { page } = await open(address());
    const sent = await page.evaluate(() =>
      fetch("http://127.0.0.1:9/").then(
        () => "sent",
        (error: Error) => error.message,
      ),
    );
    expect(sent).toBe("Failed to fetch");
    const blocked = await page.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
          void fetch("http://127.0.0.1:9/").catch(() => {});
        }),
    );
    expect(blocked).toBe("connect-src");
  });

  test("takes what the reader has from elsewhere: keys, authorities", async () => {
    const root = `-----BEGIN CERTIFICATE-----\n${toBase64(await authority.certificate())}\n-----END CERTIFICATE-----\n`;
    const { page } = await open(address());
    await page.click("text=I have the sender's key");
    await page.fill("#verify-signers", "nobody ssh-rsa AAAA");
    await page.setInputFiles("#verify-zip", zip);
    await page.waitForSelector("#verify-status >> text=expected a line with an Ed25519 key");

    const list = join(folder.path, `signers-${how}`);
    await writeFile(list, signers);
    await page.setInputFiles("#verify-signers-file", list);
    await page.waitForFunction((text) => document.querySelector<HTMLTextAreaElement>("#verify-signers")?.value === text, signers);
    await page.fill("#verify-authorities", root);
    await page.setInputFiles("#verify-zip", zip);
    await page.waitForSelector(".verdict.verified");
    expect(await answers(page)).toContain("Origin: holds");
    expect(await page.textContent("#verify-report")).toContain("Time stamp of the package");
    expect(await page.textContent("#verify-report")).toContain("An authority that you said you trust");
  });

  test("fails what was changed, and says what can't be read", async () => {
    const { page, wrong } = await open(address());
    const bytes = await readFile(zip);
    bytes[2000] = (bytes[2000] ?? 0) ^ 1;
    const changed = join(folder.path, `changed-${how}.zip`);
    await writeFile(changed, bytes);
    await page.setInputFiles("#verify-zip", changed);
    await page.waitForSelector(".verdict.failed");
    expect(await answers(page)).toContain("Intact: fails");
    expect(await page.textContent(".findings .failed")).toContain("Fails");

    await page.setInputFiles("#verify-zip", join(folder.path, "package", "README.txt"));
    await page.waitForSelector("#verify-status >> text=can't be read as a package");
    expect(await page.locator("#verify-report").isVisible()).toBe(false);
    expect(wrong).toEqual([]);
  });

  test("can be stopped in the middle of gigabytes, and used again", async () => {
    const huge = join(folder.path, "huge.zip");
    await writeHugePackage(huge);
    const { page } = await open(address());
    await page.setInputFiles("#verify-zip", huge);
    await page.waitForFunction(() =>
      /^[1-9][0-9.]* MB of 5\.4 GB/.test(document.querySelector("#verify-amount")?.textContent ?? ""),
    );
    await page.click("#verify-cancel");
    expect(await page.textContent("#verify-status")).toContain("Stopped");
    expect(await page.locator("#verify-going").isVisible()).toBe(false);
    await page.setInputFiles("#verify-zip", zip);
    await page.waitForSelector(".verdict.verified");
  });
});

test("the browser's inflater is as strict as a verifier must be: a CRC-32 that differs, data that ends early or goes on", async () => {
  const vectors = join(import.meta.dirname, "../../fixtures/vectors");
  const { page } = await open(saved);
  for (const name of ["crc-wrong", "deflate-cut", "deflate-more", "deflate-not", "deflate-nothing", "size-larger-deflated"]) {
    const vector = parseVector(new Uint8Array(await readFile(join(vectors, `zip-${name}.vector`))));
    expect(vector.expect).toBe("file/unreadable");
    await page.setInputFiles("#verify-zip", { name: `${name}.zip`, mimeType: "application/zip", buffer: Buffer.from(vector.zip) });
    await page.waitForSelector(".verdict.failed");
    expect([name, await page.textContent(".findings")]).toEqual([
      name,
      expect.stringContaining(FINDING_KINDS["file/unreadable"].means),
    ]);
  }
});

test("a revealed line is proven, another one is not", async () => {
  const { page } = await open(saved);
  await page.setInputFiles("#verify-zip", zip);
  await page.waitForSelector(".verdict.verified");
  await page.click("text=I have the sender's key");
  const digest = await page.locator("table.report .hash").first().textContent();
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  const other = encodeDisclosure({
    format: "caisey-disclosure/1",
    handoff: "hnd_0000000000000000",
    session: "ses_0000000000000000",
    seq: 0,
    field: "subject",
    line: 0,
    revealed: { salt: toBase64(new Uint8Array(16)), line: "guess" },
    made: "2026-11-22T10:00:00.000Z",
  });
  await page.fill("#verify-disclosure", new TextDecoder().decode(other));
  await page.setInputFiles("#verify-zip", zip);
  await page.waitForSelector(".verdict.failed");
  expect(await answers(page)).toContain("Complete: fails");
});

test("a folder that is dropped is verified; where the browser keeps its files from the page, that is said", async () => {
  for (const [address, outcome] of [
    [served.replace("verify", "unboxed"), ".verdict.verified"],
    [served, "#verify-status >> text=Choose it with the button"],
  ] as const) {
    const { page } = await open(address);
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: [join(folder.path, "package")], dragOperationsMask: 1 };
    const box = await page.locator("#verify").boundingBox();
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await session.send("Input.dispatchDragEvent", { type, x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 20, data });
    await page.waitForSelector(outcome);
  }
});

test("without workers the page does it by itself", async () => {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    (globalThis as { Worker?: unknown }).Worker = undefined;
  });
  const { page, wrong } = await open(saved, context);
  await page.setInputFiles("#verify-zip", zip);
  await page.waitForSelector(".verdict.verified");
  expect(await answers(page)).toEqual(["Intact: holds", "Origin: not proven", "Time: not proven", "Complete: holds"]);
  expect(wrong).toEqual([]);
});

test("can be used by keyboard alone", async () => {
  const { page } = await open(saved);
  // From now on the browser asks the test instead of opening a dialog; with the key that opens it that could come too late.
  const chosen = page.waitForEvent("filechooser");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("verify-zip");
  await page.keyboard.press("Space");
  await (await chosen).setFiles(zip);
  await page.waitForSelector(".verdict.verified");
  expect(await page.evaluate(() => document.activeElement?.className)).toBe("verdict verified");
});

test("prints the report alone, with everything unfolded", async () => {
  const { page } = await open(saved);
  await page.setInputFiles("#verify-zip", zip);
  await page.waitForSelector(".verdict.verified");
  await page.emulateMedia({ media: "print" });
  for (const hidden of ["#verify", "#means", ".noprint"])
    expect(await page.locator(hidden).first().isVisible(), hidden).toBe(false);
  for (const shown of [".verdict", ".questions", "table.report >> nth=0", ".findings details ul >> nth=0"])
    await page.locator(shown).waitFor();
});

test.each(["light", "dark"] as const)("axe finds nothing in %s, wide or narrow", async (colorScheme) => {
  // axe is a script, and the page lets in no other than its own.
  const { page } = await open(saved, await browser.newContext({ colorScheme, bypassCSP: true }));
  expect(await violationsOf(page)).toEqual([]);
  await page.click("text=I have the sender's key");
  await page.setInputFiles("#verify-zip", zip);
  await page.waitForSelector(".verdict.verified");
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await violationsOf(page)).toEqual([]);
  }
});
