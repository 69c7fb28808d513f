import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Manifest } from "../../generator/manifest.ts";
import { nodePlatform } from "../../generator/node-platform.ts";
import { webPlatform } from "../../generator/web.ts";
import { METHOD, type ZipRow } from "../../generator/zip.ts";
import { PackedRows } from "../../generator/zip-rows.ts";
import { encodeManifest } from "../../record/bag.ts";
import { concatAll, fromUtf8 } from "../../record/bytes.ts";

/** Beyond 32 bits where ZIPs go beyond them. */
const many: ZipRow[] = Array.from({ length: 1200 }, (_, i) => ({
  path: `${i % 7 === 0 ? "" : "data/"}${(i * 7919) % 1200}.txt`,
  type: i % 2 === 0 ? "text/plain" : "text/html",
  offset: i * 2 ** 40,
  start: i * 2 ** 40 + 40,
  packed: i,
  size: i * 2 ** 33,
  method: i % 3 === 0 ? METHOD.stored : METHOD.deflated,
  crc32: (i * 0xfffffff1) % 2 ** 32,
  sha256: createHash("sha256").update(String(i)).digest("hex"),
}));

test("packed rows are an array's, wherever they are asked for", () => {
  for (const length of [0, 1, 255, 256, 257, 1200]) {
    const rows = new PackedRows();
    for (const row of many.slice(0, length)) rows.push(row);
    expect([...rows]).toEqual(many.slice(0, length));
    expect(rows.length).toBe(length);
    for (const place of [-1, 0, 255, 256, length - 1, length]) expect(rows.at(place)).toEqual(many.slice(0, length).at(place));
  }
});

test("a manifest in pieces is the one that is encoded at once", async () => {
  const rows = new PackedRows();
  for (const row of many) rows.push(row);
  const isListed = (path: string) => path.startsWith("data/");
  const listed = many.filter(({ path }) => isListed(path));
  const whole = encodeManifest(listed.map(({ path, sha256 }) => ({ path, digest: sha256 })));
  for (const written of [rows, many]) {
    const manifest = new Manifest(written, isListed);
    const bytes = concatAll([...manifest.pieces()]);
    expect(fromUtf8(bytes)).toBe(whole);
    for (const platform of [nodePlatform(), webPlatform])
      expect(Buffer.from(await manifest.sha256(platform))).toEqual(createHash("sha256").update(bytes).digest());
    expect(manifest.length).toBe(listed.length);
    expect(manifest.octets).toBe(listed.reduce((sum, { size }) => sum + size, 0));
  }
});
