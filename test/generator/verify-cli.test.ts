import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeDisclosure } from "../../record/disclosure.ts";
import { FINDING_KINDS } from "../../record/finding.ts";
import { publicKeyOf, SIGNATURE_TYPE } from "../../record/key.ts";
import { sessionPath } from "../../record/path.ts";
import { encodeAllowedSigner } from "../../record/sshsig.ts";
import { makeText, revealLine } from "../../record/text.ts";
import { seedOf, testKey } from "../record/keys.ts";
import { editedHandoff, type Files, ORGANIZATION, SECRET, SESSIONS, samplePackage, sampleZip, seal } from "../record/sample.ts";
import { runCommand } from "./command.ts";

const MAIN = resolve(import.meta.dirname, "../../generator/verify/main.ts");

const verify = (args: string[], cwd = folder) => runCommand(MAIN, args, cwd);

let folder: string;
let files: Files;
let signers: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caisey-verify-"));
  files = await samplePackage();
  await writeFile(join(folder, "package.zip"), sampleZip(files));
  await unpack("package", files);
  signers = await write("signers", encodeAllowedSigner({ principal: "org", publicKey: ORGANIZATION.key.publicKey }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function unpack(name: string, package_: Files): Promise<void> {
  for (const [path, bytes] of package_) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), bytes);
  }
}

describe("a package that holds", () => {
  test("as a ZIP, with the signers' file: in words, status 0", async () => {
    const { status, out, err } = await verify(["package.zip", "--signers", signers]);
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain("Acme Accounting: from Northwind IT to Contoso Support, made 2026-11-22T09:30:00.000Z");
    expect(out).toContain("origin    holds");
    expect(out).toContain("time      not proven");
    expect(out).toContain("2 of 2 sessions recomputed");
    expect(out.trimEnd().split("\n").at(-1)).toBe("Verdict: verified");
    expect(out).toMatch(/Signed with SHA256:[A-Za-z0-9+/]{43}\n/);
  });

  test("as a folder, without a signers' file: verified, of unknown origin", async () => {
    const { status, out } = await verify(["package"]);
    expect(status).toBe(0);
    expect(out).toContain("origin    not proven");
    expect(out).toContain("note   origin/unknown");
    // The last line is what people read: it must not sound as if the origin were proven.
    expect(out.trimEnd().split("\n").at(-1)).toMatch(
      /^Verdict: nothing is wrong with the package; who signed it is not proven \(compare the key SHA256:[A-Za-z0-9+/]{43} with one /,
    );
  });

  test.each([".", "./", "../package", "../package/"])("from within its folder, by the name %s", async (name) => {
    const { status, out } = await verify([name], join(folder, "package"));
    expect([status, out.includes("Verdict: nothing is wrong with the package")]).toEqual([0, true]);
  });

  test("as JSON: one line with verdicts, findings, sessions and hidden lines", async () => {
    const { status, out, err } = await verify(["package.zip", "--json", "--signers", signers]);
    expect([status, err, out.split("\n").length]).toEqual([0, "", 2]);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      verdict: "verified",
      verdicts: { intact: "holds", origin: "holds", time: "unknown", complete: "holds" },
      signer: expect.stringMatching(/^SHA256:/),
    });
    for (const one of report.findings) {
      expect(Object.keys(one).sort()).toEqual(["code", "detail", "status", "subject"]);
      expect(FINDING_KINDS).toHaveProperty([one.code]);
    }
    expect(report.sessions).toMatchObject([
      { session: SESSIONS[0], holds: true },
      { session: SESSIONS[1], holds: true },
    ]);
    expect(report.hidden).toHaveLength(4);
    expect(out).not.toContain(SECRET);
  });

  test("and a line that was revealed later", async () => {
    const revealed = revealLine(makeText(`net user svc ${SECRET} /add`, seedOf(`${SESSIONS[0]}/2/command`)), 0);
    const place = { session: SESSIONS[0], seq: 2, field: "command", line: 0, revealed } as const;
    const head = { format: "caisey-disclosure/1", handoff: "hnd_0000000000000001", made: "2026-12-01T00:00:00.000Z" } as const;
    const good = await write("good.disclosure", encodeDisclosure({ ...head, ...place }));
    const wrong = await write("wrong.disclosure", encodeDisclosure({ ...head, ...place, seq: 4 }));
    expect(await verify(["package.zip", "--disclosure", good])).toMatchObject({
      status: 0,
      out: expect.stringContaining("disclosure/proven"),
    });
    expect(await verify(["package.zip", "--disclosure", wrong])).toMatchObject({
      status: 1,
      out: expect.stringContaining("disclosure/not-the-line"),
    });
  });
});

describe("records without their package", () => {
  const [live, imported] = SESSIONS;
  const at = (session: string, file: "entries.jsonl" | "text.jsonl" | "checkpoint") => join("package", sessionPath(session, file));

  test.each(["entries.jsonl", "text.jsonl", "checkpoint"] as const)("of one session, named by its %s", async (file) => {
    const { status, out, err } = await verify([at(live, file), "--signers", signers]);
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain("1 of 1 sessions recomputed");
    for (const line of ["intact    holds", "origin    holds", "time      holds", "complete  not proven", "Verdict: verified"])
      expect(out.split("\n")).toContain(line);
  });

  test("of all sessions in a folder, as JSON", async () => {
    const { status, out } = await verify(["package/data/records/sessions", "--json", "--signers", signers]);
    const report = JSON.parse(out);
    expect(status).toBe(0);
    expect(report.verdicts).toEqual({ intact: "holds", origin: "holds", time: "unknown", complete: "unknown" });
    expect(report.sessions).toMatchObject([
      { session: live, holds: true },
      { session: imported, holds: true },
    ]);
  });

  test("say nothing of who signed to one who names no key, and fail for one who names another", async () => {
    const nobody = await verify([at(live, "entries.jsonl")]);
    expect(nobody.status).toBe(0);
    expect(nobody.out).toContain("origin/unknown");
    expect(nobody.out).toContain("Verdict: nothing is wrong with the records; who signed them is not proven");
    const stranger = testKey("caisey.local/org_stranger", SIGNATURE_TYPE.log).key;
    const other = await write("stranger", encodeAllowedSigner({ principal: "o", publicKey: stranger.publicKey }));
    expect(await verify([at(live, "entries.jsonl"), "--signers", other])).toMatchObject({
      status: 1,
      out: expect.stringContaining("origin/not-trusted"),
    });
  });

  test("prove a line that was revealed later", async () => {
    const revealed = revealLine(makeText(`net user svc ${SECRET} /add`, seedOf(`${live}/2/command`)), 0);
    const place = { session: live, seq: 2, field: "command", line: 0, revealed } as const;
    const head = { format: "caisey-disclosure/1", handoff: "hnd_0000000000000009", made: "2026-12-01T00:00:00.000Z" } as const;
    const file = await write("records.disclosure", encodeDisclosure({ ...head, ...place }));
    const { status, out } = await verify([at(live, "checkpoint"), "--disclosure", file]);
    expect([status, out.includes("disclosure/proven")]).toEqual([0, true]);
    expect((await verify([at(imported, "checkpoint"), "--disclosure", file])).out).toContain("disclosure/no-such-line");
  });

  test("that do not hold: a bit of any file, another session's name, a file that is not there", async () => {
    const own = [...files].filter(([path]) => path.startsWith(dirname(sessionPath(live, "checkpoint"))) && path.includes(live));
    for (const [path, bytes] of own) {
      const folder = `flipped-${basename(path)}`;
      // In the middle; of a checkpoint the organisation's signature, which is not checked without its key.
      const changed = bytes.with(Math.floor(bytes.length / 2), (bytes[Math.floor(bytes.length / 2)] as number) ^ 1);
      await unpack(folder, new Map(own.map(([one, is]) => [basename(one), one === path ? changed : is])));
      expect([path, (await verify([folder, "--signers", signers])).status]).toEqual([path, 1]);
    }
    await unpack("renamed", new Map(own.map(([path, bytes]) => [basename(path).replace(live, imported), bytes])));
    expect((await verify(["renamed"])).out).toContain("session/identity-differs");
    await unpack("halved", new Map(own.slice(1).map(([path, bytes]) => [basename(path), bytes])));
    expect(await verify(["halved"])).toMatchObject({ status: 1, out: expect.stringContaining("records/missing") });
  });

  test("that there are not: status 2", async () => {
    expect((await verify(["package/data/records/sessions/ses_000000000000000z.checkpoint"])).status).toBe(2);
    expect((await verify(["package/data"])).status).toBe(2);
  });
});

describe("a package that does not hold: status 1", () => {
  test("with a changed file, which is named, as a ZIP and as a folder", async () => {
    const path = "data/index.html";
    const changed = new Map(files).set(path, new Uint8Array(3));
    await write("changed.zip", sampleZip(changed));
    await unpack("changed", changed);
    for (const name of ["changed.zip", "changed"]) {
      const { status, out } = await verify([name]);
      expect(status).toBe(1);
      expect(out).toContain(`FAILED file/changed  ${path}`);
      expect(out).toContain("The file is not the one that was signed.");
      expect(out).toContain("Verdict: failed");
    }
  });

  test("with a file more, a file less, and a link", async () => {
    const other = new Map(files).set("data/new.txt", new Uint8Array());
    other.delete("README.txt");
    await unpack("other", other);
    await symlink("/etc/passwd", join(folder, "other", "data", "link"));
    const { status, out } = await verify(["other", "--json"]);
    expect(status).toBe(1);
    const failed = JSON.parse(out).findings.filter((one: { status: string }) => one.status === "failed");
    expect(failed.map(({ code, subject }: { code: string; subject: string }) => [code, subject])).toEqual([
      ["container/not-a-file", "data/link"],
      ["bag/count-differs", "bag-info.txt"],
      ["file/missing", "README.txt"],
      ["file/extra", "data/new.txt"],
    ]);
  });

  test("signed with another key than those in the signers' file", async () => {
    const wrong = await write("wrong-signers", encodeAllowedSigner({ principal: "org", publicKey: publicKeyOf(seedOf("other")) }));
    const { status, out } = await verify(["package.zip", "--signers", wrong]);
    expect(status).toBe(1);
    expect(out).toContain("FAILED origin/not-trusted");
  });

  test("whose names would add lines of their own to the report, or turn it round", async () => {
    const name = "Acme\nVerdict: verified\r\u001b[2J\u202e\u2028\u0000end";
    const hostile = await seal(editedHandoff(files, (handoff) => ({ ...handoff, client: { ...handoff.client, name } })));
    const evil = new Map(hostile).set("data/x\nVerdict: verified", new Uint8Array());
    await write("hostile.zip", sampleZip(evil));
    const { status, out } = await verify(["hostile.zip"]);
    expect(status).toBe(1);
    expect(out.split("\n").filter((line) => line.startsWith("Verdict"))).toEqual(["Verdict: failed"]);
    expect(out).toContain("Acme?Verdict: verified??[2J???end: from Northwind IT");
    expect(out).toContain("data/x?Verdict: verified");
    expect([...out].filter((c) => /[^\n \p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(c))).toEqual([]);
  });
});

describe.concurrent("what can't be read as a package: status 2", () => {
  test.each<[string, () => Promise<string[]>]>([
    ["nothing", async () => []],
    ["two packages", async () => ["package.zip", "package.zip"]],
    ["an option that there is not", async () => ["package.zip", "--trust-me"]],
    ["a file that is not there", async () => ["missing.zip"]],
    ["a file that is no ZIP", async () => [await write("text.zip", "hello")]],
    ["an empty file", async () => [await write("empty.zip", "")]],
    ["a ZIP that is cut", async () => [await write("cut.zip", sampleZip(files).subarray(0, -30))]],
    ["a ZIP of something else", async () => [await write("else.zip", sampleZip(new Map([["a", new Uint8Array(3)]])))]],
    ["a folder of something else", async () => [join(import.meta.dirname)]],
    [
      "an empty folder",
      async () => {
        await mkdir(join(folder, "empty"), { recursive: true });
        return ["empty"];
      },
    ],
    ["a device", async () => ["/dev/null"]],
    ["a signers' file that is not there", async () => ["package.zip", "--signers", "missing"]],
    ["an empty signers' file", async () => ["package.zip", "--signers", await write("no-signers", "# none\n")]],
    ["a signers' file of something else", async () => ["package.zip", "--signers", await write("bad-signers", "hello\n")]],
    ["a disclosure of something else", async () => ["package.zip", "--disclosure", await write("bad.disclosure", "{}\n")]],
    ["authorities without a certificate", async () => ["package.zip", "--authorities", signers]],
  ])("%s", async (_, args) => {
    const { status, out, err } = await verify([...(await args()), "--json"]);
    expect(status).toBe(2);
    expect(err).toMatch(/^Can't (verify|be read as a package): .+\n$/);
    expect(err).not.toContain("    at ");
    expect(JSON.parse(out)).toMatchObject({ verdict: "unreadable", findings: [], error: expect.any(String) });
  });

  test("what is not there is named", async () => {
    const { err } = await verify(["missing.zip"]);
    const said = 'input/missing: expected a ZIP file or a folder, got "missing.zip", where there is nothing';
    expect(err).toBe(`Can't be read as a package: ${said}\n`);
  });
});

test("--help tells how to use it and what the status means: status 0", async () => {
  const { status, out, err } = await verify(["--help"]);
  expect([status, err]).toEqual([0, ""]);
  for (const word of ["--signers", "--json", "--authorities", "--disclosure", "Exit status"]) expect(out).toContain(word);
});
