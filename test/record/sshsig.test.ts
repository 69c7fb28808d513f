import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { concat, fromUtf8, toBase64, utf8 } from "../../record/bytes.ts";
import { publicKeyOf, signWith } from "../../record/key.ts";
import {
  encodeAllowedSigner,
  encodeSshSignature,
  isSshSigned,
  keyBlob,
  parseAllowedSigners,
  parseSshSignature,
  SSHSIG_NAMESPACE,
  type SshSignature,
  sshSign,
} from "../../record/sshsig.ts";
import { anyBytes, bytesOf, mutated } from "./arbitraries.ts";
import { seedOf } from "./keys.ts";
import { expectOneSpelling, thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

const run = promisify(execFile);
const seed = seedOf("ssh");
const publicKey = publicKeyOf(seed);
const sign = (message: Uint8Array) => signWith(seed, message);

const signature: fc.Arbitrary<SshSignature> = fc.record({
  publicKey: bytesOf(32),
  namespace: fc.string({ unit: fc.constantFrom(..."abc-@. "), maxLength: 30 }),
  signature: bytesOf(64),
});

test("any signature comes back", () => {
  fc.assert(
    fc.property(signature, (value) => {
      expect(parseSshSignature(encodeSshSignature(value))).toEqual(value);
    }),
    runs(200),
  );
});

test("whatever is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  let taken = 0;
  const encode = (value: SshSignature) => utf8(encodeSshSignature(value));
  fc.assert(
    fc.property(fc.oneof(anyBytes(), signature.map(encode), mutated(signature.map(encode))), (bytes) => {
      if (expectOneSpelling(bytes, (text) => parseSshSignature(fromUtf8(text)), encode)) taken++;
    }),
    runs(500),
  );
  expect(taken).toBeGreaterThan(0);
});

test("a signature holds for its message, namespace and key only", async () => {
  const made = parseSshSignature(await sshSign(utf8("message"), publicKey, sign));
  expect(isSshSigned(made, utf8("message"))).toBe(true);
  expect(isSshSigned(made, utf8("Message"))).toBe(false);
  expect(isSshSigned(made, utf8("message"), "file")).toBe(false);
  expect(isSshSigned({ ...made, namespace: "file" }, utf8("message"), "file")).toBe(false);
  expect(isSshSigned({ ...made, publicKey: publicKeyOf(seedOf("other")) }, utf8("message"))).toBe(false);
  // A plain signature over the message is none in any namespace.
  expect(isSshSigned({ ...made, signature: sign(utf8("message")) }, utf8("message"))).toBe(false);
});

describe("with ssh-keygen", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "caisey-sshsig-"));
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "theirs", "-f", join(folder, "theirs")]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function verify(message: Uint8Array, armoured: string, signers: string, principal = "caisey.local/org_a") {
    await writeFile(join(folder, "signers"), signers);
    await writeFile(join(folder, "sig"), armoured);
    const started = run("ssh-keygen", [
      ...["-Y", "verify", "-n", SSHSIG_NAMESPACE, "-I", principal],
      ...["-f", join(folder, "signers"), "-s", join(folder, "sig")],
    ]);
    started.child.stdin?.end(message);
    return started.then(
      () => true,
      () => false,
    );
  }

  test("it accepts ours, with our allowed_signers, and no changed one", async () => {
    const signers = encodeAllowedSigner({ principal: "caisey.local/org_a", publicKey });
    for (const length of [0, 1, 1000, 100_000]) {
      const message = new Uint8Array(length).fill(length);
      const armoured = await sshSign(message, publicKey, sign);
      expect(await verify(message, armoured, signers)).toBe(true);
      expect(await verify(concat(message, utf8("x")), armoured, signers)).toBe(false);
      expect(await verify(message, armoured, signers, "someone else")).toBe(false);
    }
    expect(await verify(utf8("a"), await sshSign(utf8("a"), publicKey, sign, "file"), signers)).toBe(false);
  });

  test("we accept its own, of any length, with its own public key file as signer", async () => {
    const theirs = (await readFile(join(folder, "theirs.pub"), "utf8")).trim();
    for (const length of [0, 1, 7, 100_000]) {
      const path = join(folder, `message-${length}`);
      const message = new Uint8Array(length).fill(7);
      await writeFile(path, message);
      await run("ssh-keygen", ["-q", "-Y", "sign", "-n", SSHSIG_NAMESPACE, "-f", join(folder, "theirs"), path]);
      const armoured = await readFile(`${path}.sig`, "utf8");
      const parsed = parseSshSignature(armoured);
      expect(isSshSigned(parsed, message)).toBe(true);
      expect(isSshSigned(parsed, concat(message, utf8("x")))).toBe(false);
      expect(encodeSshSignature(parsed)).toBe(armoured);
      expect(parseAllowedSigners(`them ${theirs}\n`)).toEqual([{ principal: "them", publicKey: parsed.publicKey }]);
    }
  });

  test("what it signed for another purpose is no signature of a package", async () => {
    const path = join(folder, "for-a-file");
    await writeFile(path, "message");
    await run("ssh-keygen", ["-q", "-Y", "sign", "-n", "file", "-f", join(folder, "theirs"), path]);
    const parsed = parseSshSignature(await readFile(`${path}.sig`, "utf8"));
    expect(isSshSigned(parsed, utf8("message"))).toBe(false);
    expect(isSshSigned(parsed, utf8("message"), "file")).toBe(true);
  });

  test("we read a signers file as it does", async () => {
    const message = utf8("message");
    const armoured = await sshSign(message, publicKey, sign);
    const key = `ssh-ed25519 ${toBase64(keyBlob(publicKey))}`;
    for (const line of [
      `org ${key}`,
      `org ${key} a comment`,
      `  org   ${key}`,
      `org\t${key}`,
      `"org" ${key}`,
      `org namespaces="caisey-handoff" ${key}`,
      `org namespaces="file,caisey-handoff" ${key}`,
      `org NAMESPACES="caisey-handoff" ${key}`,
      `org namespaces="caisey-*" ${key}`,
      `org namespaces="caisey-????ff" ${key}`,
      `org namespaces="*,!caisey-handoff" ${key}`,
      `org namespaces="caisey" ${key}`,
      `org namespaces="" ${key}`,
      `org namespaces="file" ${key}`,
      `org cert-authority ${key}`,
      `org cert-authority,namespaces="caisey-handoff" ${key}`,
      `# org ${key}`,
      `org ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7`,
      `# comment\n\norg ${key}`,
    ]) {
      const ours = parseAllowedSigners(`${line}\n`).some((one) => Buffer.from(one.publicKey).equals(publicKey));
      expect([line, ours]).toEqual([line, await verify(message, armoured, `${line}\n`, "org")]);
    }
  });
});

describe("what is refused as a signers file", () => {
  const key = `ssh-ed25519 ${toBase64(keyBlob(publicKey))}`;
  test.each([
    ["a limit in time, which we can't check", `org valid-before="20200101" ${key}`],
    ["another limit in time", `org namespaces="caisey-handoff",valid-after="20200101" ${key}`],
    ["an option that nobody knows", `org trust="yes" ${key}`],
    ["a line without a principal", key],
    ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----"],
    ["any text", "hello"],
  ])("%s", (_, line) => expect(thrownBy(() => parseAllowedSigners(line))?.code).toBe("signers/malformed"));

  test("a key that is cut short, longer, or of another kind than it says", () => {
    const blob = keyBlob(publicKey);
    for (const bad of [blob.subarray(0, -1), concat(blob, new Uint8Array(1)), utf8("hello")]) {
      expect(thrownBy(() => parseAllowedSigners(`org ssh-ed25519 ${toBase64(bad)}`))?.code).toBe("sshsig/malformed");
    }
  });

  test("any text, with nothing else than a RecordError", () => {
    const line = fc.oneof(
      fc.string(),
      mutated(fc.constant(utf8(`org namespaces="a" ${key}\n`))).map((bytes) => Buffer.from(bytes).toString("latin1")),
    );
    fc.assert(
      fc.property(line, (text) => void thrownBy(() => parseAllowedSigners(text))),
      runs(300),
    );
  });

  test("principals that ssh-keygen would take for something else are not written", () => {
    for (const principal of ["#org", "*", "a,b", "!a", "a?", '"a"', "a\\b"]) {
      expect(thrownBy(() => encodeAllowedSigner({ principal, publicKey }))?.code).toBe("signers/malformed");
    }
    expect(thrownBy(() => encodeAllowedSigner({ principal: "a b", publicKey }))?.code).toBe("key/malformed");
  });
});

test.each([
  ["no armour", (text: string) => text.replace(/-----.*-----\n/g, "")],
  ["a blank line in the armour", (text: string) => text.replace("\n", "\n\n")],
  ["carriage returns", (text: string) => text.replaceAll("\n", "\r\n")],
  ["text after the end", (text: string) => `${text}x`],
  ["longer lines", (text: string) => text.replace(/([A-Za-z0-9+/])\n([A-Za-z0-9+/])/, "$1$2")],
])("%s is refused as a signature", async (_, change) => {
  const armoured = await sshSign(utf8("message"), publicKey, sign);
  expect(thrownBy(() => parseSshSignature(change(armoured)))?.code).toBe("sshsig/malformed");
});
