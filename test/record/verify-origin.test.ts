import { beforeAll, describe, expect, test } from "vitest";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { fromUtf8, utf8 } from "../../record/bytes.ts";
import type { Finding } from "../../record/finding.ts";
import { encodeVerifierKey, SIGNATURE_TYPE, verifierKey } from "../../record/key.ts";
import { signKeyStatement } from "../../record/key-statement.ts";
import { ALLOWED_SIGNERS, keyStatementPath, SIGNATURE, TAG_MANIFEST } from "../../record/path.ts";
import { encodeAllowedSigner, sshSign } from "../../record/sshsig.ts";
import { verifyPackage } from "../../record/verify.ts";
import { type TestKey, testKey } from "./keys.ts";
import {
  change,
  changeText,
  editedHandoff,
  type Files,
  IMPORTED,
  LIVE,
  ORGANIZATION,
  readerOf,
  samplePackage,
  seal,
} from "./sample.ts";

const trust = (...keys: TestKey[]) => keys.map(({ key }) => ({ principal: key.name, publicKey: key.publicKey }));
const NAME = ORGANIZATION.key.name;
const OLDER = testKey(NAME, SIGNATURE_TYPE.log, "older");
const OLDEST = testKey(NAME, SIGNATURE_TYPE.log, "oldest");
const STRANGER = testKey("caisey.local/org_stranger", SIGNATURE_TYPE.log);
const FROM = "2026-06-01T00:00:00.000Z";

let files: Files;
beforeAll(async () => {
  files = await samplePackage();
});

async function check(package_: Files, ...trusted: TestKey[]) {
  const report = await verifyPackage(readerOf(package_), {
    hashes: nodeHashes,
    trusted: trusted.length === 0 ? undefined : trust(...trusted),
  });
  return {
    report,
    codes: codesOf(report.findings, "failed"),
    notes: codesOf(report.findings, "note"),
    fine: codesOf(report.findings, "ok"),
  };
}

function codesOf(findings: readonly Finding[], status: Finding["status"]): string[] {
  return [...new Set(findings.filter((one) => one.status === status).map((one) => one.code))].sort();
}

describe("the signature", () => {
  test.each<[string, () => Promise<Files> | Files, string[]]>([
    ["is missing", () => new Map([...files].filter(([path]) => path !== SIGNATURE)), ["origin/signature-missing"]],
    ["is empty", () => change(files, SIGNATURE, () => new Uint8Array()), ["origin/signature-bad"]],
    ["is no signature", () => change(files, SIGNATURE, () => utf8("hello\n")), ["origin/signature-bad"]],
    ["is too large to be one", () => change(files, SIGNATURE, () => new Uint8Array(2_000_000)), ["origin/signature-bad"]],
    [
      "is over another list",
      async () => {
        const other = await samplePackage([LIVE], []);
        return new Map(files).set(SIGNATURE, other.get(SIGNATURE) as Uint8Array);
      },
      ["origin/signature-bad"],
    ],
    [
      "is of another purpose",
      async () => {
        const list = files.get(TAG_MANIFEST) as Uint8Array;
        return new Map(files).set(SIGNATURE, utf8(await sshSign(list, ORGANIZATION.key.publicKey, ORGANIZATION.sign, "file")));
      },
      ["origin/signature-bad"],
    ],
    [
      "is by another key than the packed one, the list being the same",
      async () => {
        const list = files.get(TAG_MANIFEST) as Uint8Array;
        return new Map(files).set(SIGNATURE, utf8(await sshSign(list, STRANGER.key.publicKey, STRANGER.sign)));
      },
      ["origin/key-differs"],
    ],
    [
      "names another key than the one that made it",
      async () => {
        const list = files.get(TAG_MANIFEST) as Uint8Array;
        return new Map(files).set(SIGNATURE, utf8(await sshSign(list, STRANGER.key.publicKey, ORGANIZATION.sign)));
      },
      ["origin/signature-bad"],
    ],
  ])("that %s", async (_, changed, codes) => expect((await check(await changed())).codes).toEqual(codes));

  test("by a key that is not the organisation's", async () => {
    const { codes } = await check(await seal(files, STRANGER), ORGANIZATION);
    expect(codes).toEqual(["origin/key-differs"]);
    // Even for one who trusts that key: the records are another's.
    expect((await check(await seal(files, STRANGER), STRANGER)).codes).toEqual(["origin/key-differs"]);
  });

  test("is not trusted for the packed allowed_signers' sake", async () => {
    const forged = await samplePackage([LIVE, IMPORTED], [], STRANGER);
    expect((await check(forged)).notes).toContain("origin/unknown");
    expect((await check(forged, ORGANIZATION)).codes).toEqual(["origin/not-trusted"]);
  });
});

describe("the packed allowed_signers", () => {
  test.each<[string, (text: string) => string]>([
    ["has another key", () => encodeAllowedSigner({ principal: NAME, publicKey: STRANGER.key.publicKey })],
    ["has another key too", (text) => text + encodeAllowedSigner({ principal: "x", publicKey: STRANGER.key.publicKey })],
    ["has a comment", (text) => `# sign here\n${text}`],
    ["lets anyone's name pass", (text) => text.replace(NAME, "*")],
    ["is empty", () => ""],
  ])("that %s", async (_, by) => {
    // Sealed first: `seal` would put the right file there.
    const changed = changeText(files, ALLOWED_SIGNERS, by);
    expect((await check(changed)).codes).toEqual(["file/changed", "origin/key-differs"]);
  });
});

describe("the organisation's key", () => {
  const withKey = (key: string) => seal(editedHandoff(files, (handoff) => ({ ...handoff, from: { ...handoff.from, key } })));

  test("that can't be read", async () => {
    expect((await check(await withKey("hello"))).codes).toContain("handoff/malformed");
  });

  test("of a witness's type signs neither checkpoints nor packages", async () => {
    const asWitness = verifierKey(NAME, SIGNATURE_TYPE.cosignature, ORGANIZATION.key.publicKey);
    const { codes } = await check(await withKey(encodeVerifierKey(asWitness)));
    expect(codes).toEqual(["handoff/malformed"]);
  });

  test("under another name is another key", async () => {
    const renamed = verifierKey("caisey.local/org_renamed", SIGNATURE_TYPE.log, ORGANIZATION.key.publicKey);
    const { codes } = await check(await withKey(encodeVerifierKey(renamed)));
    expect(codes).toEqual(["origin/checkpoint-signature"]);
  });
});

describe("a key that took the place of another", () => {
  const statement = (old: TestKey, next: TestKey, by = old) =>
    signKeyStatement({ old: old.key, new: next.key, from: FROM }, by.sign);
  const withStatements = async (...statements: Uint8Array[]) =>
    seal(new Map([...files, ...statements.map((bytes, i): [string, Uint8Array] => [keyStatementPath(i + 1), bytes])]));

  test("is trusted by those who trust an earlier one", async () => {
    const chained = await withStatements(await statement(OLDEST, OLDER), await statement(OLDER, ORGANIZATION));
    for (const known of [OLDEST, OLDER]) {
      const { codes, fine, report } = await check(chained, known);
      expect(codes).toEqual([]);
      expect(fine).toContain("origin/trusted-before");
      expect(report.verdicts.origin).toBe("holds");
    }
    expect((await check(chained, ORGANIZATION)).fine).toContain("origin/trusted");
    expect((await check(chained, STRANGER)).codes).toEqual(["origin/not-trusted"]);
    expect((await check(chained)).notes).toContain("origin/unknown");
  });

  test("does not make the older key's holder the signer", async () => {
    const chained = await withStatements(await statement(OLDER, ORGANIZATION));
    expect((await check(await seal(chained, OLDER), OLDER)).codes).toEqual(["origin/key-differs"]);
  });

  test("still has sessions that the older key signed", async () => {
    const before = await samplePackage([LIVE, IMPORTED], [], OLDER);
    const handed = editedHandoff(before, (handoff) => ({
      ...handoff,
      from: { ...handoff.from, key: encodeVerifierKey(ORGANIZATION.key) },
    }));
    expect((await check(await seal(handed), OLDER)).codes).toContain("origin/checkpoint-signature");
    const chained = new Map(handed).set(keyStatementPath(1), await statement(OLDER, ORGANIZATION));
    expect((await check(await seal(chained), OLDER)).codes).toEqual([]);
  });

  test.each<[string, () => Promise<Files>]>([
    ["a statement that the new key signed", async () => withStatements(await statement(OLDER, ORGANIZATION, ORGANIZATION))],
    ["a statement of another organisation", async () => withStatements(await statement(STRANGER, ORGANIZATION))],
    ["a chain with a gap", async () => withStatements(await statement(OLDEST, OLDER), await statement(OLDEST, ORGANIZATION))],
    ["a chain that ends elsewhere", async () => withStatements(await statement(ORGANIZATION, OLDER))],
    ["a chain in another order", async () => withStatements(await statement(OLDER, ORGANIZATION), await statement(OLDEST, OLDER))],
    ["a statement that is none", async () => withStatements(utf8("hello\n"))],
  ])("%s gives no trust, and is told", async (_, changed) => {
    for (const known of [OLDEST, OLDER, STRANGER]) {
      const { codes, report } = await check(await changed(), known);
      expect(codes).toContain("origin/key-statement");
      expect(codes).toContain("origin/not-trusted");
      expect(report.verdicts.origin).toBe("failed");
    }
  });

  test("can't be stated in a package by someone who has only the new key", async () => {
    // A stranger's own package, with a statement copied from a real one.
    const real = await statement(OLDER, ORGANIZATION);
    const forged = await samplePackage([LIVE, IMPORTED], [], STRANGER);
    const { codes } = await check(await seal(new Map(forged).set(keyStatementPath(1), real), STRANGER), OLDER);
    expect(codes).toEqual(["origin/key-statement", "origin/not-trusted"]);
  });
});

test("the sample's own allowed_signers is one line", () => {
  expect(fromUtf8(files.get(ALLOWED_SIGNERS) as Uint8Array)).toBe(
    encodeAllowedSigner({ principal: NAME, publicKey: ORGANIZATION.key.publicKey }),
  );
});
