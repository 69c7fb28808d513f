import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writePackage } from "../../generator/node.ts";
import { nodePlatform } from "../../generator/node-platform.ts";
import { comparePackage } from "../../generator/rebuild/compare.ts";
import { openPackage } from "../../generator/verify/open.ts";
import { fromUtf8 } from "../../record/bytes.ts";
import { parseVerifierKey, SIGNATURE_TYPE } from "../../record/key.ts";
import { signKeyStatement } from "../../record/key-statement.ts";
import { keyStatementPath } from "../../record/path.ts";
import { verifyPackage } from "../../record/verify.ts";
import { testKey } from "../record/keys.ts";
import { runCommand } from "./command.ts";
import { temporaryFolder } from "./independent.ts";
import { plainViewer } from "./plain-viewer.ts";
import { SAMPLE_SESSIONS } from "./sample-sessions.ts";
import { makeSample } from "./sample-source.ts";

async function compared(path: string, viewer = plainViewer) {
  const opened = await openPackage(path);
  try {
    return await comparePackage(opened.reader, nodePlatform(), viewer);
  } finally {
    await opened.close();
  }
}

test("pages rendered again from the records are the same, from a ZIP and from a folder", async () => {
  await using folder = await temporaryFolder();
  const { source, signer } = await makeSample(SAMPLE_SESSIONS);
  for (const name of ["package.zip", "package"]) {
    await writePackage(source, signer, join(folder.path, name), { viewer: plainViewer });
    const found = await compared(join(folder.path, name));
    expect(found.differences).toEqual([]);
    expect(found.sameViewer).toBe(true);
    expect(found.same).toBeGreaterThan(10);
  }
});

test("statements of new keys are records: a package that has them is made again with them", async () => {
  await using folder = await temporaryFolder();
  const { source, signer } = await makeSample(SAMPLE_SESSIONS);
  const current = parseVerifierKey(source.handoff.from.key);
  const older = testKey(current.name, SIGNATURE_TYPE.log, "older");
  const statement = { old: older.key, new: current, from: "2026-02-01T00:00:00.000Z" };
  const keyStatements = [fromUtf8(await signKeyStatement(statement, older.sign))];
  const path = join(folder.path, "package.zip");
  await writePackage({ ...source, keyStatements }, signer, path, { viewer: plainViewer });
  const found = await compared(path);
  expect([found.differences, found.sameViewer]).toEqual([[], true]);
  const opened = await openPackage(path);
  try {
    expect(opened.reader.files.map((file) => file.path)).toContain(keyStatementPath(1));
    const trusted = [{ principal: "older", publicKey: older.key.publicKey }];
    const { findings, verdict } = await verifyPackage(opened.reader, { trusted });
    expect([verdict, findings.map(({ code }) => code).includes("origin/trusted-before")]).toEqual(["verified", true]);
  } finally {
    await opened.close();
  }
});

test("a page that was changed, taken away or added is named", async () => {
  await using folder = await temporaryFolder();
  const { source, signer } = await makeSample(SAMPLE_SESSIONS);
  const path = join(folder.path, "package");
  await writePackage(source, signer, path, { viewer: plainViewer });
  await writeFile(join(path, "data/index.html"), "<p>something else");
  await rm(join(path, "data/search.html"));
  await writeFile(join(path, "data/added.html"), "");
  const { differences } = await compared(path);
  expect(differences.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual([
    "differs data/index.html",
    "extra data/added.html",
    "missing data/search.html",
  ]);
});

test("a package made with other pages says so", async () => {
  await using folder = await temporaryFolder();
  const { source, signer } = await makeSample(SAMPLE_SESSIONS);
  const path = join(folder.path, "package.zip");
  await writePackage(source, signer, path, { viewer: plainViewer });
  const { sameViewer, differences } = await compared(path, {
    ...plainViewer,
    viewerHash: "f".repeat(64),
    render: async () => "<p>another look",
  });
  expect(sameViewer).toBe(false);
  expect(differences.length).toBeGreaterThan(0);
});

describe.concurrent("the command", () => {
  const rebuild = (args: string[]) =>
    runCommand(join(import.meta.dirname, "../../generator/rebuild/main.ts"), args, import.meta.dirname);

  test.each<[string, string[], string]>([
    ["nothing", [], "Can't compare: "],
    ["an option that there is not", ["--trust-me"], "Can't compare: "],
    ["a file that is not there", ["missing.zip"], "Can't be read as a package: input/missing: "],
    ["a file that is no ZIP", ["rebuild.test.ts"], "Can't be read as a package: "],
    ["a folder of something else", ["."], "Can't be read as a package: "],
  ])("given %s: status 2, said in words and for programs", async (_, args, words) => {
    const { status, out, err } = await rebuild([...args, "--json"]);
    expect([status, err]).toEqual([2, expect.stringContaining(words)]);
    expect(err).not.toMatch(/\n {4}at /);
    expect(JSON.parse(out)).toEqual({ same: null, error: expect.any(String) });
  });

  test("--help says what it does, status 0", async () => {
    const { status, out } = await rebuild(["--help"]);
    expect([status, out]).toEqual([0, expect.stringContaining("Usage: npm run rebuild")]);
  });
});
