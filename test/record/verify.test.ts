import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { inflate } from "../../generator/verify/inflate.ts";
import { equal, fromUtf8, utf8 } from "../../record/bytes.ts";
import { FINDING_KINDS, type Finding } from "../../record/finding.ts";
import { SIGNATURE, TAG_MANIFEST } from "../../record/path.ts";
import { type VerifyOptions, verifyPackage } from "../../record/verify.ts";
import { openZip } from "../../record/zip.ts";
import { mutated } from "./arbitraries.ts";
import { rejectionOf } from "./only-record-errors.ts";
import { patience, runs } from "./runs.ts";
import {
  change,
  type Files,
  GROUP,
  IMPORTED,
  LIVE,
  ORGANIZATION,
  readerOf,
  SECRET,
  SESSIONS,
  samplePackage,
  sampleZip,
  seal,
} from "./sample.ts";

let files: Files;
beforeAll(async () => {
  files = await samplePackage();
});

const TRUSTED = { trusted: [{ principal: ORGANIZATION.key.name, publicKey: ORGANIZATION.key.publicKey }] };
const verify = (package_: Files, options: VerifyOptions = {}) =>
  verifyPackage(readerOf(package_), { hashes: nodeHashes, ...options });
const failures = (findings: readonly Finding[]) => findings.filter((one) => one.status === "failed");

describe("the sample", () => {
  test("is verified, and each question is answered apart", async () => {
    const report = await verify(files, TRUSTED);
    expect(failures(report.findings)).toEqual([]);
    expect(report.verdict).toBe("verified");
    expect(report.verdicts).toEqual({ intact: "holds", origin: "holds", time: "unknown", complete: "holds" });
    expect(report.findings.map((one) => one.code).sort()).toEqual(
      [
        ...["files/intact", "origin/trusted", "session/recomputed", "session/recomputed"],
        ...["time/witnessed", "time/not-witnessed", "time/imported"],
        ...["complete/accounted", "complete/omitted", "complete/hidden", "complete/gap"],
      ].sort(),
    );
    expect(
      report.sessions.map(({ session, holds, witnessed }) => ({ session, holds, witnessed: witnessed !== undefined })),
    ).toEqual([
      { session: SESSIONS[0], holds: true, witnessed: true },
      { session: SESSIONS[1], holds: true, witnessed: false },
    ]);
    expect(report.hidden.map(({ seq, field, line, reason }) => ({ seq, field, line, reason }))).toEqual([
      { seq: 2, field: "command", line: 0, reason: "credential" },
      { seq: 4, field: "command", line: 0, reason: "credential" },
      { seq: 5, field: "output", line: 0, reason: "credential" },
      { seq: 6, field: "raw", line: 0, reason: "credential" },
    ]);
    expect(report.handoff?.client.group).toBe(GROUP);
    expect(report.signer).toEqual(ORGANIZATION.key.publicKey);
  });

  test("gives the same report with either hash implementation and whatever the pieces", async () => {
    const expected = await verify(files, TRUSTED);
    expect(await verifyPackage(readerOf(files, 1), TRUSTED)).toEqual(expected);
    expect(await verifyPackage(readerOf(files, 1 << 20), TRUSTED)).toEqual(expected);
  });

  test("is of unknown origin to a reader who names no key, and failed to one who names others", async () => {
    const unknown = await verify(files);
    expect([unknown.verdict, unknown.verdicts.origin]).toEqual(["verified", "unknown"]);
    const other = [{ principal: "other", publicKey: new Uint8Array(32).fill(1) }];
    for (const trusted of [other, []]) {
      const report = await verify(files, { trusted });
      expect([report.verdict, report.verdicts.origin]).toEqual(["failed", "failed"]);
      expect(failures(report.findings).map((one) => one.code)).toEqual(["origin/not-trusted"]);
    }
  });

  test("holds nothing of what is hidden, in any of its files", () => {
    const forms = [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString("hex"), JSON.stringify(SECRET).slice(1, -1)];
    for (const [path, bytes] of files) {
      for (const form of forms) expect([path, Buffer.from(bytes).includes(form)]).toEqual([path, false]);
    }
    expect(Buffer.from(sampleZip(files)).includes(SECRET)).toBe(false);
  });

  test("tells how far it is, up to the end and never back", async () => {
    const seen: [number, number][] = [];
    await verify(files, { onProgress: (done, total) => void seen.push([done, total]) });
    const total = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    expect(seen.at(-1)).toEqual([total, total]);
    for (const [i, [done]] of seen.entries()) expect(done).toBeGreaterThanOrEqual(seen[i - 1]?.[0] ?? 0);
  });

  test("is verified as a ZIP too", async () => {
    const zip = sampleZip(files);
    const reader = await openZip({ size: zip.length, read: async (at, length) => zip.subarray(at, at + length) }, inflate);
    expect(reader.findings).toEqual([]);
    expect((await verifyPackage(reader, TRUSTED)).verdict).toBe("verified");
  });

  test("can hold no session at all", async () => {
    const report = await verify(await samplePackage([], []), TRUSTED);
    expect([report.verdict, report.verdicts.time]).toEqual(["verified", "unknown"]);
  });
});

describe("a fault that anyone can make", () => {
  /** What must be said of a change to this file: the file, or, of the lists that nothing lists, what they say. */
  const names = (findings: readonly Finding[], path: string) =>
    failures(findings).some((one) => one.subject === path || (path === TAG_MANIFEST && one.subject === SIGNATURE));

  test("a flipped bit anywhere in any file is found and the file named", async () => {
    for (const [path, bytes] of files) {
      const places = new Set([0, 1, bytes.length >> 2, bytes.length >> 1, bytes.length - 2, bytes.length - 1]);
      for (const at of places) {
        if (at < 0 || at >= bytes.length) continue;
        const changed = change(files, path, (was) => was.map((byte, i) => (i === at ? byte ^ (1 << (at % 8)) : byte)));
        const report = await verify(changed, TRUSTED);
        expect([path, at, report.verdict]).toEqual([path, at, "failed"]);
        expect([path, at, names(report.findings, path)]).toEqual([path, at, true]);
      }
    }
  }, 60_000);

  test(
    "any change of any file is found",
    async () => {
      const one = fc
        .constantFrom(...files.keys())
        .chain((path) => fc.tuple(fc.constant(path), mutated(fc.constant(files.get(path) as Uint8Array))));
      await fc.assert(
        fc.asyncProperty(one, async ([path, bytes]) => {
          fc.pre(!equal(bytes, files.get(path) as Uint8Array));
          const report = await verify(new Map(files).set(path, bytes), TRUSTED);
          expect(report.verdict).toBe("failed");
          expect(names(report.findings, path)).toBe(true);
        }),
        runs(60),
      );
    },
    patience(60_000),
  );

  test("a file that is taken away is named", async () => {
    for (const path of files.keys()) {
      const less = new Map(files);
      less.delete(path);
      const report = await verify(less, TRUSTED);
      expect([path, report.verdict, names(report.findings, path)]).toEqual([path, "failed", true]);
    }
  });

  test("a file that is added is named, wherever it is put", async () => {
    for (const path of [
      "new.txt",
      "data/new.html",
      "data/records/new.json",
      "data/records/sessions/x",
      "x/y/z",
      "tagmanifest-sha256.txt.SIG",
    ]) {
      for (const bytes of [new Uint8Array(), utf8("new")]) {
        const report = await verify(new Map(files).set(path, bytes), TRUSTED);
        expect([path, report.verdict, names(report.findings, path)]).toEqual([path, "failed", true]);
      }
    }
  });

  test("a file that has another name is named by both", async () => {
    for (const [path, bytes] of files) {
      const moved = new Map(files);
      moved.delete(path);
      moved.set(`${path}x`, bytes);
      const report = await verify(moved, TRUSTED);
      expect([path, report.verdict, names(report.findings, path)]).toEqual([path, "failed", true]);
      if (path !== TAG_MANIFEST) expect(failures(report.findings).map((one) => one.subject)).toContain(`${path}x`);
    }
  });

  test("two files that change places are both named", async () => {
    const [a, b] = ["data/index.html", "data/assets/style.css"];
    const swapped = new Map(files)
      .set(a as string, files.get(b as string) as Uint8Array)
      .set(b as string, files.get(a as string) as Uint8Array);
    const report = await verify(swapped, TRUSTED);
    expect(failures(report.findings).map(({ code, subject }) => [code, subject])).toEqual([
      ["file/changed", b],
      ["file/changed", a],
    ]);
  });

  test("a package of one's own under another's name is not trusted", async () => {
    const forged = await samplePackage([LIVE, IMPORTED], [], {
      ...ORGANIZATION,
      ...(await import("./keys.ts")).testKey(ORGANIZATION.key.name, 1, "forger"),
    });
    const report = await verify(forged, TRUSTED);
    expect(failures(report.findings).map((one) => one.code)).toEqual(["origin/not-trusted"]);
    expect((await verify(forged)).verdicts.origin).toBe("unknown");
  });

  test("a file that can't be read is named, and the rest is verified", async () => {
    const path = "data/index.html";
    const reader = readerOf(files);
    const broken = {
      ...reader,
      async *open(one: string) {
        yield* reader.open(one);
        if (one === path) throw new Error("a secret of the platform");
      },
    };
    const report = await verifyPackage(broken, { hashes: nodeHashes });
    expect(failures(report.findings)).toEqual([
      { code: "file/unreadable", status: "failed", subject: path, detail: "could not be read" },
    ]);
    expect(report.sessions.every((one) => one.holds)).toBe(true);
  });

  test("a file that reads otherwise the second time is told", async () => {
    let reads = 0;
    const reader = readerOf(files);
    const path = TAG_MANIFEST;
    const fickle = {
      ...reader,
      open: (one: string) =>
        one === path && ++reads > 1 ? readerOf(new Map([[path, utf8("other\n")]])).open(one) : reader.open(one),
    };
    expect((await verifyPackage(fickle, { hashes: nodeHashes })).verdict).toBe("verified");
    expect(reads).toBe(1);
  });
});

describe("a ZIP of the sample", () => {
  const open = (zip: Uint8Array) =>
    openZip({ size: zip.length, read: async (at, length) => zip.subarray(at, at + length) }, inflate);

  /** Where a header has what no content depends on: versions, attributes but for the kind of file. */
  function harmless(zip: Uint8Array): Set<number> {
    const places = new Set<number>();
    const bytes = Buffer.from(zip);
    const add = (...ranges: [from: number, to: number][]) => {
      for (const [from, to] of ranges) for (let at = from; at < to; at++) places.add(at);
    };
    for (let at = bytes.indexOf("PK\x03\x04"); at >= 0; at = bytes.indexOf("PK\x03\x04", at + 1)) add([at + 4, at + 6]);
    for (let at = bytes.indexOf("PK\x01\x02"); at >= 0; at = bytes.indexOf("PK\x01\x02", at + 1))
      add([at + 4, at + 8], [at + 36, at + 42]);
    return places;
  }

  async function read(zip: Uint8Array): Promise<Files> {
    const reader = await open(zip);
    const out: Files = new Map();
    for (const { path } of reader.files) {
      const pieces: Uint8Array[] = [];
      for await (const piece of reader.open(path)) pieces.push(piece);
      out.set(path, new Uint8Array(Buffer.concat(pieces)));
    }
    return out;
  }

  test(
    "a flipped bit anywhere is found, but for those on which no content depends",
    async () => {
      const zip = sampleZip(files);
      const spared = harmless(zip);
      let passed = 0;
      await fc.assert(
        fc.asyncProperty(fc.nat(zip.length - 1), fc.nat(7), async (at, bit) => {
          const flipped = zip.slice();
          flipped[at] = (flipped[at] as number) ^ (1 << bit);
          const found = await finding(flipped);
          if (found) return;
          passed++;
          // Deflate has bits without a meaning, and more than one way to say the same: the files must be the same ones.
          if (!spared.has(at)) expect([at, [...(await read(flipped))]]).toEqual([at, [...files]]);
        }),
        runs(150),
      );
      expect(passed).toBeLessThan(runs(150).numRuns / 5);
    },
    patience(60_000),
  );

  test(
    "every bit of headers, directory and end record is found, but for those on which no content depends",
    async () => {
      const two: Files = new Map(
        [...files].filter(([path]) => path === "data/search/empty.js" || path === "data/assets/style.css"),
      );
      const zip = sampleZip(two);
      const spared = harmless(zip);
      for (let bit = 0; bit < 8 * zip.length; bit++) {
        const at = bit >> 3;
        if (spared.has(at)) continue;
        const flipped = zip.slice();
        flipped[at] = (flipped[at] as number) ^ (1 << (bit & 7));
        let found = false;
        const thrown = await rejectionOf(async () => {
          found = (await open(flipped)).findings.length > 0 || (await read(flipped)).size !== two.size;
        });
        if (thrown === undefined && !found) expect([at, [...(await read(flipped))]]).toEqual([at, [...two]]);
      }
    },
    patience(60_000),
  );

  async function finding(zip: Uint8Array): Promise<boolean> {
    let failed = false;
    const thrown = await rejectionOf(async () => {
      failed = (await verifyPackage(await open(zip), { hashes: nodeHashes })).verdict === "failed";
    });
    return failed || thrown !== undefined;
  }

  test("cut off at any length, it is no ZIP", async () => {
    const zip = sampleZip(files);
    for (let length = 0; length < zip.length; length += 1 + (length >> 5)) {
      expect((await rejectionOf(() => open(zip.subarray(0, length))))?.code).toBe("zip/malformed");
    }
    expect((await rejectionOf(() => open(zip.subarray(0, -1))))?.code).toBe("zip/malformed");
  });
});

describe("whatever is given to read", () => {
  test(
    "verification never throws, whether the lists fit the files or not",
    async () => {
      const paths = [...files.keys()];
      const edit = fc.record({
        path: fc.constantFrom(...paths),
        to: fc.constantFrom(...paths, "data/x", "x"),
        how: fc.constantFrom("mutate", "drop", "copy", "empty", "swap"),
        seed: fc.nat(),
        resign: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(edit, { minLength: 1, maxLength: 4 }),
          fc.infiniteStream(mutated(fc.constantFrom(...files.values()))),
          async (edits, stream) => {
            let out: Files = new Map(files);
            for (const { path, to, how } of edits) {
              const bytes = out.get(path) ?? new Uint8Array();
              if (how === "drop") out.delete(path);
              else if (how === "empty") out.set(path, new Uint8Array());
              else if (how === "copy") out.set(to, bytes);
              else if (how === "swap") out.set(path, out.get(to) ?? bytes).set(to, bytes);
              else out.set(path, stream.next().value as Uint8Array);
            }
            if (edits.some((one) => one.resign)) out = await seal(out);
            const report = await verify(out, TRUSTED);
            expect(report.verdict === "failed").toBe(failures(report.findings).length > 0);
            for (const one of report.findings) {
              expect(FINDING_KINDS[one.code].status).toBe(one.status);
              expect(one.detail).not.toContain(SECRET);
            }
          },
        ),
        runs(80),
      );
    },
    patience(60_000),
  );

  test("bytes of any kind are no package", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...files.keys(), "x"), fc.uint8Array()), async (any) => {
        expect((await verify(new Map(Object.entries(any)))).verdict).toBe("failed");
      }),
      runs(50),
    );
  });

  test("of very many findings the first are told one by one, and the others counted", async () => {
    const many = new Map(files);
    for (let i = 0; i < 140_000; i++) many.set(`x${i}`, new Uint8Array());
    const report = await verify(many);
    expect(failures(report.findings).length).toBe(10_000);
    expect(report.more).toEqual({ "file/extra": 130_000 });
  });

  test("every stream that was opened is closed, whatever was found", async () => {
    for (const path of files.keys()) {
      for (const changed of [
        change(files, path, () => utf8("x\ny\n")),
        change(files, path, (bytes) => bytes.subarray(0, bytes.length >> 1)),
      ]) {
        let open = 0;
        const reader = readerOf(await seal(changed), 7);
        const watched = {
          ...reader,
          async *open(one: string) {
            open++;
            try {
              yield* reader.open(one);
            } finally {
              open--;
            }
          },
        };
        await verifyPackage(watched, { hashes: nodeHashes });
        expect([path, open]).toEqual([path, 0]);
      }
    }
  });

  test("nothing of it is held longer than needed: a long session is read in one pass", async () => {
    const opened = new Map<string, number>();
    const reader = readerOf(files);
    const counted = {
      ...reader,
      open(path: string) {
        opened.set(path, (opened.get(path) ?? 0) + 1);
        return reader.open(path);
      },
    };
    await verifyPackage(counted, { hashes: nodeHashes });
    expect([...opened].filter(([, times]) => times !== 1)).toEqual([]);
    expect([...opened.keys()].sort()).toEqual([...files.keys()].sort());
    expect(fromUtf8(files.get(SIGNATURE) as Uint8Array)).toContain("SSH SIGNATURE");
  });
});
