import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import JSZip from "jszip";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writePackage } from "../../generator/node.ts";
import { toHex, utf8 } from "../../record/bytes.ts";
import { type Entry, SESSION_FORMAT } from "../../record/entry.ts";
import type { TextValue } from "../../record/text.ts";
import { rootOf, Tree } from "../../record/tree.ts";
import * as viewer from "../../viewer/renderer.ts";
import { Authority } from "../record/authority.ts";
import { readStrict } from "../viewer/html.ts";
import { runCommand } from "./command.ts";
import { program } from "./independent.ts";
import { SAMPLE_SESSIONS } from "./sample-sessions.ts";
import { makeSample, type SampleSession } from "./sample-source.ts";

const MAIN = resolve(import.meta.dirname, "../../generator/certificate/main.ts");
const HOSTILE = `"><img src=x onerror=alert(1)>'\u202e</style><script>alert(1)</script>`;
/** What a file may be called. */
const HOSTILE_FILE = `"><img src=x onerror=alert(1)>' .zip`;

const imported: SampleSession = {
  title: HOSTILE,
  endpoint: 2,
  entries: [
    {
      fields: { kind: "opened", format: SESSION_FORMAT, mode: "imported" },
      text: {
        subject: "Old case",
        organization: "Northwind IT",
        client: "Acme Accounting",
        endpoint: "ACME-WS002",
        source: "TeamLog",
      },
    },
    {
      fields: { kind: "gap", from: "2026-01-05T09:00:00.000Z", to: "2026-01-05T09:05:00.000Z", cause: "not-recorded" },
    },
    { fields: { kind: "closed", outcome: "unresolved" } },
  ],
};

const certificate = (args: string[]) => runCommand(MAIN, args, folder);

let folder: string;
let authority: Authority;
let zip: JSZip;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caisey-certificate-"));
  authority = await Authority.create(join(folder, "authority"));
  const { source, signer } = await makeSample([...SAMPLE_SESSIONS, imported]);
  await writePackage(source, signer, join(folder, "package.zip"), { viewer });
  await writePackage(source, signer, join(folder, "package"), { viewer });
  const groupTimestamp = await authority.stamp(utf8(source.groupCheckpoint));
  const timestamp = (signature: Uint8Array) => authority.stamp(signature);
  await writePackage({ ...source, groupTimestamp }, { ...signer, timestamp }, join(folder, "stamped.zip"), { viewer });
  await writeFile(join(folder, "root.pem"), pem(await authority.certificate()));
  zip = await JSZip.loadAsync(await readFile(join(folder, "package.zip")));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

async function text(path: string): Promise<string> {
  const file = zip.file(path);
  if (file === null) throw new Error(`no ${path}`);
  return file.async("string");
}

function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function withoutStyle(html: string): string {
  return html.replace(/<style>.*?<\/style>/s, "");
}

/** What a reader sees, in one line. */
function plain(html: string): string {
  return readStrict(withoutStyle(html)).text.replace(/\s+/g, " ");
}

/** Counted from the records, without the code that counts them for the page. */
async function counted() {
  const handoff = JSON.parse(await text("data/records/handoff.json")) as {
    sessions: { session: string }[];
    from: { key: string };
    handoff: string;
    generator: { viewer: string };
  };
  const sessions = await Promise.all(
    handoff.sessions.map(async ({ session }) => {
      const lines = (await text(`data/records/sessions/${session}.entries.jsonl`)).trimEnd().split("\n");
      const texts = (await text(`data/records/sessions/${session}.text.jsonl`)).trimEnd().split("\n");
      const entries = lines.map((line) => JSON.parse(line) as Entry);
      const hidden = texts.flatMap((line) => {
        const value = JSON.parse(line) as TextValue;
        return "items" in value ? value.items.filter((item) => "digest" in item) : [];
      });
      const tree = new Tree();
      for (const line of lines) tree.append(utf8(line));
      return { session, entries, hidden: hidden.length, root: toHex(tree.root()) };
    }),
  );
  const leaves = (await text("data/records/group.leaves")).trimEnd().split("\n");
  return { handoff, sessions, logRoot: toHex(rootOf(leaves.map((leaf) => Uint8Array.from(Buffer.from(leaf, "hex"))))) };
}

describe("of a package that verifies", () => {
  test("the document holds the values that no page of the package can hold, and all others as the records have them", async () => {
    const { status, out, err } = await certificate(["package.zip", "--out", "made/it.html"]);
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain("made/it.html");
    const shown = plain(await readFile(join(folder, "made/it.html"), "utf8"));
    const { handoff, sessions, logRoot } = await counted();
    const all = sessions.flatMap(({ entries }) => entries);
    const kinds = (kind: string) => all.filter((entry) => entry.kind === kind).length;
    const hidden = sessions.reduce((sum, one) => sum + one.hidden, 0);

    const bytes = await readFile(join(folder, "package.zip"));
    expect(shown).toContain(`${sha256(bytes)} package.zip, ${String(bytes.length).replace(/\B(?=(\d{3})+$)/g, ",")} bytes`);
    expect(shown).toContain(`tagmanifest-sha256.txt ${sha256(await text("tagmanifest-sha256.txt"))}`);
    const key = await program("bash", ["-c", "ssh-keygen -lf <(cut -d' ' -f3- package/allowed_signers)"], { cwd: folder });
    expect(shown).toContain(`Key that signed ${key.split(" ")[1]}`);
    expect(shown).toContain(handoff.handoff);
    expect(shown).toContain(handoff.generator.viewer);
    expect(shown).toContain("3 on 2 machines: 2 recorded live, 1 imported");
    expect(shown).toContain(`${all.length}, among them ${kinds("command")} command`);
    expect(shown).toContain(`${kinds("approval.asked")} asked, 0 of them refused`);
    expect(shown).toContain(`Hidden lines ${hidden}: `);
    expect(shown).toContain(`Gaps ${kinds("gap")}, each stated`);
    expect(shown).toContain("3 of 3 sessions, with the key that the organisation recorded for the client's machine");
    expect(shown).toContain(logRoot);
    for (const { session, root } of sessions) expect(shown).toContain(`${session} root ${root}`);
    expect(shown).toContain("Intact holds: every file is as it was signed");
    expect(shown).toContain("Origin not proven: the signature holds");
    expect(shown).toContain("Time not proven");
    expect(shown).toContain("Complete holds");
    expect(shown).toContain("it is attested from the day of import, and its earlier times are claims. time/imported");
    expect(shown).toContain("Time stamp (RFC 3161) over the head of the client's log: none.");
    expect(shown).toContain("I declare under penalty of perjury that the foregoing is true and correct.");
  });

  test("it stands alone: one file that loads, runs and links nothing", async () => {
    await certificate(["package.zip", "--out", "alone.html"]);
    const html = await readFile(join(folder, "alone.html"), "utf8");
    expect(html).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^;]+; [^"]*"/);
    const { names, links } = readStrict(withoutStyle(html));
    expect(links).toEqual([]);
    expect([...names].filter((name) => /^(script|img|link|iframe)$| (on[a-z]+|style)$/.test(name))).toEqual([]);
    expect(html.match(/<style>/g)).toHaveLength(1);
  });

  test("with keys and authorities that are trusted, origin and time say so", async () => {
    const { status } = await certificate([
      ...["stamped.zip", "--out", "stamped.html", "--authorities", "root.pem", "--signers", "package/allowed_signers"],
    ]);
    expect(status).toBe(0);
    const shown = plain(await readFile(join(folder, "stamped.html"), "utf8"));
    expect(shown).toContain("Origin holds: signed with a key that was named as trusted");
    expect(shown.match(/by “Sample Time Authority”, whose certificate was named as trusted/g)).toHaveLength(2);

    await certificate(["stamped.zip", "--out", "unsure.html"]);
    const unsure = plain(await readFile(join(folder, "unsure.html"), "utf8"));
    expect(unsure.match(/by “Sample Time Authority”, whose certificate was not checked/g)).toHaveLength(2);
  });

  test("the same facts as data, and no file unless it is asked for", async () => {
    const before = await readdir(folder);
    const { status, out, err } = await certificate(["stamped.zip", "--json"]);
    expect([status, err, out.split("\n").length]).toEqual([0, "", 2]);
    expect(await readdir(folder)).toEqual(before);
    const facts = JSON.parse(out);
    const { sessions, logRoot } = await counted();
    const bytes = await readFile(join(folder, "stamped.zip"));
    expect(facts).toMatchObject({
      draft: true,
      zip: { name: "stamped.zip", size: bytes.length, sha256: sha256(bytes) },
      verdicts: { intact: "holds", origin: "unknown", complete: "holds" },
      totals: {
        sessions: 3,
        live: 2,
        imported: 1,
        machines: 2,
        entries: sessions.reduce((sum, one) => sum + one.entries.length, 0),
      },
      counts: { gaps: 1, witnessed: 3 },
      log: { size: 3, root: logRoot, omitted: [] },
      times: { group: { authority: "Sample Time Authority", trusted: false }, package: { authority: "Sample Time Authority" } },
    });
    expect(facts.sessions).toMatchObject(
      sessions.map(({ session, entries, root, hidden }) => ({
        session,
        root,
        entries: entries.length,
        hiddenLines: hidden,
        stored: { first: entries[0]?.at, last: entries.at(-1)?.at },
      })),
    );
  });

  test("of a folder, there is no ZIP to state the hash of", async () => {
    expect((await certificate(["package", "--out", "folder.html"])).status).toBe(0);
    const shown = plain(await readFile(join(folder, "folder.html"), "utf8"));
    expect(shown).toContain("An unpacked folder was checked, not a ZIP file.");
    expect(shown).toContain(sha256(await text("tagmanifest-sha256.txt")));
    expect(JSON.parse((await certificate(["package", "--json"])).out).zip).toBeNull();
  });

  test("nothing that others named becomes markup", async () => {
    await copyFile(join(folder, "package.zip"), join(folder, HOSTILE_FILE));
    expect((await certificate([HOSTILE_FILE, "--out", "hostile.html"])).status).toBe(0);
    const html = await readFile(join(folder, "hostile.html"), "utf8");
    const { names, text: shown } = readStrict(withoutStyle(html));
    expect(names).not.toContain("img");
    expect(names).not.toContain("script");
    expect(shown).toContain(HOSTILE_FILE);
    expect(shown).toContain(HOSTILE.replace("\u202e", "U+202E"));
  });
});

describe("the page in the package", () => {
  test("states the same, and says what it can't know and where that stands", async () => {
    const shown = plain(await text("data/certificate.html"));
    const { sessions, logRoot } = await counted();
    for (const { session, root } of sessions) expect(shown).toContain(`${session} root ${root}`);
    expect(shown).toContain(logRoot);
    expect(shown).toContain("Covers every file of the package, this page too, so it can't be printed here.");
    expect(shown).not.toContain(sha256(await text("tagmanifest-sha256.txt")));
    expect(shown).toContain("They are attested from the day of import only.");
    expect(shown).toContain("What this certification does not decide");
  });

  test("says whether the client's log is stamped", async () => {
    const stamped = await JSZip.loadAsync(await readFile(join(folder, "stamped.zip")));
    const shown = plain((await stamped.file("data/certificate.html")?.async("string")) ?? "");
    expect(shown).toContain("over the head of the client's log: data/records/group.checkpoint.tsr");
    expect(plain(await text("data/certificate.html"))).toContain("over the head of the client's log: none.");
  });
});

describe("nothing is written", () => {
  test("of a package that does not verify: status 1", async () => {
    const changed = await JSZip.loadAsync(await readFile(join(folder, "package.zip")));
    changed.file("data/index.html", "<p>another");
    await writeFile(join(folder, "changed.zip"), await changed.generateAsync({ type: "nodebuffer" }));
    const { status, err } = await certificate(["changed.zip", "--out", "changed.html"]);
    expect(status).toBe(1);
    expect(err).toContain("file/changed  data/index.html");
    expect(err).toContain("No certification is made of a package that does not verify.");
    expect(await readdir(folder)).not.toContain("changed.html");
    const json = await certificate(["changed.zip", "--json"]);
    expect([json.status, JSON.parse(json.out).verdict]).toEqual([1, "failed"]);
  });

  test("of what is no package, or nothing at all: status 2", async () => {
    await writeFile(join(folder, "no.zip"), "no package");
    for (const args of [
      ["no.zip"],
      ["missing.zip"],
      [],
      ["package.zip", "package"],
      ["authority"],
      ["package.zip", "--signers", "no.zip"],
    ]) {
      const { status, out, err } = await certificate(args);
      expect([status, out], args.join(" ")).toEqual([2, ""]);
      expect(err).not.toMatch(/\n {4}at /);
    }
  }, 60_000);

  test("over a file that is there, or into the package itself: status 2", async () => {
    await writeFile(join(folder, "there.html"), "filled in by hand");
    const over = await certificate(["package.zip", "--out", "there.html"]);
    expect([over.status, over.err]).toEqual([2, expect.stringContaining("output/exists")]);
    expect(await readFile(join(folder, "there.html"), "utf8")).toBe("filled in by hand");
    for (const out of ["package/data/new.html", "package", "package/..new.html"]) {
      const into = await certificate(["package", "--out", out]);
      expect([into.status, into.err]).toEqual([2, expect.stringContaining("output/in-package")]);
    }
    const self = await certificate(["package.zip", "--out", "package.zip"]);
    expect([self.status, self.err]).toEqual([2, expect.stringContaining("output/in-package")]);
    expect((await certificate(["package", "--json"])).status).toBe(0);
  }, 60_000);
});

test("without --out it is written beside the package", async () => {
  await copyFile(join(folder, "package.zip"), join(folder, "Beside.ZIP"));
  expect((await certificate(["Beside.ZIP"])).status).toBe(0);
  expect(await readdir(folder)).toContain("Beside-certification.html");
});

test("--help says what it does, status 0", async () => {
  const { status, out } = await certificate(["--help"]);
  expect([status, out]).toEqual([0, expect.stringContaining("Usage: npm run certificate")]);
});
