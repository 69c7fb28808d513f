import { createHash, createPrivateKey, createPublicKey, sign as nodeSign, verify as nodeVerify } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { concat, fromUtf8, toHex, utf8 } from "../../record/bytes.ts";
import {
  encodeVerifierKey,
  isSigned,
  parseVerifierKey,
  publicKeyOf,
  SIGNATURE_TYPE,
  signWith,
  verifierKey,
} from "../../record/key.ts";
import { anyBytes, bytesOf, mutated } from "./arbitraries.ts";
import { expectOneSpelling, thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const privateKey = (seed: Uint8Array) => createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
const publicKey = (raw: Uint8Array) => createPublicKey({ key: Buffer.concat([SPKI, raw]), format: "der", type: "spki" });

const name = fc.string({ unit: fc.constantFrom(..."abcXYZ019./-_:!~"), minLength: 1, maxLength: 20 });
const type = fc.constantFrom(SIGNATURE_TYPE.log, SIGNATURE_TYPE.cosignature);
const key = fc.tuple(name, type, bytesOf(32)).map((parts) => verifierKey(...parts));

test("keys and signatures are those of OpenSSL", () => {
  fc.assert(
    fc.property(bytesOf(32), anyBytes(), (seed, message) => {
      const raw = createPublicKey(privateKey(seed)).export({ format: "der", type: "spki" }).subarray(SPKI.length);
      expect(toHex(publicKeyOf(seed))).toBe(raw.toString("hex"));
      const signature = signWith(seed, message);
      expect(toHex(signature)).toBe(nodeSign(null, message, privateKey(seed)).toString("hex"));
      expect(isSigned(signature, message, publicKeyOf(seed))).toBe(true);
    }),
    runs(10),
  );
});

test("a changed signature, message or key does not hold, here as with OpenSSL", () => {
  fc.assert(
    fc.property(bytesOf(32), bytesOf(4), fc.nat(8 * 100 - 1), (seed, message, bit) => {
      const all = concat(signWith(seed, message), message, publicKeyOf(seed));
      all[bit >> 3] = (all[bit >> 3] as number) ^ (1 << (bit & 7));
      const parts = [all.subarray(0, 64), all.subarray(64, 68), all.subarray(68)] as const;
      expect(isSigned(...parts)).toBe(false);
      expect(nodeVerify(null, parts[1], publicKey(parts[2]), parts[0])).toBe(false);
    }),
    runs(15),
  );
});

test("nothing is thrown at keys and signatures of any length", () => {
  fc.assert(
    fc.property(anyBytes(70), anyBytes(8), anyBytes(40), (signature, message, publicKey) => {
      expect(isSigned(signature, message, publicKey)).toBe(false);
      expect(nodeHashes.isSigned(signature, message, publicKey)).toBe(false);
    }),
    runs(50),
  );
});

describe("signatures that verifiers could take in different ways", () => {
  const { Point } = ed25519;
  const seed = new Uint8Array(32).fill(9);
  const message = utf8("message");
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  /** A point of order 8. */
  const torsion = Point.fromBytes(Buffer.from("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "hex"));
  const challenge = (r: Uint8Array, a: Uint8Array) =>
    bytesToNumberLE(
      createHash("sha512")
        .update(concat(r, a, message))
        .digest(),
    ) % order;

  test("one that holds only when the equation is multiplied by 8", () => {
    const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(seed);
    const nonce = 12345n;
    const r = Point.BASE.multiply(nonce).add(torsion).toBytes();
    const signature = concat(r, numberToBytesLE((nonce + challenge(r, pointBytes) * scalar) % order, 32));
    expect(ed25519.verify(signature, message, pointBytes, { zip215: false })).toBe(true);
    expect(nodeVerify(null, message, publicKey(pointBytes), signature)).toBe(false);
    expect(isSigned(signature, message, pointBytes)).toBe(false);
  });

  test("one by a key of small order, under which any message would be signed", () => {
    const a = Point.ZERO.toBytes();
    const signature = concat(Point.BASE.multiply(7n).toBytes(), numberToBytesLE(7n, 32));
    expect(ed25519.verify(signature, message, a, { zip215: true })).toBe(true);
    expect(isSigned(signature, message, a)).toBe(false);
    expect(nodeHashes.isSigned(signature, message, a)).toBe(false);
  });

  test("one with a second scalar for the same signature", () => {
    const signature = signWith(seed, message);
    const s = bytesToNumberLE(signature.subarray(32)) + order;
    expect(isSigned(concat(signature.subarray(0, 32), numberToBytesLE(s, 32)), message, publicKeyOf(seed))).toBe(false);
  });

  test("whatever holds here holds for OpenSSL, with any torsion in key and nonce", () => {
    fc.assert(
      fc.property(fc.nat(7), fc.nat(7), fc.bigInt(1n, 2n ** 200n), (inKey, inNonce, nonce) => {
        const { scalar } = ed25519.utils.getExtendedPublicKey(seed);
        const times = (n: number) => (n === 0 ? Point.ZERO : torsion.multiplyUnsafe(BigInt(n)));
        const a = Point.BASE.multiply(scalar).add(times(inKey)).toBytes();
        const r = Point.BASE.multiply(nonce).add(times(inNonce)).toBytes();
        const signature = concat(r, numberToBytesLE((nonce + challenge(r, a) * scalar) % order, 32));
        const holds = isSigned(signature, message, a);
        expect(holds).toBe(nodeVerify(null, message, publicKey(a), signature));
        expect(nodeHashes.isSigned(signature, message, a)).toBe(holds);
        if (holds) expect(ed25519.verify(signature, message, a, { zip215: false })).toBe(true);
      }),
      runs(30),
    );
  });
});

test("a verifier key comes back, and its id is what C2SP says", () => {
  fc.assert(
    fc.property(key, (value) => {
      expect(parseVerifierKey(encodeVerifierKey(value))).toEqual(value);
      const id = createHash("sha256")
        .update(Buffer.concat([utf8(value.name), Uint8Array.of(0x0a, value.type), value.publicKey]))
        .digest();
      expect(toHex(value.id)).toBe(id.subarray(0, 4).toString("hex"));
    }),
    runs(100),
  );
});

test("whatever is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  let taken = 0;
  const encode = (value: Parameters<typeof encodeVerifierKey>[0]) => utf8(encodeVerifierKey(value));
  const same = key.map(encode);
  fc.assert(
    fc.property(fc.oneof(anyBytes(), mutated(same), same), (bytes) => {
      if (expectOneSpelling(bytes, (text) => parseVerifierKey(fromUtf8(text)), encode)) taken++;
    }),
    runs(300),
  );
  expect(taken).toBeGreaterThan(0);
});

describe("what is refused as a verifier key", () => {
  const good = encodeVerifierKey(verifierKey("caisey.local/org_a", SIGNATURE_TYPE.log, new Uint8Array(32).fill(1)));
  test.each([
    ["another id", good.replace(/\+[0-9a-f]{8}\+/, "+00000000+")],
    ["an id in upper case", good.replace(/\+[0-9a-f]{8}\+/, (id) => id.toUpperCase())],
    ["a key of another type", good.replace("+AQ", "+Ag")],
    ["no padding", `${good}=`],
    ["a name with a space", `a b${good}`],
    ["another name", `x${good}`],
    ["no name", good.slice(good.indexOf("+"))],
    ["two parts", good.slice(good.indexOf("+") + 1)],
    ["a newline", `${good}\n`],
    ["nothing", ""],
  ])("%s", (_, text) => expect(thrownBy(() => parseVerifierKey(text))?.code).toBe("key/malformed"));

  test("names and keys that can't be written", () => {
    for (const bad of ["", "a b", "a+b", "a\nb", "é", "a\u007f", "x".repeat(201)]) {
      expect(thrownBy(() => verifierKey(bad, SIGNATURE_TYPE.log, new Uint8Array(32)))?.code).toBe("key/malformed");
    }
    expect(thrownBy(() => verifierKey("a", SIGNATURE_TYPE.log, new Uint8Array(31)))?.code).toBe("key/malformed");
  });
});
