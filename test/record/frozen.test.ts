import { execFile } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { openPackage } from "../../generator/verify/open.ts";
import type { Disclosure } from "../../record/disclosure.ts";
import type { Finding } from "../../record/finding.ts";
import { parseAllowedSigners } from "../../record/sshsig.ts";
import { makeText, revealLine } from "../../record/text.ts";
import { checkTimestamp } from "../../record/timestamp.ts";
import { verifyPackage } from "../../record/verify.ts";
import { seedOf } from "./keys.ts";

const FOLDER = fileURLToPath(new URL("../../fixtures/frozen/", import.meta.url));
const PACKAGE = join(FOLDER, "caisey-package-1.zip");
const PYTHON = join(import.meta.dirname, "../independent/verify.py");
const [LIVE, IMPORTED, SHORT] = ["ses_0000000000000001", "ses_0000000000000002", "ses_0000000000000003"];
const TOKENS = ["data/records/group.checkpoint.tsr", "tagmanifest-sha256.txt.sig.tsr"];

/** What is found whoever reads it. */
const ALWAYS = [
  "files/intact package",
  `session/recomputed ${LIVE}`,
  `session/recomputed ${IMPORTED}`,
  `session/recomputed ${SHORT}`,
  `time/witnessed ${LIVE}`,
  `time/witnessed ${IMPORTED}`,
  `time/not-witnessed ${SHORT}`,
  `time/imported ${IMPORTED}`,
  "complete/accounted package",
  "complete/pinned package",
  "complete/omitted package",
  `complete/hidden ${LIVE}`,
  `complete/hidden ${SHORT}`,
  `complete/gap ${LIVE}`,
  `complete/gap ${IMPORTED}`,
  `complete/cut ${LIVE}`,
];

interface Reader {
  signers?: string;
  authorities?: string;
}

let unzipped: string;
beforeAll(async () => {
  unzipped = await mkdtemp(join(tmpdir(), "caisey-frozen-"));
  await promisify(execFile)("unzip", ["-q", PACKAGE, "-d", unzipped]);
});
afterAll(() => rm(unzipped, { recursive: true, force: true }));

async function verified(path: string, { signers, authorities }: Reader, disclosures: readonly Disclosure[] = []) {
  const pem = authorities === undefined ? undefined : await readFile(join(FOLDER, authorities));
  const opened = await openPackage(path);
  try {
    return await verifyPackage(opened.reader, {
      hashes: nodeHashes,
      trusted: signers === undefined ? undefined : parseAllowedSigners(await readFile(join(FOLDER, signers), "utf8")),
      timestamps: { check: checkTimestamp, authorities: pem && [new X509Certificate(pem).raw] },
      disclosures,
    });
  } finally {
    await opened.close();
  }
}

/** What the independent verifier finds. */
async function verifiedApart(path: string, { signers, authorities }: Reader): Promise<{ verdict: string; findings: Finding[] }> {
  const options = [
    ...(signers === undefined ? [] : ["--signers", join(FOLDER, signers)]),
    ...(authorities === undefined ? [] : ["--authorities", join(FOLDER, authorities)]),
  ];
  const { stdout } = await promisify(execFile)("python3", [PYTHON, path, "--json", ...options]);
  return JSON.parse(stdout);
}

const places = (findings: readonly Finding[]) => findings.map(({ code, subject }) => `${code} ${subject}`).sort();

test("the package is the one that was frozen", async () => {
  const digest = createHash("sha256")
    .update(await readFile(PACKAGE))
    .digest("hex");
  expect(digest).toBe("941c0cb1736560bed4d2098f5192d5879bf68e3643ae4d594f9fb8aeb6e81883");
});

describe("a package of format version 1 verifies for ever", () => {
  test.each<[string, Reader, string[], string]>([
    ["one who names no key", {}, ["origin/unknown package", ...TOKENS.map((path) => `time/token-unknown ${path}`)], "unknown"],
    [
      "one who trusts key and authority",
      { signers: "allowed_signers", authorities: "authority.pem" },
      ["origin/trusted package", ...TOKENS.map((path) => `time/token ${path}`)],
      "holds",
    ],
    [
      "one who trusts the key before",
      { signers: "older_allowed_signers", authorities: "authority.pem" },
      ["origin/trusted-before package", ...TOKENS.map((path) => `time/token ${path}`)],
      "holds",
    ],
  ])("for %s, by both verifiers, zipped and unzipped", async (_, reader, own, origin) => {
    const expected = [...ALWAYS, ...own].sort();
    for (const path of [PACKAGE, unzipped]) {
      const report = await verified(path, reader);
      expect(places(report.findings)).toEqual(expected);
      // An imported session, and one without a witness, leave the time open.
      expect(report.verdicts).toEqual({ intact: "holds", origin, time: "unknown", complete: "holds" });
      expect(report.verdict).toBe("verified");
      const apart = await verifiedApart(path, reader);
      expect([apart.verdict, places(apart.findings)]).toEqual(["verified", expected]);
    }
  });

  test("says the same of sessions, hidden lines and times", async () => {
    const report = await verified(PACKAGE, { signers: "allowed_signers", authorities: "authority.pem" });
    expect(report.handoff).toMatchObject({
      format: "caisey-package/1",
      handoff: "hnd_0000000000000001",
      client: { name: "Acme Accounting" },
    });
    expect(report.sessions.map(({ session, witnessed }) => [session, witnessed])).toEqual([
      [LIVE, Date.UTC(2026, 10, 20, 8, 0, 16) / 1000],
      [IMPORTED, Date.UTC(2026, 10, 20, 8, 0, 3) / 1000],
      [SHORT, undefined],
    ]);
    expect(report.hidden.map(({ session, seq, field, line, reason }) => [session, seq, field, line, reason])).toEqual([
      [LIVE, 6, "message", 1, "personal-data"],
      [LIVE, 10, "output", 1, "credential"],
      [LIVE, 12, "raw", 0, "credential"],
      [LIVE, 14, "note", 1, "privileged"],
      [LIVE, 14, "note", 2, "third-party"],
      [LIVE, 14, "note", 3, "erased"],
      [LIVE, 15, "todo", 1, "other"],
      [SHORT, 2, "command", 0, "credential"],
      [SHORT, 4, "command", 0, "credential"],
      [SHORT, 5, "output", 0, "credential"],
      [SHORT, 6, "raw", 0, "credential"],
    ]);
    for (const stamp of [report.times.group, report.times.package]) {
      expect(stamp).toMatchObject({ authority: "Sample Time Authority", trusted: true });
      expect(stamp?.time.slice(0, 10)).toBe("2026-11-22");
    }
  });

  test("proves a line that is revealed now", async () => {
    const text = makeText("driver\nlawyer's question\nof another client\nmy own matter", seedOf(`${LIVE}/14/note`));
    const disclosure: Disclosure = {
      format: "caisey-disclosure/1",
      handoff: "hnd_0000000000000001",
      session: LIVE as string,
      seq: 14,
      field: "note",
      line: 1,
      revealed: revealLine(text, 1),
      made: "2027-02-01T00:00:00.000Z",
    };
    expect(places((await verified(PACKAGE, {}, [disclosure])).findings)).toContain(`disclosure/proven ${LIVE}`);
    const other = { ...disclosure, revealed: { ...disclosure.revealed, line: "lawyer's answer" } };
    expect((await verified(PACKAGE, {}, [other])).verdict).toBe("failed");
  });
});
