import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import JSZip from "jszip";
import { expect, test } from "vitest";
import { nodePlatform } from "../../generator/node-platform.ts";
import { fileSpool } from "../../generator/node-spool.ts";
import { type PackageFile, type PackedFile, packFiles } from "../../generator/pack.ts";
import { METHOD } from "../../generator/zip.ts";
import { ZipWriter } from "../../generator/zip-writer.ts";
import { ORGANIZATION, samplePackage, seal } from "../record/sample.ts";
import { program, temporaryFolder } from "./independent.ts";

const AT = "2026-11-20T10:30:00.000Z";

async function writeFiles(file: FileHandle, zip: ZipWriter, files: Iterable<PackageFile>): Promise<void> {
  const platform = nodePlatform(() => fileSpool());
  for await (const packed of packFiles(files, platform)) {
    for await (const part of zip.add(packed)) await file.writeFile(part);
    await packed.close();
  }
  for (const part of zip.finish()) await file.writeFile(part);
}

/** What Python finds: number of files, sum of sizes, path of the last one. */
async function countWithPython(path: string): Promise<[number, number, string]> {
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([len(z.infolist()), sum(i.file_size for i in z.infolist()), z.namelist()[-1]]))
`;
  return JSON.parse(await program("python3", ["-c", script, path]));
}

test("70,000 files are read by Python, unzip and JSZip", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "many.zip");
  const file = await open(path, "wx");
  function* many(): Generator<PackageFile> {
    for (let i = 0; i < 70_000; i++) yield { path: `data/${i % 100}/f${i}`, type: "text/plain", content: () => [] };
  }
  await writeFiles(file, new ZipWriter(AT), many());
  await file.close();
  expect(await countWithPython(path)).toEqual([70_000, 0, "data/99/f69999"]);
  expect(await program("unzip", ["-Z", "-t", path])).toMatch(/^70000 files/);
  const read = await open(path);
  expect(Object.keys((await JSZip.loadAsync(await read.readFile(), { createFolders: false })).files)).toHaveLength(70_000);
  await read.close();
}, 180_000);

const GIB = 2 ** 30;
const zeros = new Uint8Array(1 << 24);
function* of(bytes: number): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= zeros.length) yield zeros.subarray(0, left);
}

/** Names and sizes that Python finds, and the content of one file. */
async function lookWithPython(path: string, name: string): Promise<[[string, number][], string]> {
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps([[[i.filename, i.file_size] for i in z.infolist()], z.read(sys.argv[2]).decode()]))
`;
  return JSON.parse(await program("python3", ["-c", script, path, name]));
}

test("a file over 4 GiB of nothing, which takes no room on the disk, and one that begins after it, are found by Python and unzip", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "sparse.zip");
  const file = await open(path, "wx");
  const size = 4 * GIB + 5;
  const zip = new ZipWriter(AT);
  let at = 0;
  const write = async (part: Uint8Array) => {
    await file.write(part, 0, part.length, at);
    at += part.length;
  };
  // Its CRC is for the test below, which reads all of it.
  const row = { path: "data/stored", type: "text/plain", packed: size, size, method: METHOD.stored, crc32: 0, sha256: "" };
  for await (const part of zip.add({ row, bytes: () => [], async close() {} })) await write(part);
  at += size;
  const after: PackageFile = { path: "data/after", type: "text/plain", content: () => [new TextEncoder().encode("it is here")] };
  for await (const packed of packFiles([after], nodePlatform())) for await (const part of zip.add(packed)) await write(part);
  for (const part of zip.finish()) await write(part);
  const { blocks } = await file.stat();
  await file.close();
  expect(zip.rows.at(1)?.offset).toBeGreaterThan(4 * GIB);
  expect(blocks * 512).toBeLessThan(GIB);
  expect(await lookWithPython(path, "data/after")).toEqual([
    [
      ["data/stored", size],
      ["data/after", 10],
    ],
    "it is here",
  ]);
  expect(await program("unzip", ["-p", path, "data/after"])).toBe("it is here");
  expect(await program("unzip", ["-Z", "-l", path])).toContain(String(size));
});

test.runIf(process.env.SLOW)(
  "a file over 4 GiB, and those that begin after 4 GiB, are read by Python and unzip",
  async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "large.zip");
    const file = await open(path, "wx");
    const size = 4 * GIB + 5;
    let crc = 0;
    for (const block of of(size)) crc = crc32(block, crc);
    // Stored, so that what follows begins after 4 GiB.
    const row = { path: "data/stored", type: "text/plain", packed: size, size, method: METHOD.stored, crc32: crc, sha256: "" };
    const stored: PackedFile = { row, bytes: () => of(size), async close() {} };
    const zip = new ZipWriter(AT);
    for await (const part of zip.add(stored)) await file.writeFile(part);
    await writeFiles(file, zip, [
      { path: "data/deflated", type: "text/plain", content: () => of(size) },
      { path: "data/after", type: "text/plain", content: () => of(100) },
    ]);
    await file.close();
    expect(zip.rows.at(1)?.offset).toBeGreaterThan(4 * GIB);
    expect(zip.rows.at(1)?.packed).toBeLessThan(GIB);
    expect(await countWithPython(path)).toEqual([3, 2 * size + 100, "data/after"]);
    await program("unzip", ["-tqq", path]);
  },
  900_000,
);

test.runIf(process.env.SLOW)(
  "a package of more than 4 GiB is verified in less than 400 MB, and by the independent verifier",
  async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "package.zip");
    const size = 4 * GIB + 5;
    const hash = createHash("sha256");
    for (const block of of(size)) hash.update(block);
    const large = { path: "data/large.bin", digest: hash.digest("hex"), size };
    const files = await seal(await samplePackage(), ORGANIZATION, [large]);
    const file = await open(path, "wx");
    await writeFiles(file, new ZipWriter(AT), [
      { path: large.path, type: "application/octet-stream", content: () => of(size) },
      ...[...files].map(([name, bytes]) => ({ path: name, type: "text/plain", content: () => [bytes] })),
    ]);
    await file.close();
    const measured = await program(process.execPath, [join(import.meta.dirname, "../bench/verify-run.ts"), path]);
    const { verdict, rssMb } = JSON.parse(measured) as { verdict: string; rssMb: number };
    expect(verdict).toBe("verified");
    expect(rssMb).toBeLessThan(400);
    const apart = await program("python3", [join(import.meta.dirname, "../independent/verify.py"), path, "--json"]);
    expect(JSON.parse(apart).verdict).toBe("verified");
  },
  900_000,
);
