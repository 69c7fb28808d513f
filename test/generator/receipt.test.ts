import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeVerifierKey, SIGNATURE_TYPE } from "../../record/key.ts";
import { encodeReceipt, RECEIPT_NAMESPACE } from "../../record/receipt.ts";
import { encodeAllowedSigner, sshSign } from "../../record/sshsig.ts";
import { testKey } from "../record/keys.ts";

const MAIN = resolve(import.meta.dirname, "../../generator/receipt/main.ts");
const { key, sign } = testKey("caisey.test/org_northwind", SIGNATURE_TYPE.log);
let folder: string;

function run(program: string, args: string[], input?: Uint8Array): Promise<{ status: number; out: string }> {
  return new Promise((done) => {
    const child = execFile(program, args, { cwd: folder }, (error, stdout, stderr) =>
      done({ status: error === null ? 0 : Number(error.code), out: stdout + stderr }),
    );
    child.stdin?.end(input ?? "");
  });
}
const receipt = (...args: string[]) => run(process.execPath, [MAIN, ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caisey-receipt-"));
  const zip = new TextEncoder().encode("stands for a ZIP");
  const bytes = encodeReceipt({
    format: "caisey-receipt/1",
    receipt: "rcp_0123456789abcdef",
    handoff: "hnd_0000000000000001",
    package: { sha256: createHash("sha256").update(zip).digest("hex"), bytes: zip.length },
    at: "2026-11-22T09:30:00.000Z",
    organization: "Northwind IT",
    key: encodeVerifierKey(key),
    link: "Contoso IT",
    name: "Jörg Müller",
    company: "Contoso",
    statement: "Received.\n\u001b[31mred",
  });
  await writeFile(join(folder, "package.zip"), zip);
  await writeFile(join(folder, "receipt.json"), bytes);
  await writeFile(join(folder, "receipt.json.sig"), await sshSign(bytes, key.publicKey, sign, RECEIPT_NAMESPACE));
  const signer = encodeAllowedSigner({ principal: key.name, publicKey: key.publicKey }, ["caisey-handoff", RECEIPT_NAMESPACE]);
  await writeFile(join(folder, "signers"), signer);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("is checked by the command", async () => {
  const { status, out } = await receipt("receipt.json", "--signers", "signers", "--package", "package.zip");
  expect([status, out]).toEqual([0, expect.stringContaining("signed by a key that you trust")]);
  expect(out).toContain("the receipt is of this package");
  expect(out).not.toContain("\u001b");
  const json = await receipt("receipt.json", "--json");
  expect([json.status, JSON.parse(json.out)]).toMatchObject([0, { verdict: "untrusted", package: "not-checked" }]);
});

test("and by ssh-keygen alone", async () => {
  const args = ["-Y", "verify", "-f", "signers", "-I", key.name, "-n", RECEIPT_NAMESPACE, "-s", "receipt.json.sig"];
  const bytes = await readFile(join(folder, "receipt.json"));
  expect(await run("ssh-keygen", args, bytes)).toMatchObject({ status: 0, out: expect.stringContaining("Good") });
  expect((await run("ssh-keygen", args, Buffer.concat([bytes, Buffer.from("\n")]))).status).not.toBe(0);
});

test("fails for other words, another package, another key; and can't be read without a signature", async () => {
  const text = await readFile(join(folder, "receipt.json"), "utf8");
  await writeFile(join(folder, "changed.json"), text.replace("Contoso IT", "Contoso AG"));
  expect((await receipt("changed.json", "--signature", "receipt.json.sig", "--signers", "signers")).status).toBe(1);
  expect((await receipt("receipt.json", "--package", "signers")).status).toBe(1);
  const other = testKey(key.name, SIGNATURE_TYPE.log, "another").key;
  await writeFile(join(folder, "others"), encodeAllowedSigner({ principal: other.name, publicKey: other.publicKey }));
  expect((await receipt("receipt.json", "--signers", "others")).status).toBe(1);
  expect((await receipt("changed.json")).status).toBe(2);
  expect((await receipt("signers", "--signature", "receipt.json.sig")).status).toBe(2);
  expect((await receipt()).status).toBe(2);
});
