import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { story } from "../../fixtures/story/story.ts";
import { type Entry, parseEntry } from "../../record/entry.ts";
import { parseHandoff } from "../../record/handoff.ts";
import { sessionPath } from "../../record/path.ts";
import { type TextValue, visibleLines } from "../../record/text.ts";
import { launchChromium } from "../browser/chromium.ts";
import { Contents } from "./hidden-text.ts";
import { type LocalRun, startLocalRun } from "./local-run.ts";
import { filesBelow, ran, unzipTo, verify, zipFrom } from "./tools.ts";

const CLIENT = "Acme Accounting";
const ours = story.filter(({ client }) => client.name === CLIENT);

let folder: string;
let unzipped: string;
let browser: Browser;
let run: LocalRun;

const args = () => ["--port", "0", "--data", join(folder, "data"), "--out", join(folder, "out")];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "caisey-e2e-"));
  run = startLocalRun(...args());
  [browser] = await Promise.all([launchChromium(), run.ready]);
  unzipped = join(folder, "unzipped");
  await unzipTo(run.line("Package"), unzipped);
});
afterAll(async () => {
  run?.interrupt();
  await run?.ended;
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const handoff = () => parseHandoff(readFileSync(join(unzipped, "data/records/handoff.json")));

/** Entries of a session in the package, with what may be seen of their texts. */
function entriesOf(session: string): { entry: Entry; text: (field: string) => string }[] {
  const lines = readFileSync(join(unzipped, sessionPath(session, "entries.jsonl")), "utf8")
    .trimEnd()
    .split("\n");
  const texts = readFileSync(join(unzipped, sessionPath(session, "text.jsonl")), "utf8")
    .trimEnd()
    .split("\n");
  const values = new Map<string, TextValue>();
  for (const line of texts) {
    const { seq, field, ...value } = JSON.parse(line) as { seq: number; field: string } & TextValue;
    values.set(`${seq}/${field}`, value);
  }
  return lines.map((line, seq) => ({
    entry: parseEntry(Buffer.from(line)),
    text: (field) => {
      const value = values.get(`${seq}/${field}`);
      return value === undefined
        ? ""
        : visibleLines(value)
            .map((one) => one.text)
            .join("\n");
    },
  }));
}

describe("the run", () => {
  test("says plainly that it answered for the person at this computer", () => {
    expect(run.output()).toMatch(/npm start answered for the person at this computer: approved: /);
    expect(run.line("Verdict")).toBe("verified");
    expect(run.line("Console")).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  test("hands over the incidents of the sample client, and the live session of this computer", () => {
    const { sessions, endpoints, client, from, to } = handoff();
    expect([client.name, from.organization, to.name]).toEqual([CLIENT, "Northwind IT", "Contoso IT"]);
    const titles = sessions.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(ours.map(({ subject }) => subject)));
    expect(sessions.filter(({ mode }) => mode === "live")).toHaveLength(1);
    expect(endpoints.map(({ name }) => name)).toContain(hostname());
  });

  test("the live session holds real commands, a consent, chat both ways, and its end", () => {
    const live = handoff().sessions.find(({ mode }) => mode === "live")?.session ?? "";
    const entries = entriesOf(live);
    const kinds = entries.map(({ entry }) => entry.kind);
    expect(kinds).toEqual(expect.arrayContaining(["context", "approval.asked", "approval.answered", "output", "note", "closed"]));
    const commands = entries.filter(({ entry }) => entry.kind === "command");
    expect(commands.map(({ text }) => text("command"))).toContain("uname -a");
    expect(commands.filter(({ entry }) => entry.kind === "command" && entry.consent === "answered")).toHaveLength(1);
    const output = entries.filter(({ entry }) => entry.kind === "output").map(({ text }) => text("output"));
    expect(output.join("\n")).toContain(hostname());
    expect(output.join("\n")).toContain("Checked before the handover");
    const speakers = new Set(entries.flatMap(({ entry }) => (entry.kind === "chat" ? [entry.by] : [])));
    expect(speakers.size).toBe(2);
  });
});

describe("tools that are not ours", () => {
  test("unzip and Python read the ZIP", async () => {
    expect(await ran("unzip", ["-tq", run.line("Package")])).toMatchObject({ status: 0 });
    const script = "import sys,zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())";
    expect(await ran("python3", ["-c", script, run.line("Package")])).toMatchObject({ status: 0, stdout: "None\n" });
  });

  test.each(["manifest-sha256.txt", "tagmanifest-sha256.txt"])("sha256sum agrees with %s", async (manifest) => {
    expect(await ran("sha256sum", ["--check", "--strict", "--quiet", manifest], { cwd: unzipped })).toMatchObject({ status: 0 });
  });

  test("ssh-keygen takes the signature, and refuses it over anything else", async () => {
    const [principal] = readFileSync(join(unzipped, "allowed_signers"), "utf8").split(" ");
    const check = (input: string) =>
      ran(
        "ssh-keygen",
        [
          "-Y",
          "verify",
          "-f",
          "allowed_signers",
          "-I",
          principal ?? "",
          "-n",
          "caisey-handoff",
          "-s",
          "tagmanifest-sha256.txt.sig",
        ],
        { cwd: unzipped, input },
      );
    const manifest = readFileSync(join(unzipped, "tagmanifest-sha256.txt"), "utf8");
    expect((await check(manifest)).status).toBe(0);
    expect((await check(`${manifest} `)).status).not.toBe(0);
  });
});

describe("our own verifier", () => {
  test("verifies the ZIP and the unzipped folder", async () => {
    expect(await verify(run.line("Package"))).toMatchObject({ status: 0, verdict: "verified", failed: [] });
    expect(await verify(unzipped)).toMatchObject({ status: 0, verdict: "verified", failed: [] });
  });

  /** Changes a copy, packs it again, and says which files the verifier objects to. */
  async function objections(name: string, change: (copy: string) => void): Promise<{ status: number; subjects: string }> {
    const copy = join(folder, name);
    cpSync(unzipped, copy, { recursive: true });
    change(copy);
    await zipFrom(copy, `${copy}.zip`);
    const { status, verdict, failed } = await verify(`${copy}.zip`);
    expect(verdict).toBe("failed");
    return { status, subjects: failed.map(({ subject, detail }) => `${subject} ${detail}`).join("\n") };
  }

  const flip = (path: string) => (copy: string) => {
    const bytes = readFileSync(join(copy, path));
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(join(copy, path), bytes);
  };

  test.each([
    "START-HERE.html",
    "README.txt",
    "data/index.html",
    "data/search/index.js",
    "data/records/handoff.json",
    "bag-info.txt",
  ])("one changed byte in %s is found and named", async (path) => {
    const { status, subjects } = await objections(`changed-${path.replaceAll("/", "-")}`, flip(path));
    expect(status).toBe(1);
    expect(subjects).toContain(path);
  });

  test("one changed byte in a session's records is found and named", async () => {
    const path = sessionPath(handoff().sessions[0]?.session ?? "", "text.jsonl");
    expect((await objections("changed-text", flip(path))).subjects).toContain(path);
  });

  test("an added, a removed and a renamed file are found and named", async () => {
    const added = await objections("added", (copy) => writeFileSync(join(copy, "data/extra.html"), "more"));
    expect(added.subjects).toContain("data/extra.html");
    const removed = await objections("removed", (copy) => rmSync(join(copy, "data/help.html")));
    expect(removed.subjects).toContain("data/help.html");
    const renamed = await objections("renamed", (copy) => renameSync(join(copy, "data/help.html"), join(copy, "data/helf.html")));
    expect(renamed.subjects).toContain("data/help.html");
    expect(renamed.subjects).toContain("data/helf.html");
    expect([added.status, removed.status, renamed.status]).toEqual([1, 1, 1]);
  });
});

describe("what must not be in the package", () => {
  let contents: Contents;
  beforeAll(() => {
    contents = new Contents(unzipped);
  });

  test("no hidden text in any spelling, unpacked as deep as it goes, and none of its words in the search index", async () => {
    const sensitive = ours.flatMap((session) => session.sensitive ?? []);
    expect(sensitive.length).toBeGreaterThan(5);
    for (const { text } of sensitive) {
      expect(contents.filesWith(text), text).toEqual([]);
      expect(await contents.findableWords(text), text).toEqual([]);
    }
  });

  test("nothing of another client, nor of another MSP", () => {
    const others = new Set(story.flatMap(({ client }) => (client.name === CLIENT ? [] : [client.name, ...client.canaries])));
    expect(others.size).toBeGreaterThan(3);
    for (const canary of others) expect(contents.filesWith(canary), canary).toEqual([]);
  });

  test("the search for what must not be there finds what is there", () => {
    const files = contents.filesWith("spooler");
    for (const kind of [/\.text\.jsonl$/, /^data\/search\/texts/, /\.csv$/, /\.rsmf$/, /^data\/sessions\/.*\.html$/]) {
      expect(
        files.some((path) => kind.test(path)),
        String(kind),
      ).toBe(true);
    }
  });
});

describe("opened from disk in a browser without a network", () => {
  test("leads from START-HERE.html to the overview, and finds the right steps", async () => {
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(pathToFileURL(join(unzipped, "START-HERE.html")).href);
    await page.waitForURL(/\/data\/index\.html/);
    await expect.poll(() => page.locator("h1").first().textContent()).toContain(CLIENT);

    const search = async (words: string) => {
      await page.goto(`${pathToFileURL(join(unzipped, "data/search.html")).href}?q=${encodeURIComponent(words)}`);
      await page.locator("#hits li a").first().waitFor();
      return page.locator("#hits li").allTextContents();
    };
    for (const words of ["7031", "KB5034441", "spooler", "ACME-SQL01"]) {
      const hits = await search(words);
      expect(hits.length).toBeGreaterThan(0);
      expect(
        hits.filter((hit) => !hit.toLowerCase().includes(words.toLowerCase())),
        words,
      ).toEqual([]);
    }
    const crash = await search("7031");
    expect(crash.join("\n")).toMatch(/spooler/i);
    await page.locator("#hits li a").first().click();
    await page.waitForURL(/\/data\/sessions\/ses_.*\.html/);
    expect(await page.content()).toContain("7031");
    expect(errors).toEqual([]);
    await context.close();
  });
});

describe("the link", () => {
  test("serves every file of the package as it is in the ZIP", async () => {
    const differing: string[] = [];
    for (const path of filesBelow(unzipped)) {
      const response = await fetch(new URL(path, run.line("Link")));
      const bytes = Buffer.from(await response.arrayBuffer());
      if (response.status !== 200 || !bytes.equals(readFileSync(join(unzipped, path))))
        differing.push(`${response.status} ${path}`);
    }
    expect(differing).toEqual([]);
  });

  test("opens in a fresh browser, and its search works there too", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(run.line("Link"));
    await expect.poll(() => page.locator("h1").first().textContent()).toContain(CLIENT);
    await page.getByRole("link", { name: "Read it here" }).click();
    await page.waitForURL(/\/data\/index\.html$/);
    await page.goto(new URL("data/search.html?q=KB5034441", run.line("Link")).href);
    await page.locator("#hits li a").first().waitFor();
    expect(errors).toEqual([]);
    await context.close();
  });

  test("serves nothing without the secret, or with a wrong one", async () => {
    const link = new URL(run.line("Link"));
    const [id, secret = ""] = link.pathname.split("/")[2]?.split(".") ?? [];
    const wrong = `${secret.startsWith("A") ? "B" : "A"}${secret.slice(1)}`;
    for (const path of [
      `/h/${id}/`,
      `/h/${id}./`,
      `/h/${id}.${wrong}/`,
      `/h/${id}.${wrong}/data/index.html`,
      `/h/${id}.${secret}x/`,
      "/h/",
    ]) {
      const response = await fetch(new URL(path, link));
      expect(response.status, path).toBe(404);
      expect(await response.text()).not.toMatch(/Acme|Northwind|Contoso/);
    }
  });
});

test("a second start on the same data loads nothing again, and stops by itself with --once", async () => {
  run.interrupt();
  expect(await run.ended).toBe(0);
  const second = startLocalRun(...args(), "--once");
  expect(await second.ended, second.output()).toBe(0);
  expect(second.output()).toContain("sample sessions are there already");
  expect(second.line("Verdict")).toBe("verified");
  const again = join(folder, "again");
  await unzipTo(second.line("Package"), again);
  const { sessions } = parseHandoff(readFileSync(join(again, "data/records/handoff.json")));
  expect(sessions.filter(({ mode }) => mode === "live")).toHaveLength(2);
  expect(sessions.length).toBe(handoff().sessions.length + 1);
}, 240_000);
