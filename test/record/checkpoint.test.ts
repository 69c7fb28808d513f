import { createPublicKey, verify as nodeVerify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromUtf8, utf8 } from "../../record/bytes.ts";
import {
  type Checkpoint,
  cosign,
  cosignatureMessage,
  cosignedAt,
  encodeCheckpoint,
  groupOrigin,
  openCheckpoint,
  parseCheckpoint,
  sameCheckpoint,
  sessionOrigin,
  signCheckpoint,
} from "../../record/checkpoint.ts";
import { SIGNATURE_TYPE, verifierKey } from "../../record/key.ts";
import { encodeNote, encodeSignature, parseNote, parseSignature } from "../../record/note.ts";
import { anyBytes, bytesOf, mutated } from "./arbitraries.ts";
import { testKey } from "./keys.ts";
import { expectOneSpelling, rejectionOf, thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

const log = testKey("caisey.local/org_a", SIGNATURE_TYPE.log);
const witness = testKey("caisey.local/org_a/end_b", SIGNATURE_TYPE.cosignature);
const checkpoint: fc.Arbitrary<Checkpoint> = fc.record({
  origin: fc.string({ unit: fc.constantFrom(..."abc./_ é"), minLength: 1, maxLength: 20 }),
  size: fc.maxSafeNat(),
  root: bytesOf(32),
});
const sample: Checkpoint = { origin: sessionOrigin(log.key.name, "ses_1"), size: 3, root: new Uint8Array(32).fill(5) };

/** A sample note that both signed. */
async function signedNote(time = 1_700_000_000): Promise<Uint8Array> {
  const line = await cosign(encodeCheckpoint(sample), witness.key, time, witness.sign);
  return concat(await signCheckpoint(sample, log.key, log.sign), utf8(line));
}

test("any checkpoint comes back", () => {
  fc.assert(
    fc.property(checkpoint, checkpoint, (value, other) => {
      expect(parseCheckpoint(encodeCheckpoint(value))).toEqual(value);
      expect(sameCheckpoint(value, other)).toBe(encodeCheckpoint(value) === encodeCheckpoint(other));
    }),
    runs(200),
  );
});

test("whatever is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  let taken = 0;
  const encode = (value: Checkpoint) => utf8(encodeCheckpoint(value));
  fc.assert(
    fc.property(fc.oneof(anyBytes(), checkpoint.map(encode), mutated(checkpoint.map(encode))), (bytes) => {
      if (expectOneSpelling(bytes, (text) => parseCheckpoint(fromUtf8(text)), encode)) taken++;
    }),
    runs(300),
  );
  expect(taken).toBeGreaterThan(0);
});

test.each([
  ["an extension line", (body: string) => `${body}more\n`],
  ["no newline at the end", (body: string) => body.slice(0, -1)],
  ["a size with a leading zero", (body: string) => body.replace("\n3\n", "\n03\n")],
  ["a negative size", (body: string) => body.replace("\n3\n", "\n-3\n")],
  ["a size that is no safe integer", (body: string) => body.replace("\n3\n", "\n9007199254740993\n")],
  ["no origin", (body: string) => body.slice(body.indexOf("\n"))],
  ["a size in hexadecimal", (body: string) => body.replace("\n3\n", "\n0x3\n")],
])("%s is refused", (_, change) =>
  expect(thrownBy(() => parseCheckpoint(change(encodeCheckpoint(sample))))?.code).toBe("checkpoint/malformed"),
);

test.each<Partial<Checkpoint>>([
  { origin: "" },
  { origin: "a\nb" },
  { size: -1 },
  { size: 0.5 },
  { size: Number.NaN },
  { size: 2 ** 53 },
  { root: new Uint8Array(31) },
])("%j is not signed", async (change) => {
  expect((await rejectionOf(() => signCheckpoint({ ...sample, ...change }, log.key, log.sign)))?.code).toBe("checkpoint/malformed");
});

test("a signed and cosigned checkpoint opens, and says when it was witnessed", async () => {
  const { checkpoint: opened, note } = openCheckpoint(await signedNote(), log.key);
  expect(opened).toEqual(sample);
  expect(cosignedAt(note, witness.key)).toBe(1_700_000_000);
  expect(cosignedAt(note, testKey("caisey.local/org_a/end_c", SIGNATURE_TYPE.cosignature).key)).toBeUndefined();
});

test("both signatures are plain Ed25519 over the bytes that C2SP names", async () => {
  const note = parseNote(await signedNote());
  const node = (raw: Uint8Array) =>
    createPublicKey({ key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]), format: "der", type: "spki" });
  const body = `caisey.local/org_a/session/ses_1\n3\n${Buffer.alloc(32, 5).toString("base64")}\n`;
  const [first, second] = note.signatures.map(({ signature }) => signature);
  expect(first && nodeVerify(null, Buffer.from(body), node(log.key.publicKey), first)).toBe(true);
  expect(second?.length).toBe(72);
  expect(Buffer.from(second ?? []).readBigUInt64BE(0)).toBe(1_700_000_000n);
  const message = Buffer.from(`cosignature/v1\ntime 1700000000\n${body}`);
  expect(second && nodeVerify(null, message, node(witness.key.publicKey), second.subarray(8))).toBe(true);
});

test("any change of a signed checkpoint is found, or changes nothing that was signed", async () => {
  const bytes = await signedNote();
  const { note } = openCheckpoint(bytes, log.key);
  fc.assert(
    fc.property(mutated(fc.constant(bytes)), (changed) => {
      let opened: ReturnType<typeof openCheckpoint> | undefined;
      const error = thrownBy(() => {
        opened = openCheckpoint(changed, log.key);
        cosignedAt(opened.note, witness.key);
      });
      if (error === undefined) expect(opened?.note.text).toBe(note.text);
    }),
    runs(60),
  );
});

test("a changed signature by a known key is refused, one by an unknown key passed over", async () => {
  const note = parseNote(await signedNote());
  const [own, other] = note.signatures;
  if (own === undefined || other === undefined) throw new Error("expected two signatures");
  const broken = { ...own, signature: own.signature.map((byte, i) => (i === 9 ? byte ^ 1 : byte)) };
  const late = { ...other, signature: other.signature.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) };
  const encode = (...signatures: (typeof own)[]) => encodeNote({ text: note.text, signatures });
  expect(thrownBy(() => openCheckpoint(encode(broken, other), log.key))?.code).toBe("note/bad-signature");
  expect(thrownBy(() => openCheckpoint(encode(other), log.key))?.code).toBe("note/no-known-signature");
  expect(thrownBy(() => openCheckpoint(encode(own, own), log.key))?.code).toBe("note/malformed");
  const stranger = { name: "stranger", id: new Uint8Array(4), signature: new Uint8Array(3) };
  expect(openCheckpoint(encode(stranger, own), log.key).checkpoint).toEqual(sample);
  expect(thrownBy(() => cosignedAt(openCheckpoint(encode(own, late), log.key).note, witness.key))?.code).toBe("note/bad-signature");
});

test("one of several keys is enough, but none that is there may fail", async () => {
  const older = testKey("caisey.local/org_a", SIGNATURE_TYPE.log, "older");
  const own = await signCheckpoint(sample, log.key, log.sign);
  expect(openCheckpoint(own, older.key, log.key).checkpoint).toEqual(sample);
  expect(thrownBy(() => openCheckpoint(own, older.key))?.code).toBe("note/no-known-signature");
  expect(thrownBy(() => openCheckpoint(own))?.code).toBe("note/no-known-signature");
  const wrong = encodeSignature({ name: older.key.name, id: older.key.id, signature: new Uint8Array(64) });
  expect(thrownBy(() => openCheckpoint(concat(own, utf8(wrong)), older.key, log.key))?.code).toBe("note/bad-signature");
});

describe("what a signature means is part of the key", () => {
  test("a witness's key signs no checkpoint, a log's cosigns none", async () => {
    const asLog = verifierKey(log.key.name, SIGNATURE_TYPE.cosignature, log.key.publicKey);
    const note = await signCheckpoint(sample, asLog, log.sign);
    expect(thrownBy(() => openCheckpoint(note, asLog))?.code).toBe("key/malformed");
    expect(thrownBy(() => cosignedAt(parseNote(note), log.key))?.code).toBe("key/malformed");
  });

  test("a signature over a checkpoint is no cosignature, and none of another time or body", async () => {
    const body = encodeCheckpoint(sample);
    const time = 1_700_000_000;
    const line = (signature: Uint8Array, at = time) => {
      const stamp = new Uint8Array(8);
      new DataView(stamp.buffer).setBigUint64(0, BigInt(at));
      return { name: witness.key.name, id: witness.key.id, signature: concat(stamp, signature) };
    };
    const noteOf = (one: ReturnType<typeof line>) => ({ text: body, signatures: [one] });
    const good = await witness.sign(cosignatureMessage(time, body));
    expect(cosignedAt(noteOf(line(good)), witness.key)).toBe(time);
    for (const bad of [
      line(await witness.sign(utf8(body))),
      line(good, time + 1),
      line(await witness.sign(cosignatureMessage(time, body.replace("\n3\n", "\n4\n")))),
      line(good.subarray(1)),
      line(concat(good, new Uint8Array(1))),
    ]) {
      expect(thrownBy(() => cosignedAt(noteOf(bad), witness.key))?.code).toBe("note/bad-signature");
    }
  });

  test.each([-1, 0.5, Number.NaN, Infinity, 253_402_300_800])("%d is not a time to cosign at", async (time) => {
    const body = encodeCheckpoint(sample);
    expect((await rejectionOf(() => cosign(body, witness.key, time, witness.sign)))?.code).toBe("checkpoint/malformed");
  });

  test("a time past the year 9999 is not believed", () => {
    const stamp = new Uint8Array(72).fill(0xff);
    const note = { text: encodeCheckpoint(sample), signatures: [{ name: witness.key.name, id: witness.key.id, signature: stamp }] };
    expect(thrownBy(() => cosignedAt(note, witness.key))?.code).toBe("note/bad-signature");
  });
});

test("a cosignature line is one signature line", async () => {
  const line = await cosign(encodeCheckpoint(sample), witness.key, 5, witness.sign);
  expect(parseSignature(line.trimEnd()).name).toBe(witness.key.name);
  expect(groupOrigin("a", "grp_1")).toBe("a/group/grp_1");
});
