import { spawn } from "node:child_process";
import { createHash, createPrivateKey } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { writePackage } from "../../generator/node.ts";
import { openPackage } from "../../generator/verify/open.ts";
import * as viewer from "../../viewer/renderer.ts";
import { temporaryFolder } from "./independent.ts";
import { SAMPLE_SESSIONS } from "./sample-sessions.ts";
import { makeSample, type SampleSession } from "./sample-source.ts";

// Each run of the command starts a program, and that its threads.
vi.setConfig({ testTimeout: 90_000 });

const MAIN = resolve(import.meta.dirname, "../../generator/repackage/main.ts");
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let zip: string;

/** Runs the command; `interruptAfter` sends SIGINT when a file that begins so is in the folder of the output. */
async function run(args: string[], interruptAfter?: { folder: string; prefix: string }) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (data) => {
    out += data;
  });
  child.stderr.on("data", (data) => {
    err += data;
  });
  let ended = false;
  const end = new Promise<number | null>((done) => {
    child.on("close", (code) => {
      ended = true;
      done(code);
    });
  });
  while (interruptAfter !== undefined && !ended) {
    const names = await readdir(interruptAfter.folder);
    if (names.some((name) => name.startsWith(interruptAfter.prefix))) {
      child.kill("SIGINT");
      break;
    }
    await new Promise((next) => setImmediate(next));
  }
  return { status: await end, out, err };
}

beforeAll(async () => {
  folder = await temporaryFolder();
  const { source, signer } = await makeSample(SAMPLE_SESSIONS);
  zip = join(folder.path, "package.zip");
  await writePackage(source, signer, zip, { viewer });
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

async function sha256(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

test("a package made from the records of another, signature kept, has the same bytes", async () => {
  const again = join(folder.path, "again.zip");
  const { status, out, err } = await run(["--from", zip, "--out", again, "--json"]);
  expect(err).toBe("");
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ out: again, sessions: SAMPLE_SESSIONS.length });
  expect(await sha256(again)).toBe(await sha256(zip));
});

test("the records alone are enough, with the key that they name", async () => {
  const unzipped = join(folder.path, "unzipped");
  expect((await run(["--from", zip, "--out", unzipped])).status).toBe(0);
  const records = join(folder.path, "records-only");
  await mkdir(join(records, "data"), { recursive: true });
  await cp(join(unzipped, "data/records"), join(records, "data/records"), { recursive: true });

  const out = join(folder.path, "signed.zip");
  const unsigned = await run(["--from", records, "--out", out]);
  expect(unsigned).toMatchObject({ status: 1 });
  expect(unsigned.err).toMatch(/^signer\/missing: /);

  const key = join(folder.path, "key.pem");
  const seed = createHash("sha256").update("caisey sample organisation").digest();
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  await writeFile(key, createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }).export({ format: "pem", type: "pkcs8" }));
  expect((await run(["--from", records, "--out", out, "--key", key])).status).toBe(0);
  expect(await sha256(out)).toBe(await sha256(zip));
});

test("refuses another key, and a file that is none, and says nothing of what is in it", async () => {
  const key = join(folder.path, "other.pem");
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 7)]);
  await writeFile(key, createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }).export({ format: "pem", type: "pkcs8" }));
  const out = join(folder.path, "refused.zip");
  expect((await run(["--from", zip, "--out", out, "--key", key])).err).toMatch(/^signer\/other-key: /);
  await writeFile(key, "top secret");
  const malformed = await run(["--from", zip, "--out", out, "--key", key]);
  expect(malformed.err).toMatch(/^signer\/malformed: /);
  expect(malformed.err).not.toContain("top secret");
  expect(await readdir(folder.path)).not.toContain("refused.zip");
});

test("a kept signature is not put under records that were changed", async () => {
  const changed = join(folder.path, "changed");
  expect((await run(["--from", zip, "--out", changed])).status).toBe(0);
  const handoff = join(changed, "data/records/handoff.json");
  await writeFile(handoff, (await readFile(handoff, "utf8")).replace("Contoso Support", "Somebody else"));
  const { status, err } = await run(["--from", changed, "--out", join(folder.path, "forged.zip")]);
  expect(status).toBe(1);
  expect(err).toMatch(/^signer\/other-bytes: /);
  expect((await readdir(folder.path)).filter((name) => name.includes("forged"))).toEqual([]);
});

test("replaces a ZIP only when told to, and a folder never", async () => {
  const out = join(folder.path, "there.zip");
  await writeFile(out, "mine");
  const refused = await run(["--from", zip, "--out", out]);
  expect(refused).toMatchObject({ status: 1, out: "" });
  expect(refused.err).toMatch(/^output\/exists: expected .+--replace, got ".+there\.zip"\n$/);
  expect(await readFile(out, "utf8")).toBe("mine");
  expect(await run(["--from", zip, "--out", out, "--replace"])).toMatchObject({ status: 0, err: "" });
  expect(await sha256(out)).toBe(await sha256(zip));
  expect((await run(["--from", zip, "--out", folder.path, "--replace"])).err).toMatch(/^output\/exists: /);
});

test("says what is missing", async () => {
  const missing = join(folder.path, "missing");
  const out = join(folder.path, "x.zip");
  for (const args of [
    ["--from", missing],
    ["--from", join(zip, "data")],
    ["--from", zip, "--key", missing],
  ]) {
    const { status, err } = await run([...args, "--out", out]);
    expect([status, err]).toEqual([2, expect.stringMatching(/^input\/missing: expected .+, got ".+", where there is nothing\n$/)]);
  }
});

test("does not read what is no export", async () => {
  expect(await run(["--from", MAIN, "--out", join(folder.path, "x.zip")])).toMatchObject({ status: 2 });
  expect(await run(["--out", join(folder.path, "x.zip")])).toMatchObject({ status: 2 });
});

test("interrupted, it leaves nothing behind", async () => {
  const long: SampleSession = { ...(SAMPLE_SESSIONS[0] as SampleSession), title: "long" };
  const { source, signer } = await makeSample(Array.from({ length: 30 }, () => long));
  const input = join(folder.path, "long.zip");
  await writePackage(source, signer, input, { viewer });
  for (const name of ["cut.zip", "cut"]) {
    const where = join(folder.path, `out-${name}`);
    await mkdir(where);
    const { status, err } = await run(["--from", input, "--out", join(where, name)], { folder: where, prefix: `.${name}` });
    expect(err).toContain("Interrupted");
    expect(status).toBe(130);
    expect(await readdir(where)).toEqual([]);
  }
  await rm(input);
});

test("what it makes is a package", async () => {
  const { reader, close } = await openPackage(join(folder.path, "again.zip"));
  expect(reader.files.map(({ path }) => path)).toContain("START-HERE.html");
  await close();
});
