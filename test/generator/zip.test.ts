import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import JSZip from "jszip";
import { describe, expect, test } from "vitest";
import { nodePlatform } from "../../generator/node-platform.ts";
import { fileSpool } from "../../generator/node-spool.ts";
import { type PackageFile, packFiles } from "../../generator/pack.ts";
import type { Platform } from "../../generator/platform.ts";
import { webPlatform } from "../../generator/web.ts";
import { ZIP_LIMITS, type ZipLimits, type ZipRow } from "../../generator/zip.ts";
import { ZipWriter } from "../../generator/zip-writer.ts";
import { concat } from "../../record/bytes.ts";
import { program, readWithPython, temporaryFolder } from "./independent.ts";

const AT = "2026-11-20T10:30:07.000Z";
const RUNS = process.env.SLOW ? 400 : 12;

interface Plain {
  path: string;
  pieces: Uint8Array[];
}

function files(plain: readonly Plain[]): PackageFile[] {
  return plain.map(({ path, pieces }) => ({ path, type: "text/plain", content: () => pieces }));
}

async function zipOf(plain: readonly Plain[], platform: Platform, limits: ZipLimits = ZIP_LIMITS, rows: ZipRow[] = []) {
  const zip = new ZipWriter(AT, rows, limits);
  const parts: Uint8Array[] = [];
  for await (const packed of packFiles(files(plain.slice(rows.length)), platform)) {
    for await (const part of zip.add(packed)) parts.push(part);
    await packed.close();
  }
  parts.push(...zip.finish());
  return { bytes: concat(...parts), rows };
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Text that deflates, bytes that don't, nothing at all, and lengths around the limits of block and whole file. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 0, max: 40_000 })).map(([unit, times]) => {
    const out = new Uint8Array(unit.length * times);
    for (let i = 0; i < times; i++) out.set(unit, i * unit.length);
    return out;
  }),
  fc
    .tuple(fc.constantFrom(1 << 16, 1 << 20), fc.integer({ min: -2, max: 2 }))
    .map(([length, more]) => new Uint8Array(length + more).fill(7)),
);
const pieces = fc.tuple(content, fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 6 })).map(([bytes, cuts]) => {
  const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
});
const part = fc.stringMatching(/^[a-z0-9_][a-zA-Z0-9_-]{0,12}$/).filter((name) => !/^(con|prn|aux|nul|com\d|lpt\d)$/i.test(name));
const plainFiles = fc.uniqueArray(
  fc.record({ path: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.map((p) => `d${p}`).join("/")), pieces }),
  { selector: ({ path }) => path.toLowerCase(), minLength: 0, maxLength: 8 },
);

describe.each([
  ["Node", nodePlatform(() => fileSpool())],
  ["web", webPlatform],
] as const)("the ZIP writer on the %s platform", (_, platform) => {
  test("gives any files back through Python, unzip and JSZip, in their order, with and without Zip64", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "any.zip");
    await fc.assert(
      fc.asyncProperty(plainFiles, fc.constantFrom(ZIP_LIMITS, { bytes: 1000, files: 3 }), async (plain, limits) => {
        const { bytes, rows } = await zipOf(plain, platform, limits);
        await writeFile(path, bytes);
        const expected = plain.map((file) => {
          const whole = concat(...file.pieces);
          return { path: file.path, size: whole.length, sha256: sha256(whole) };
        });
        expect(rows.map((row) => ({ path: row.path, size: row.size, sha256: row.sha256 }))).toEqual(expected);
        const read = await readWithPython(path);
        expect(read).toEqual(expected.map((file, i) => ({ ...file, method: rows[i]?.method })));
        // Info-ZIP calls a ZIP without files a warning.
        if (plain.length > 0) await program("unzip", ["-tqq", path]);
        // JSZip reads Zip64 sizes too, but wants the fields to be needed.
        const zip = await JSZip.loadAsync(bytes, { checkCRC32: true });
        for (const file of expected) {
          expect(sha256((await zip.file(file.path)?.async("uint8array")) ?? new Uint8Array())).toBe(file.sha256);
        }
      }),
      { numRuns: RUNS },
    );
  }, 120_000);

  test("goes on from the rows of an earlier writer with the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(plainFiles, fc.nat(8), async (plain, stop) => {
        const whole = await zipOf(plain, platform);
        const rows = structuredClone(whole.rows.slice(0, stop));
        const last = rows.at(-1);
        const rest = await zipOf(plain, platform, ZIP_LIMITS, JSON.parse(JSON.stringify(rows)));
        expect(concat(whole.bytes.subarray(0, last ? last.start + last.packed : 0), rest.bytes)).toEqual(whole.bytes);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);

  test("packs the same bytes whatever the pieces in which a file comes", async () => {
    const bytes = new Uint8Array(3_000_000).map((_, i) => (i * i) >> 7);
    const cut = (size: number) =>
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
    const whole = await zipOf([{ path: "a", pieces: [bytes] }], platform);
    for (const size of [977, 65_536, 1_048_577]) {
      expect(sha256((await zipOf([{ path: "a", pieces: cut(size) }], platform)).bytes)).toBe(sha256(whole.bytes));
    }
  });

  test("stores what deflate would make longer, and says where each content lies", async () => {
    const random = new Uint8Array(createHash("sha512").update("x").digest());
    const { bytes, rows } = await zipOf(
      [
        { path: "noise", pieces: [random] },
        { path: "empty", pieces: [] },
      ],
      platform,
    );
    expect(rows.map(({ method, size, packed }) => ({ method, size, packed }))).toEqual([
      { method: 0, size: 64, packed: 64 },
      { method: 0, size: 0, packed: 0 },
    ]);
    const [noise] = rows;
    expect(bytes.subarray(noise?.start, (noise?.start ?? 0) + 64)).toEqual(random);
  });

  test("hands on what goes wrong in a file's content, and keeps nothing", async () => {
    const open = new Set<object>();
    const watched: Platform = {
      ...platform,
      spool(name) {
        const spool = platform.spool(name);
        open.add(spool);
        const close = async () => {
          open.delete(spool);
          await spool.close();
        };
        return { length: 0, append: spool.append, read: spool.read, close };
      },
    };
    async function* failing() {
      for (let i = 0; i < 40; i++) yield new Uint8Array(100_000).fill(i);
      throw new Error("the store is gone");
    }
    const large = { path: "large", type: "text/plain", content: () => [new Uint8Array(2_000_000)] };
    const packing = async () => {
      for await (const _ of packFiles([large, { path: "fails", type: "text/plain", content: failing }], watched)) void _;
    };
    await expect(packing()).rejects.toThrow("the store is gone");
    expect(open.size).toBe(0);
  });
});

test("refuses a path twice, upper and lower case taken as the same, and paths that are not portable", async () => {
  const platform = nodePlatform();
  await expect(
    zipOf(
      [
        { path: "a/b", pieces: [] },
        { path: "A/b", pieces: [] },
      ],
      platform,
    ),
  ).rejects.toMatchObject({ code: "zip/path-twice" });
  for (const path of ["../a", "/a", "a\\b", "C:/a", "a/../b", "nul", "a//b", ".a"]) {
    await expect(zipOf([{ path, pieces: [] }], platform)).rejects.toMatchObject({ code: "path/malformed" });
  }
});

test("takes two paths for two although they have the same number", async () => {
  const same = ["data/9tzx.txt", "data/g1cd.txt"].map((path) => ({ path, pieces: [] }));
  const { rows } = await zipOf(same, nodePlatform());
  expect(rows.map(({ path }) => path)).toEqual(same.map(({ path }) => path));
});

test("writes ordinary files of mode 644 with the given time", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "one.zip");
  await writeFile(path, (await zipOf([{ path: "a.txt", pieces: [new Uint8Array(9)] }], nodePlatform())).bytes);
  const script =
    "import sys, zipfile; i = zipfile.ZipFile(sys.argv[1]).infolist()[0]; print(oct(i.external_attr >> 16), i.date_time, i.flag_bits)";
  expect(await program("python3", ["-c", script, path])).toBe("0o100644 (2026, 11, 20, 10, 30, 6) 2048\n");
});
