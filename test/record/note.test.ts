import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../record/bytes.ts";
import { isSigned, parseVerifierKey, SIGNATURE_TYPE } from "../../record/key.ts";
import { encodeNote, encodeSignature, type Note, parseNote, parseSignature, signatureBy } from "../../record/note.ts";
import { anyBytes, bytesOf, mutated } from "./arbitraries.ts";
import { testKey } from "./keys.ts";
import { expectOneSpelling, thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

const note: fc.Arbitrary<Note> = fc.record({
  text: fc
    .string({ unit: fc.oneof(fc.constantFrom("\n", "a", " ", "\u2014", "+"), fc.string({ unit: "binary", maxLength: 1 })) })
    .map((text) => `${[...text].filter((c) => c === "\n" || (c >= " " && c !== "\u007f")).join("")}\n`),
  signatures: fc.array(
    fc.record({
      name: fc.string({ unit: fc.constantFrom(..."abc.-/019"), minLength: 1, maxLength: 12 }),
      id: bytesOf(4),
      signature: fc.uint8Array({ minLength: 1, maxLength: 72 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

test("any note comes back", () => {
  fc.assert(
    fc.property(note, (value) => {
      expect(parseNote(encodeNote(value))).toEqual(value);
      for (const signature of value.signatures) expect(parseSignature(encodeSignature(signature).slice(0, -1))).toEqual(signature);
    }),
    runs(200),
  );
});

test("whatever is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(anyBytes(), note.map(encodeNote), mutated(note.map(encodeNote))), (bytes) => {
      if (expectOneSpelling(bytes, parseNote, encodeNote)) taken++;
    }),
    runs(500),
  );
  expect(taken).toBeGreaterThan(0);
});

test.each([
  [
    "the C2SP specification",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
  ],
  [
    "Go's sumdb/note",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
  ],
])("the sample of %s holds", (_, vkey, text) => {
  const parsed = parseNote(utf8(text));
  const key = parseVerifierKey(vkey);
  const signature = signatureBy(parsed, key)?.signature ?? new Uint8Array();
  expect(isSigned(signature, utf8(parsed.text), key.publicKey)).toBe(true);
  expect(isSigned(signature, utf8(`${parsed.text}\n`), key.publicKey)).toBe(false);
  expect(encodeNote(parsed)).toEqual(utf8(text));
});

describe("what is refused", () => {
  const line = encodeSignature({ name: "a", id: new Uint8Array(4), signature: new Uint8Array(64) });
  test.each([
    ["no signature", "text\n"],
    ["no signature after the blank line", "text\n\n"],
    ["no blank line", `text\n${line}`],
    ["no newline at the end", `text\n\n${line}`.slice(0, -1)],
    ["a carriage return", `text\r\n\n${line}`],
    ["a control character in the text", `te\u0007xt\n\n${line}`],
    ["a deleted character in the text", `te\u007fxt\n\n${line}`],
    ["something before the dash", `text\n\n ${line}`],
    ["a hyphen for the dash", `text\n\n${line.replace("\u2014", "-")}`],
    ["two spaces", `text\n\n${line.replace(" a ", "  a ")}`],
    ["a tab", `text\n\n${line.replace(" a ", "\ta ")}`],
    ["more than 100 signatures", `text\n\n${line.repeat(101)}`],
    ["more than a mebibyte", `${"text\n".repeat(300_000)}\n${line}`],
  ])("%s", (_, text) => expect(thrownBy(() => parseNote(utf8(text)))?.code).toBe("note/malformed"));

  test("a signature in base64 of another spelling, or too short for a key id", () => {
    expect(thrownBy(() => parseSignature(`${line.trimEnd()}=`))?.code).toBe("base64/malformed");
    expect(thrownBy(() => parseSignature("\u2014 a AAAAAA=="))?.code).toBe("note/malformed");
    expect(thrownBy(() => parseSignature("\u2014 a+b AAAAAAA="))?.code).toBe("note/malformed");
  });

  test("text that can't be encoded", () => {
    for (const text of ["", "no newline", "tab\t\n", "\u0000\n"]) {
      expect(thrownBy(() => encodeNote({ text, signatures: [] }))?.code).toBe("note/malformed");
    }
  });
});

test("a signature is found by name and id, and once only", () => {
  const { key } = testKey("a", SIGNATURE_TYPE.log);
  const own = { name: "a", id: key.id, signature: new Uint8Array(64) };
  const others = [
    { ...own, name: "b" },
    { ...own, id: key.id.map((byte) => byte ^ 1) },
  ];
  const text = "text\n";
  expect(signatureBy({ text, signatures: [...others, own] }, key)).toBe(own);
  expect(signatureBy({ text, signatures: others }, key)).toBeUndefined();
  expect(thrownBy(() => signatureBy({ text, signatures: [own, own] }, key))?.code).toBe("note/malformed");
});
