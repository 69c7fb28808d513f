import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import JSZip from "jszip";
import { beforeAll, describe, expect, test } from "vitest";
import { writePackage } from "../../generator/node.ts";
import { nodePlatform } from "../../generator/node-platform.ts";
import { packageZip } from "../../generator/package-zip.ts";
import type { PackageSource } from "../../generator/source.ts";
import { GENERATOR_VERSION } from "../../generator/version.ts";
import { webPlatform } from "../../generator/web.ts";
import type { ZipRow } from "../../generator/zip.ts";
import { parseBagInfo, parseManifest } from "../../record/bag.ts";
import { concat, fromUtf8 } from "../../record/bytes.ts";
import { encodeCanonical } from "../../record/canonical.ts";
import { parseHandoff } from "../../record/handoff.ts";
import type { Recorded } from "../../record/wire.ts";
import { program, readWithPython, temporaryFolder } from "./independent.ts";
import { plainViewer } from "./plain-viewer.ts";
import { SAMPLE_SESSIONS } from "./sample-sessions.ts";
import { makeSample, type Sample, type SampleSession } from "./sample-source.ts";

let sample: Sample;
let zipped: { bytes: Uint8Array; rows: ZipRow[] };
let zip: JSZip;

beforeAll(async () => {
  sample = await makeSample(SAMPLE_SESSIONS);
  zipped = await zipOf(sample);
  zip = await JSZip.loadAsync(zipped.bytes, { checkCRC32: true });
});

async function zipOf({ source, signer }: Sample, rows: ZipRow[] = [], platform = nodePlatform()) {
  const parts: Uint8Array[] = [];
  for await (const part of packageZip(source, signer, { platform, viewer: plainViewer, rows })) parts.push(part);
  return { bytes: concat(...parts), rows };
}

async function text(path: string): Promise<string> {
  const file = zip.file(path);
  if (file === null) throw new Error(`no ${path}`);
  return fromUtf8(await file.async("uint8array"));
}

describe("a package", () => {
  test("begins with what a person opens, and ends with manifests and signature", async () => {
    const [printing, quiet] = sample.source.handoff.sessions.map(({ session }) => session);
    expect(zipped.rows.map(({ path }) => path)).toEqual([
      ...["START-HERE.html", "README.txt", "allowed_signers", "bagit.txt"],
      ...["data/records/handoff.json", "data/records/group.checkpoint", "data/records/group.leaves"],
      ...[printing, quiet].flatMap((id) => [
        ...["entries.jsonl", "text.jsonl", "checkpoint"].map((file) => `data/records/sessions/${id}.${file}`),
        ...[`data/sessions/${id}.html`, `data/exports/rsmf/${id}.rsmf`, `data/search/${id}.js`],
      ]),
      ...["data/index.html", "data/left-out.html", "data/search.html", "data/verify.html", "data/help.html"],
      "data/certificate.html",
      ...["data/assets/style.css", "data/search/index.js"],
      ...["approvals", "commands", "contexts", "redactions", "sessions"].map((table) => `data/exports/${table}.csv`),
      ...["entry", "handoff", "text"].map((name) => `data/exports/schemas/${name}.schema.json`),
      ...["manifest-sha256.txt", "bag-info.txt", "tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig"],
    ]);
  });

  test("passes unzip, Python's zipfile, sha256sum and ssh-keygen as its README says", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "package.zip");
    await writePackage(sample.source, sample.signer, path, { viewer: plainViewer });
    expect(await readFile(path)).toEqual(Buffer.from(zipped.bytes));
    await program("unzip", ["-tqq", path]);
    expect((await readWithPython(path)).map(({ path: name, sha256 }) => ({ path: name, sha256 }))).toEqual(
      zipped.rows.map(({ path: name, sha256 }) => ({ path: name, sha256 })),
    );
    const out = join(folder.path, "out");
    await program("unzip", ["-qq", path, "-d", out]);
    const readme = await readFile(join(out, "README.txt"), "utf8");
    const commands = [...readme.matchAll(/^ {4}((?:sha256sum|ssh-keygen|find) .*)$/gm)].map((match) => match[1] as string);
    expect(commands).toHaveLength(4);
    const answers: string[] = [];
    for (const command of commands) answers.push(await program("bash", ["-c", command], { cwd: out }));
    expect(answers[2]).toContain('Good "caisey-handoff" signature for caisey.local/org_northwind');
    expect(Number(answers[3])).toBe(zipped.rows.filter((row) => row.path.startsWith("data/")).length);
    const fingerprint = await program("bash", ["-c", "ssh-keygen -lf <(cut -d' ' -f3- allowed_signers)"], { cwd: out });
    expect(readme).toContain(`    ${fingerprint.split(" ")[1]}\n`);
    expect(readme).toContain(answers[2]?.split(" with ")[0]);
  });

  test("has its payload in one manifest and its tag files, but for the signature, in the other", async () => {
    const listed = async (name: string) => parseManifest(new TextEncoder().encode(await text(name)));
    const rows = zipped.rows.map(({ path, sha256 }) => ({ path, digest: sha256 })).sort((a, b) => (a.path < b.path ? -1 : 1));
    expect(await listed("manifest-sha256.txt")).toEqual(rows.filter(({ path }) => path.startsWith("data/")));
    expect(await listed("tagmanifest-sha256.txt")).toEqual(
      rows.filter(({ path }) => !path.startsWith("data/") && !path.startsWith("tagmanifest")),
    );
    const payload = zipped.rows.filter(({ path }) => path.startsWith("data/"));
    const info = new Map(parseBagInfo(new TextEncoder().encode(await text("bag-info.txt"))));
    expect(info.get("Payload-Oxum")).toBe(`${payload.reduce((sum, { size }) => sum + size, 0)}.${payload.length}`);
    expect(info.get("Bagging-Date")).toBe("2026-11-20");
    expect(info.get("External-Identifier")).toBe(sample.source.handoff.handoff);
  });

  test("holds committed lines as given, and each text as one canonical line", async () => {
    for (const { session } of sample.source.handoff.sessions) {
      const records = await sample.source.session(session);
      const recorded = await all(records.entries());
      expect(await text(`data/records/sessions/${session}.entries.jsonl`)).toBe(recorded.map(({ line }) => `${line}\n`).join(""));
      const texts = recorded.flatMap((entry, seq) =>
        Object.keys(entry.text)
          .sort()
          .map((field) => `${encodeCanonical({ field, seq, ...entry.text[field] })}\n`),
      );
      expect(await text(`data/records/sessions/${session}.text.jsonl`)).toBe(texts.join(""));
      expect(await text(`data/records/sessions/${session}.checkpoint`)).toBe(records.checkpoint);
    }
    const handoff = parseHandoff(new TextEncoder().encode(await text("data/records/handoff.json")));
    expect(handoff).toEqual({
      ...sample.source.handoff,
      generator: { version: GENERATOR_VERSION, viewer: plainViewer.viewerHash },
    });
    expect(await text("data/records/group.leaves")).toMatch(/^([0-9a-f]{64}\n){2}$/);
  });

  test("hands the renderer the counts, digests and witness that the records hold", async () => {
    const rendered = async (path: string) =>
      JSON.parse((await text(path)).split("\n")[1] as string) as Record<string, Record<string, unknown>>;
    const overview = await rendered("data/index.html");
    expect(overview.counts).toEqual({ hidden: { credential: 2, other: 2 }, gaps: 0, refused: 0, cut: 0, witnessed: 2 });
    expect((await rendered("data/left-out.html")).counts).toEqual(overview.counts);
    const [first] = sample.source.handoff.sessions;
    const page = await rendered(`data/sessions/${first?.session}.html`);
    expect(page.witnessed).toBe("2026-01-05T08:00:11.000Z");
    const lines = (await text(`data/records/sessions/${first?.session}.entries.jsonl`)).split("\n").slice(0, -1);
    expect(page.digests).toEqual(lines.map((line) => createHash("sha256").update(line).digest("hex")));
  });

  test("names the product's version", async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, "../../package.json"), "utf8"));
    expect(GENERATOR_VERSION).toBe(version);
  });

  test("carries time stamps where there are some: the group's in the payload, the package's outside of what it covers", async () => {
    const over: Uint8Array[] = [];
    const timestamp = async (signature: Uint8Array) => {
      over.push(signature);
      return Uint8Array.of(0x30, 2);
    };
    const source = { ...sample.source, groupTimestamp: Uint8Array.of(0x30, 1) };
    const stamped = await zipOf({ source, signer: { ...sample.signer, timestamp } });
    const files = await JSZip.loadAsync(stamped.bytes);
    const read = async (path: string) => (await files.file(path)?.async("uint8array")) ?? new Uint8Array();
    expect(await read("data/records/group.checkpoint.tsr")).toEqual(Uint8Array.of(0x30, 1));
    expect(await read("tagmanifest-sha256.txt.sig.tsr")).toEqual(Uint8Array.of(0x30, 2));
    expect(over).toEqual([await read("tagmanifest-sha256.txt.sig")]);
    expect(fromUtf8(await read("manifest-sha256.txt"))).toContain("  data/records/group.checkpoint.tsr\n");
    expect(fromUtf8(await read("tagmanifest-sha256.txt"))).not.toContain(".tsr");
  });

  test("contains a hidden line nowhere", async () => {
    for (const path of Object.keys(zip.files)) {
      const content = await text(path);
      expect(content, path).not.toContain("Hunter2");
      expect(content, path).not.toContain("completed successfully");
    }
  });

  test("is the same to the byte when it is made again, and its files are the same on every platform", async () => {
    expect((await zipOf(await makeSample(SAMPLE_SESSIONS))).bytes).toEqual(zipped.bytes);
    const web = await zipOf(sample, [], webPlatform);
    const named = ({ rows }: { rows: ZipRow[] }) => rows.map(({ path, sha256 }) => [path, sha256]);
    expect(named(web)).toEqual(named(zipped));
  });

  test("goes on after any file with the same bytes", async () => {
    for (let stop = 0; stop <= zipped.rows.length; stop++) {
      const rows: ZipRow[] = JSON.parse(JSON.stringify(zipped.rows.slice(0, stop)));
      const last = rows.at(-1);
      const rest = await zipOf(sample, rows);
      expect(concat(zipped.bytes.subarray(0, last ? last.start + last.packed : 0), rest.bytes)).toEqual(zipped.bytes);
      expect(rows).toEqual(zipped.rows);
    }
    const other = [{ ...(zipped.rows[0] as ZipRow), path: "other" }];
    await expect(zipOf(sample, other)).rejects.toMatchObject({ code: "resume/other-package" });
  });
});

describe("a source that is not what it says", () => {
  const changed = (source: Partial<PackageSource>): Sample => ({ ...sample, source: { ...sample.source, ...source } });

  test.each([
    [
      "another key's signer",
      () => ({ ...sample, signer: { ...sample.signer, publicKey: new Uint8Array(32) } }),
      "signer/other-key",
    ],
    ["a leaf too few", () => changed({ leaves: sample.source.leaves.slice(1) }), "source/incomplete"],
    [
      "an entry too few",
      () =>
        changed({
          session: async (id) => {
            const records = await sample.source.session(id);
            const entries = await all(records.entries());
            return {
              ...records,
              entries: async function* () {
                yield* entries.slice(0, -1);
              },
            };
          },
        }),
      "source/incomplete",
    ],
    [
      "another number of commands than it states",
      () => {
        const sessions = sample.source.handoff.sessions.map((session) => ({ ...session, commands: 7 }));
        return changed({ handoff: { ...sample.source.handoff, sessions } });
      },
      "source/facts-differ",
    ],
    [
      "the hash of an output with a hidden line",
      async () => {
        const [printing] = SAMPLE_SESSIONS as [SampleSession];
        const made = await makeSample([printing]);
        const open = await makeSample([{ ...printing, entries: printing.entries.map(({ hide: _, ...entry }) => entry) }]);
        const shown = new Map<number, Recorded>();
        const session: PackageSource["session"] = async (id) => {
          const records = await made.source.session(id);
          const unredacted = await all((await open.source.session(id)).entries());
          for (const [seq, entry] of unredacted.entries()) if ("raw" in entry.text) shown.set(seq, entry);
          const entries = (await all(records.entries())).map((entry, seq) => shown.get(seq) ?? entry);
          return {
            ...records,
            entries: async function* () {
              yield* entries;
            },
          };
        };
        return { ...made, source: { ...made.source, session } };
      },
      "source/hash-shown",
    ],
    [
      "entries in another order",
      () =>
        changed({
          session: async (id) => {
            const records = await sample.source.session(id);
            const entries = await all(records.entries());
            return {
              ...records,
              entries: async function* () {
                yield* entries.reverse();
              },
            };
          },
        }),
      "source/incomplete",
    ],
    [
      "a handoff that its schema refuses",
      () => changed({ handoff: { ...sample.source.handoff, created: "yesterday" } }),
      "source/malformed",
    ],
  ])("%s is refused", async (_, make, code) => {
    await expect(zipOf((await make()) as Sample)).rejects.toMatchObject({ code });
  });
});

describe("writing to the disk", () => {
  test("makes the same files in a folder as in a ZIP", async () => {
    await using folder = await temporaryFolder();
    const out = join(folder.path, "package");
    await writePackage(sample.source, sample.signer, out, { viewer: plainViewer });
    for (const { path, sha256 } of zipped.rows) {
      expect(
        createHash("sha256")
          .update(await readFile(join(out, path)))
          .digest("hex"),
        path,
      ).toBe(sha256);
    }
    await expect(writePackage(sample.source, sample.signer, out, { viewer: plainViewer })).rejects.toMatchObject({
      code: "output/exists",
    });
    expect(await readdir(folder.path)).toEqual(["package"]);
  });

  test.each(["package.zip", "package"])("leaves nothing when it is stopped: %s", async (name) => {
    await using folder = await temporaryFolder();
    const stop = new AbortController();
    const writing = writePackage(sample.source, sample.signer, join(folder.path, name), {
      viewer: plainViewer,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(writing).rejects.toMatchObject({ name: "AbortError" });
    expect(await readdir(folder.path)).toEqual([]);
  });

  test("leaves an earlier ZIP as it was when the source fails, and reports how far it came when not", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "package.zip");
    const seen: number[] = [];
    await writePackage(sample.source, sample.signer, path, { viewer: plainViewer, onProgress: (bytes) => seen.push(bytes) });
    expect(seen.at(-1)).toBe(zipped.bytes.length);
    const broken = { ...sample.source, session: () => Promise.reject(new Error("the store is gone")) };
    await expect(writePackage(broken, sample.signer, path, { viewer: plainViewer })).rejects.toThrow("the store is gone");
    expect(await readFile(path)).toEqual(Buffer.from(zipped.bytes));
    expect(await readdir(folder.path)).toEqual(["package.zip"]);
  });
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
