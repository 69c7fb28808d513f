import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { writePackage } from "../../generator/node.ts";
import { nodePlatform } from "../../generator/node-platform.ts";
import { packageZip } from "../../generator/package-zip.ts";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { openPackage } from "../../generator/verify/open.ts";
import type { ZipRow } from "../../generator/zip.ts";
import { concat } from "../../record/bytes.ts";
import { parseAllowedSigners } from "../../record/sshsig.ts";
import { verifyPackage } from "../../record/verify.ts";
import * as viewer from "../../viewer/renderer.ts";
import { temporaryFolder } from "./independent.ts";
import { SAMPLE_SESSIONS } from "./sample-sessions.ts";
import { makeSample } from "./sample-source.ts";

async function verified(path: string, signers?: string) {
  const opened = await openPackage(path);
  try {
    const trusted = signers === undefined ? undefined : parseAllowedSigners(signers);
    return await verifyPackage(opened.reader, { hashes: nodeHashes, trusted });
  } finally {
    await opened.close();
  }
}

test.each(["package.zip", "package"])("%s with the real pages verifies", async (name) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, name);
  const { source, signer } = await makeSample(SAMPLE_SESSIONS);
  await writePackage(source, signer, path, { viewer });
  const unknown = await verified(path);
  expect(unknown.findings.filter(({ status }) => status === "failed")).toEqual([]);
  expect(unknown.verdicts).toMatchObject({ intact: "holds", origin: "unknown", time: "holds", complete: "holds" });

  const signers = join(folder.path, "signers");
  const command = name.endsWith(".zip") ? ["unzip", "-p", path, "allowed_signers"] : ["cat", join(path, "allowed_signers")];
  const { stdout } = await promisify(execFile)(command[0] as string, command.slice(1));
  await writeFile(signers, stdout);
  expect((await verified(path, await readFile(signers, "utf8"))).verdicts.origin).toBe("holds");
});

test("a package with one byte changed in any of its files fails, and the file is named", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "package.zip");
  const { source, signer } = await makeSample(SAMPLE_SESSIONS);
  const rows: ZipRow[] = [];
  const parts: Uint8Array[] = [];
  for await (const part of packageZip(source, signer, { platform: nodePlatform(), viewer, rows })) parts.push(part);
  const bytes = concat(...parts);
  for (const row of rows) {
    const changed = Uint8Array.from(bytes);
    const at = row.start + (row.packed >> 1);
    changed[at] = (changed[at] as number) ^ 0x10;
    await writeFile(path, changed);
    const report = await verified(path);
    expect(report.verdict, row.path).toBe("failed");
    const named = report.findings.filter(({ status }) => status === "failed").map(({ subject }) => subject);
    // The signature and what it covers have no digest of their own: what fails is the signature.
    const subject = row.path.startsWith("tagmanifest") ? expect.stringMatching(/^tagmanifest|^package$/) : row.path;
    expect(named, row.path).toContainEqual(subject);
  }
});
