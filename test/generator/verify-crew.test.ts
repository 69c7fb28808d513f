import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { crewOf } from "../../generator/verify/crew.ts";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { openPackage, type PackageContents } from "../../generator/verify/open.ts";
import { type Report, verifyPackage } from "../../record/verify.ts";
import type { Divide } from "../../record/verify-part.ts";
import { change, samplePackage, sampleZip } from "../record/sample.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caisey-crew-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Each session and each file by itself, so that threads have something to share out. */
const inPieces =
  (divide: Divide): Divide =>
  (parts, context) =>
    divide(
      parts.flatMap((part) => part.map((one) => [one])),
      context,
    );

async function verify(path: string, divide?: (contents: PackageContents) => Divide): Promise<Report> {
  const opened = await openPackage(path);
  try {
    return await verifyPackage(opened.reader, { hashes: nodeHashes, divide: divide?.(opened.contents) });
  } finally {
    await opened.close();
  }
}

test("threads report what one program reports, of intact and of changed packages", async () => {
  const files = await samplePackage();
  const broken = change(files, "data/records/sessions/ses_0000000000000001.text.jsonl", (bytes) => bytes.subarray(0, 500));
  for (const [name, package_] of [
    ["intact.zip", files],
    ["broken.zip", broken],
  ] as const) {
    const path = join(folder, name);
    await writeFile(path, sampleZip(package_));
    const alone = await verify(path);
    expect(alone.verdict).toBe(package_ === files ? "verified" : "failed");
    expect(await verify(path, (contents) => inPieces(crewOf(path, contents, 2)))).toEqual(alone);
    expect(await verify(path, (contents) => crewOf(path, contents))).toEqual(alone);
  }
}, 60_000);

test("a package that is gone meanwhile is no verdict", async () => {
  const path = join(folder, "gone.zip");
  await writeFile(path, sampleZip(await samplePackage()));
  await expect(verify(path, (contents) => inPieces(crewOf(join(folder, "elsewhere.zip"), contents, 2)))).rejects.toThrow(/ENOENT/);
}, 60_000);
