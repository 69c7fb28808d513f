import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, fromHex, fromUtf8, toBase64, utf8 } from "../../../record/bytes.ts";
import { cosign, encodeCheckpoint, openCheckpoint } from "../../../record/checkpoint.ts";
import { encodeVerifierKey, SIGNATURE_TYPE, signWith, verifierKey } from "../../../record/key.ts";
import { encodeNote, type Note, type NoteSignature } from "../../../record/note.ts";
import { type TestKey, testKey } from "../keys.ts";
import { change, ENDPOINTS, editedHandoff, type Files, ORGANIZATION, SESSIONS } from "../sample.ts";
import {
  type Base,
  CHECKPOINT,
  COSIGNED,
  type Draft,
  drafts,
  ENTRIES,
  edit,
  editNote,
  relog,
  SESSION,
  value,
  WITNESS,
} from "./base.ts";

const MALFORMED = "session/checkpoint-malformed";
const SIGNATURE = "origin/checkpoint-signature";
const COSIGNATURE = "time/cosignature-bad";
const IDENTITY = "session/identity-differs";
const STRANGER = testKey("caisey.local/org_stranger", SIGNATURE_TYPE.log);
/** Points of order 8 and 1 (RFC 8032 section 5.1): adding the first is not seen by who multiplies by 8. */
const TORSION = ed25519.Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
const NEUTRAL = fromHex(`01${"00".repeat(31)}`, 32);

/** Faults of the note that holds a session's checkpoint, and of the signatures on it. */
export function checkpointVectors({ one: files }: Base): Draft[] {
  const { checkpoint, note } = openCheckpoint(files.get(CHECKPOINT) as Uint8Array, ORGANIZATION.key);
  const [origin = "", size = "", root = ""] = note.text.split("\n");
  const body =
    (...lines: string[]) =>
    () =>
      relog(files, { body: lines.map((line) => `${line}\n`).join("") });
  const text = (by: (text: string) => string) => () => change(files, CHECKPOINT, (bytes) => utf8(by(fromUtf8(bytes))));
  const signatures = (by: (all: NoteSignature[]) => NoteSignature[]) => () =>
    editNote(files, CHECKPOINT, (one): Note => ({ ...one, signatures: by(one.signatures) }));
  const first = (by: (one: NoteSignature) => NoteSignature) => signatures(([one, ...rest]) => [by(one as NoteSignature), ...rest]);
  const add = async (key: TestKey, sign = key.sign) => {
    const line = { name: key.key.name, id: key.key.id, signature: await sign(utf8(note.text)) };
    return signatures((all) => [...all, line])();
  };

  return drafts("checkpoint", [
    [
      "missing",
      "A session has no checkpoint.",
      "records/missing",
      () => new Map([...files].filter(([path]) => path !== CHECKPOINT)),
    ],
    ["empty", "The checkpoint's file is empty.", MALFORMED, () => change(files, CHECKPOINT, () => new Uint8Array())],
    ["no-signatures", "There is no line of a signature.", MALFORMED, () => change(files, CHECKPOINT, () => utf8(note.text))],
    ["no-blank-line", "There is no blank line before the signatures.", MALFORMED, text((one) => one.replace("\n\n", "\n"))],
    ["no-newline", "The last line of a signature does not end with a newline.", MALFORMED, text((one) => one.slice(0, -1))],
    ["crlf", "The lines end with CR LF.", MALFORMED, text((one) => one.replaceAll("\n", "\r\n"))],
    ["crlf-signed", "The signed lines end with CR LF.", MALFORMED, body(`${origin}\r`, `${size}\r`, `${root}\r`)],
    [
      "not-utf8",
      "The note is not UTF-8.",
      MALFORMED,
      () => change(files, CHECKPOINT, (bytes) => concat(bytes, Uint8Array.of(0xff, 0x0a))),
    ],
    ["hyphen", "A signature's line begins with a hyphen.", MALFORMED, text((one) => one.replace("\u2014", "-"))],
    ["signature-base64", "A signature is not base64.", MALFORMED, text((one) => one.replace(/=\n$/, "*\n"))],
    [
      "signature-short",
      "A signature's line has the key's id only.",
      MALFORMED,
      first((one) => ({ ...one, signature: new Uint8Array() })),
    ],
    ["text-after", "A line of text comes after the signatures.", MALFORMED, text((one) => `${one}hello\n`)],
    ["key-name", "The name of a key that nobody knows has a + in it.", MALFORMED, text((one) => `${one}\u2014 a+b AAAAAAAA\n`)],
    ["origin-empty", "The signed origin is empty.", MALFORMED, body("", size, root)],
    ["origin-control", "The signed origin has a control character in it.", MALFORMED, body(`${origin}\t`, size, root)],
    ["origin-delete", "The signed origin ends with the character U+007F.", MALFORMED, body(`${origin}\u007f`, size, root)],
    ["size-leading-zero", "The signed size has a leading zero.", MALFORMED, body(origin, `0${size}`, root)],
    ["size-sign", "The signed size has a sign.", MALFORMED, body(origin, `+${size}`, root)],
    ["size-hexadecimal", "The signed size is hexadecimal.", MALFORMED, body(origin, `0x${size}`, root)],
    ["size-unsafe", "The signed size is larger than 2^53-1.", MALFORMED, body(origin, "9007199254740993", root)],
    ["root-short", "The signed root has 31 bytes.", MALFORMED, body(origin, size, toBase64(checkpoint.root.subarray(1)))],
    ["root-not-canonical", "The base64 of the signed root has no padding.", MALFORMED, body(origin, size, root.replace("=", ""))],
    ["extension", "The signed text has a fourth line.", MALFORMED, body(origin, size, root, "extension")],
    ["two-lines", "The signed text has no root.", MALFORMED, body(origin, size)],
    [
      "signed-twice",
      "The organisation's signature is there twice.",
      MALFORMED,
      signatures(([one, ...rest]) => [one as NoteSignature, one as NoteSignature, ...rest]),
    ],
    [
      "origin-other-session",
      "The signed origin is that of another session.",
      IDENTITY,
      () => relog(files, { head: { origin: origin.replace(SESSION, SESSIONS[2]) } }),
    ],
    [
      "origin-other-organisation",
      "The signed origin is that of another organisation.",
      IDENTITY,
      () => relog(files, { head: { origin: origin.replace("org_sample", "org_other") } }),
    ],
    [
      "origin-group",
      "The signed origin is that of the client's group log.",
      IDENTITY,
      () => relog(files, { head: { origin: origin.replace("/session/", "/group/") } }),
    ],
    [
      "signature-bad",
      "The organisation's signature does not hold.",
      SIGNATURE,
      first((one) => ({ ...one, signature: one.signature.with(9, (one.signature[9] as number) ^ 1) })),
    ],
    [
      "signature-length",
      "The organisation's signature is longer by a byte.",
      SIGNATURE,
      first((one) => ({ ...one, signature: concat(one.signature, Uint8Array.of(0)) })),
    ],
    ["signature-missing", "The organisation did not sign.", SIGNATURE, signatures((all) => all.slice(1))],
    [
      "signature-key-id",
      "The id beside the organisation's signature is another.",
      SIGNATURE,
      first((one) => ({ ...one, id: Uint8Array.of(1, 2, 3, 4) })),
    ],
    [
      "signature-key-name",
      "The name beside the organisation's signature is another.",
      SIGNATURE,
      first((one) => ({ ...one, name: "caisey.local/org_other" })),
    ],
    [
      "signature-unknown-key",
      "Only a key that nobody knows signed.",
      SIGNATURE,
      async () => editNote(await add(STRANGER), CHECKPOINT, (one) => ({ ...one, signatures: one.signatures.slice(1) })),
    ],
    [
      "signature-over-other",
      "The organisation's signature is over another checkpoint.",
      SIGNATURE,
      () => signed((message) => ORGANIZATION.sign(concat(message, utf8("x")))),
    ],
    [
      "signature-larger",
      "The number S of a signature is larger by the order of the group.",
      SIGNATURE,
      first((one) => ({ ...one, signature: larger(one.signature) })),
    ],
    ["signature-cofactor", "A signature holds only for those who multiply by 8.", SIGNATURE, () => signed(loose)],
    [
      "by-strangers-too",
      "Two keys that nobody knows signed too, one of them twice.",
      "verified",
      async () => {
        const one = await add(STRANGER);
        return editNote(one, CHECKPOINT, (was) => ({
          ...was,
          signatures: [
            ...was.signatures,
            was.signatures[2] as NoteSignature,
            { name: "x", id: new Uint8Array(4), signature: Uint8Array.of(1) },
          ],
        }));
      },
    ],
  ]).concat(cosignatureVectors(files, note));

  function signed(sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>): Promise<Files> {
    return relog(files, { note: async (of) => noteOf(of, { ...ORGANIZATION, sign }) });
  }
}

function cosignatureVectors(files: Files, note: Note): Draft[] {
  const witness = (by: (one: NoteSignature) => NoteSignature | undefined) => () =>
    editNote(files, CHECKPOINT, (one) => {
      const changed = by(one.signatures[1] as NoteSignature);
      return { ...one, signatures: [one.signatures[0] as NoteSignature, ...(changed === undefined ? [] : [changed])] };
    });
  const cosigned = (line: () => string | Promise<string>) => async () => {
    const only = editNote(files, CHECKPOINT, (one) => ({ ...one, signatures: one.signatures.slice(0, 1) }));
    const added = await line();
    return change(only, CHECKPOINT, (bytes) => utf8(fromUtf8(bytes) + added));
  };
  const other = testKey(WITNESS.key.name, SIGNATURE_TYPE.cosignature, "another key of the machine");

  const unwitnessed: Draft[] = drafts("cosignature", [
    [
      "missing",
      "The machine did not cosign: nothing is wrong, and the times are the recorder's alone.",
      "verified",
      witness(() => undefined),
    ],
    [
      "other-key",
      "Another key cosigned in the machine's name, which counts for nothing.",
      "verified",
      cosigned(() => cosign(note.text, other.key, COSIGNED, other.sign)),
    ],
    [
      "other-name",
      "The machine's key cosigned under another name, which counts for nothing.",
      "verified",
      witness((one) => ({ ...one, name: "caisey.local/org_other" })),
    ],
  ]).map((one) => ({ ...one, says: ["time/not-witnessed"] }));

  return unwitnessed.concat(
    drafts("cosignature", [
      [
        "bad",
        "The cosignature does not hold.",
        COSIGNATURE,
        witness((one) => ({ ...one, signature: one.signature.with(20, (one.signature[20] as number) ^ 1) })),
      ],
      [
        "by-other-key",
        "The cosignature was made with another key than it says.",
        COSIGNATURE,
        cosigned(() => cosign(note.text, WITNESS.key, COSIGNED, other.sign)),
      ],
      [
        "over-other-body",
        "The cosignature is over another checkpoint.",
        COSIGNATURE,
        cosigned(() => cosign(note.text.replace("\n6\n", "\n5\n"), WITNESS.key, COSIGNED, WITNESS.sign)),
      ],
      [
        "of-other-session",
        "The cosignature is that of another session.",
        COSIGNATURE,
        cosigned(() =>
          cosign(
            encodeCheckpoint({
              origin: note.text.split("\n")[0]?.replace(SESSION, SESSIONS[2]) ?? "",
              size: 6,
              root: new Uint8Array(32),
            }),
            WITNESS.key,
            COSIGNED,
            WITNESS.sign,
          ),
        ),
      ],
      [
        "time-changed",
        "The time of the cosignature is another than was signed.",
        COSIGNATURE,
        witness((one) => ({ ...one, signature: one.signature.with(7, (one.signature[7] as number) ^ 1) })),
      ],
      [
        "without-time",
        "The machine signed without a time.",
        COSIGNATURE,
        cosigned(async () => lineOf(WITNESS, await WITNESS.sign(utf8(note.text)))),
      ],
      [
        "longer",
        "The cosignature is longer by a byte.",
        COSIGNATURE,
        witness((one) => ({ ...one, signature: concat(one.signature, Uint8Array.of(0)) })),
      ],
      [
        "time-beyond",
        "The time of the cosignature is in the year 10000.",
        COSIGNATURE,
        cosigned(() => timed(253_402_300_800n, note.text)),
      ],
      [
        "time-enormous",
        "The time of the cosignature is 2^64-1.",
        COSIGNATURE,
        cosigned(() => timed(0xffffffffffffffffn, note.text)),
      ],
      [
        "twice",
        "The cosignature is there twice.",
        COSIGNATURE,
        () =>
          editNote(files, CHECKPOINT, (one) => ({ ...one, signatures: [...one.signatures, one.signatures[1] as NoteSignature] })),
      ],
      [
        "by-organisation",
        "The organisation's own key stands as the machine's.",
        COSIGNATURE,
        () =>
          witnessedBy(files, {
            ...ORGANIZATION,
            key: verifierKey(WITNESS.key.name, SIGNATURE_TYPE.cosignature, ORGANIZATION.key.publicKey),
          }),
      ],
      [
        "small-order-key",
        "The machine's key is a point of small order, under which anything is signed.",
        COSIGNATURE,
        () =>
          witnessedBy(files, {
            seed: WITNESS.seed,
            key: verifierKey(WITNESS.key.name, SIGNATURE_TYPE.cosignature, NEUTRAL),
            sign: anything,
          }),
      ],
      [
        "log-key",
        "The machine's key is of the type that signs logs.",
        COSIGNATURE,
        () => witnessedBy(files, testKey(WITNESS.key.name, SIGNATURE_TYPE.log)),
      ],
    ]),
  );
}

function noteOf(text: string, ...keys: TestKey[]): Promise<Uint8Array> {
  return Promise.all(keys.map(async ({ key, sign }) => ({ name: key.name, id: key.id, signature: await sign(utf8(text)) }))).then(
    (signatures) => encodeNote({ text, signatures }),
  );
}

function lineOf({ key }: TestKey, signature: Uint8Array): string {
  return `\u2014 ${key.name} ${toBase64(concat(key.id, signature))}\n`;
}

/** A cosignature with a time that {@link cosign} refuses, as it refuses those that no clock can have. */
async function timed(time: bigint, text: string): Promise<string> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, time);
  return lineOf(WITNESS, concat(bytes, await WITNESS.sign(utf8(`cosignature/v1\ntime ${time}\n${text}`))));
}

/** The same package, its session opened with this key of the machine, and cosigned with it. */
function witnessedBy(files: Files, witness: TestKey): Promise<Files> {
  const key = encodeVerifierKey(witness.key);
  const named = editedHandoff(files, (handoff) => ({
    ...handoff,
    endpoints: handoff.endpoints.map((one) => (one.endpoint === ENDPOINTS[0] ? { ...one, key } : one)),
  }));
  return relog(
    edit(named, ENTRIES, (all) =>
      all.with(
        0,
        value(all[0], (one) => ({ ...one, endpointKey: key })),
      ),
    ),
    { witness },
  );
}

function larger(signature: Uint8Array): Uint8Array {
  const s = bytesToNumberLE(signature.subarray(32)) + ed25519.Point.Fn.ORDER;
  return concat(signature.subarray(0, 32), numberToBytesLE(s, 32));
}

/** R is off by a point of order 8: 8·S·B = 8·R + 8·k·A holds, S·B = R + k·A does not. */
function loose(message: Uint8Array): Uint8Array {
  const { Point } = ed25519;
  const { scalar } = ed25519.utils.getExtendedPublicKey(ORGANIZATION.seed);
  const secret = bytesToNumberLE(sha512(concat(ORGANIZATION.seed, message))) % Point.Fn.ORDER;
  const r = Point.BASE.multiply(secret).add(TORSION).toBytes();
  const k = bytesToNumberLE(sha512(concat(r, ORGANIZATION.key.publicKey, message))) % Point.Fn.ORDER;
  return concat(r, numberToBytesLE((secret + k * scalar) % Point.Fn.ORDER, 32));
}

/** Holds for any message under the neutral point: S = 0, R = neutral. */
function anything(message: Uint8Array): Uint8Array {
  return message.length === 0 ? signWith(WITNESS.seed, message) : concat(NEUTRAL, new Uint8Array(32));
}
