import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromUtf8, utf8 } from "../../record/bytes.ts";
import { RecordError } from "../../record/error.ts";
import { encodeVerifierKey, SIGNATURE_TYPE } from "../../record/key.ts";
import { checkReceipt, encodeReceipt, parseReceipt, RECEIPT_NAMESPACE, type Receipt } from "../../record/receipt.ts";
import { encodeAllowedSigner, parseAllowedSigners, sshSign } from "../../record/sshsig.ts";
import { testKey } from "./keys.ts";
import { runs } from "./runs.ts";

const { key, sign } = testKey("caisey.test/org_northwind", SIGNATURE_TYPE.log);
const other = testKey("caisey.test/org_northwind", SIGNATURE_TYPE.log, "another");
const receipt: Receipt = {
  format: "caisey-receipt/1",
  receipt: "rcp_0123456789abcdef",
  handoff: "hnd_0000000000000001",
  package: { sha256: "ab".repeat(32), bytes: 1234 },
  at: "2026-11-22T09:30:00.000Z",
  organization: "Northwind IT",
  key: encodeVerifierKey(key),
  link: "Contoso IT",
  name: "Jörg Müller",
  company: "Contoso",
  statement: "We have received this package.\nThank you.",
};
const trusted = [{ principal: key.name, publicKey: key.publicKey }];
const signed = async (value = receipt, by = { key, sign }, namespace = RECEIPT_NAMESPACE) =>
  utf8(await sshSign(encodeReceipt(value), by.key.publicKey, by.sign, namespace));

describe("a receipt", () => {
  test("is one line of canonical JSON, and reads as it was written", () => {
    const bytes = encodeReceipt(receipt);
    expect(fromUtf8(bytes).split("\n")).toHaveLength(2);
    expect(parseReceipt(bytes)).toEqual(receipt);
    expect(encodeReceipt(parseReceipt(bytes))).toEqual(bytes);
  });

  test("whatever is read is written the same again", () => {
    const text = (most: number) => fc.string({ unit: "grapheme", minLength: 1, maxLength: most }).filter((s) => s.isWellFormed());
    fc.assert(
      fc.property(text(20), text(20), text(60), fc.nat({ max: 2 ** 50 }), (name, company, statement, bytes) => {
        const value = { ...receipt, name, company, statement, package: { ...receipt.package, bytes: bytes + 1 } };
        expect(parseReceipt(encodeReceipt(value))).toEqual(value);
      }),
      runs(100),
    );
  });

  test("is signed by the key that it names", async () => {
    const bytes = encodeReceipt(receipt);
    expect(checkReceipt(bytes, await signed(), trusted)).toEqual({ receipt, verdict: "signed" });
    expect(checkReceipt(bytes, await signed(), undefined).verdict).toBe("untrusted");
    expect(
      checkReceipt(bytes, await signed(), [{ ...trusted[0], principal: "caisey.test/org_x", publicKey: key.publicKey }]).verdict,
    ).toBe("untrusted");
    expect(checkReceipt(bytes, await signed(), [{ principal: key.name, publicKey: other.key.publicKey }]).verdict).toBe(
      "untrusted",
    );
  });

  test("is not, when anything else was signed, by another, or for another purpose", async () => {
    const bytes = encodeReceipt(receipt);
    for (const signature of [
      await signed({ ...receipt, statement: "We have received nothing." }),
      await signed(receipt, other),
      await signed(receipt, { key, sign: other.sign }),
      await signed(receipt, { key, sign }, "caisey-handoff"),
    ]) {
      expect(checkReceipt(bytes, signature, trusted).verdict).toBe("not-signed");
    }
  });

  test.each<[string, (text: string) => string]>([
    ["no newline", (text) => text.trimEnd()],
    ["white space", (text) => text.replace(":", ": ")],
    ["another format", (text) => text.replace("caisey-receipt/1", "caisey-receipt/2")],
    ["one field more", (text) => text.replace('{"at"', '{"aa":1,"at"')],
    ["one field less", (text) => text.replace('"company":"Contoso",', "")],
    ["an empty name", (text) => text.replace("Jörg Müller", "")],
    ["another kind of key", (text) => text.replace(receipt.key, encodeVerifierKey(testKey("x", SIGNATURE_TYPE.cosignature).key))],
    ["no key", (text) => text.replace(receipt.key, "nobody")],
    ["a fraction", (text) => text.replace("1234", "12.34")],
    ["two lines", (text) => `${text}\n`],
  ])("with %s is refused", (_, change) => {
    const changed = change(fromUtf8(encodeReceipt(receipt)));
    expect(changed).not.toBe(fromUtf8(encodeReceipt(receipt)));
    expect(() => parseReceipt(utf8(changed))).toThrow(RecordError);
  });
});

test("a signer of receipts is not one of packages, unless the file says so", () => {
  const line = (...namespaces: string[]) => encodeAllowedSigner({ principal: key.name, publicKey: key.publicKey }, namespaces);
  const both = line("caisey-handoff", RECEIPT_NAMESPACE);
  for (const namespace of ["caisey-handoff", RECEIPT_NAMESPACE]) expect(parseAllowedSigners(both, namespace)).toEqual(trusted);
  expect(parseAllowedSigners(line(RECEIPT_NAMESPACE))).toEqual([]);
  expect(parseAllowedSigners(line("caisey-handoff"), RECEIPT_NAMESPACE)).toEqual([]);
});
