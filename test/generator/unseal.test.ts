import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseDisclosure } from "../../record/disclosure.ts";
import { makeText, revealLine } from "../../record/text.ts";
import { seedOf } from "../record/keys.ts";
import { SECRET, SESSIONS, samplePackage, sampleZip } from "../record/sample.ts";

const [UNSEAL, VERIFY] = ["unseal", "verify"].map((tool) => resolve(import.meta.dirname, `../../generator/${tool}/main.ts`));
const HANDOFF = "hnd_0000000000000001";
const TOKEN = "aaa.bbb.ccc";
const REVEALED = revealLine(makeText(`net user svc ${SECRET} /add`, seedOf(`${SESSIONS[0]}/2/command`)), 0);

function run(main: string | undefined, args: string[]): Promise<{ status: number | null; out: string; err: string }> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [main ?? "", ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => (err += data));
    child.on("error", failed);
    child.on("close", (status) => done({ status, out, err }));
  });
}

interface Asked {
  path: string | undefined;
  token: string | undefined;
  body: Record<string, unknown>;
}

/** Stands for the MSP's server: answers with the true line unless told otherwise. What it really does is tested in test/worker/unseal.test.ts. */
let server: Server;
let url: string;
let folder: string;
let asked: Asked[];
let answer: { status: number; body: object; location?: string };
const good = (place: object) => ({
  format: "caisey-disclosure/1",
  handoff: HANDOFF,
  session: SESSIONS[0],
  seq: 2,
  field: "command",
  line: 0,
  revealed: REVEALED,
  made: "2026-12-01T00:00:00.000Z",
  ...place,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caisey-unseal-"));
  await writeFile(join(folder, "package.zip"), sampleZip(await samplePackage()));
  await writeFile(join(folder, "token"), `${TOKEN}\n`);
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (data) => (body += data));
    request.on("end", () => {
      asked.push({ path: request.url, token: request.headers.authorization, body: JSON.parse(body) });
      const headers = answer.location === undefined ? {} : { location: answer.location };
      response.writeHead(answer.status, { "content-type": "application/json", ...headers }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
  answer = { status: 201, body: good({}) };
});

interface Options {
  entry?: string;
  line?: string;
  url?: string;
  token?: string;
  reason?: string;
  package?: string;
  more?: string[];
}

function unseal(options: Options = {}) {
  const { entry = `${SESSIONS[0]}/2`, line = "1", token = "token", reason = "Case 12", more = [] } = options;
  const args = ["--entry", entry, "--line", line, "--url", options.url ?? url, "--token-file", token, "--reason", reason];
  return run(UNSEAL, [options.package ?? "package.zip", ...args, ...more]);
}

const exists = (name: string) =>
  stat(join(folder, name)).then(
    () => true,
    () => false,
  );

describe("npm run unseal", () => {
  test("writes a disclosure that the verify command proves: status 0", async () => {
    const { status, out, err } = await unseal({ more: ["--out", "line.disclosure"] });
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain("Line 1 of command in entry 2");
    expect(out).not.toContain(SECRET);
    // Asked for as the record counts, from 0.
    expect(asked).toEqual([
      {
        path: `/api/handoffs/${HANDOFF}/disclosures`,
        token: `Bearer ${TOKEN}`,
        body: { session: SESSIONS[0], seq: 2, field: "command", line: 0, reason: "Case 12" },
      },
    ]);
    expect(parseDisclosure(await readFile(join(folder, "line.disclosure"))).revealed).toEqual(REVEALED);
    expect((await stat(join(folder, "line.disclosure"))).mode & 0o077).toBe(0);
    const proof = await run(VERIFY, ["package.zip", "--disclosure", "line.disclosure"]);
    expect(proof).toMatchObject({ status: 0, out: expect.stringContaining("disclosure/proven") });
  });

  test("names the file by its place; --json says all in a line", async () => {
    const { status, out } = await unseal({ more: ["--json", "--field", "command"] });
    expect(status).toBe(0);
    const file = `${SESSIONS[0]}-2-command-1.disclosure`;
    expect(JSON.parse(out)).toMatchObject({ disclosure: file, session: SESSIONS[0], entry: 2, field: "command", line: 1 });
    expect(await exists(file)).toBe(true);
  });

  test.each<[string, Options, RegExp]>([
    ["a line that can be read", { entry: `${SESSIONS[0]}/5`, line: "2" }, /does not hide line 2/],
    ["a line that is not there", { line: "9" }, /does not hide line 9/],
    ["a field that is not there", { more: ["--field", "output"] }, /does not hide such a text/],
    ["an entry that is not there", { entry: `${SESSIONS[0]}/999` }, /does not hide such a text/],
    ["a session that is not there", { entry: "ses_9999999999999999/2" }, /no such session/],
  ])("does not ask the server for %s: status 1", async (_, options, message) => {
    const { status, err } = await unseal(options);
    expect(status).toBe(1);
    expect(err).toMatch(message);
    expect(asked).toEqual([]);
  });

  test.each<[string, typeof answer, RegExp]>([
    [
      "a refusal",
      { status: 403, body: { error: { code: "auth/forbidden", message: "You need \u001b[31mit" } } },
      /refused it: You need \?\[31mit \(auth\/forbidden\)/,
    ],
    [
      "another line's salt",
      { status: 201, body: good({ revealed: { ...REVEALED, line: "net user svc x /add" } }) },
      /disclosure\/not-the-line/,
    ],
    ["another place", { status: 201, body: good({ seq: 4 }) }, /disclosure\/no-such-line/],
    ["another handoff", { status: 201, body: good({ handoff: "hnd_0000000000000002" }) }, /disclosure\/other-package/],
    ["something else", { status: 201, body: { line: "hello" } }, /is no disclosure/],
  ])("writes nothing when the server answers with %s: status 1", async (_, wrong, message) => {
    answer = wrong;
    const { status, err, out } = await unseal({ more: ["--out", "never.disclosure", "--json"] });
    expect(status).toBe(1);
    expect(err).toMatch(message);
    expect(err + out).not.toContain(TOKEN);
    expect(JSON.parse(out)).toMatchObject({ disclosure: null });
    expect(await exists("never.disclosure")).toBe(false);
  });

  test.each<[string, () => Promise<Options> | Options]>([
    ["no such package", () => ({ package: "missing.zip" })],
    ["no line", () => ({ line: "0" })],
    ["no entry", () => ({ entry: "2" })],
    ["no reason", () => ({ reason: " " })],
    ["a token that would go over the open network", () => ({ url: "http://caisey.example" })],
    ["a server that is not there", () => ({ url: "http://127.0.0.1:1" })],
    ["no token", () => ({ token: "missing" })],
    [
      "a token file of something else",
      async () => {
        await writeFile(join(folder, "prose"), "not a token");
        return { token: "prose" };
      },
    ],
    [
      "a file that is there already",
      async () => {
        await writeFile(join(folder, "there"), "mine");
        return { more: ["--out", "there"] };
      },
    ],
  ])("can't with %s: status 2", async (_, options) => {
    const { status, err } = await unseal(await options());
    expect(status).toBe(2);
    expect(err).toMatch(/^Can't reveal: [a-z]+\/[a-z-]+: .+\n$/);
    expect(asked).toEqual([]);
  });

  test("follows the server nowhere else with the token: status 2", async () => {
    answer = { status: 307, body: {}, location: `${url}/elsewhere` };
    expect((await unseal({ more: ["--out", "elsewhere.disclosure"] })).status).toBe(2);
    expect(asked.map(({ path }) => path)).toEqual([`/api/handoffs/${HANDOFF}/disclosures`]);
  });

  test("--help says how lines are counted: status 0", async () => {
    const { status, out } = await run(UNSEAL, ["--help"]);
    expect(status).toBe(0);
    for (const word of ["--entry", "--line N", "from 1", "--reason", "Exit status"]) expect(out).toContain(word);
  });
});
