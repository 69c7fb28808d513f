import { createHash } from "node:crypto";
import { concat, toBase64, utf8 } from "../../../record/bytes.ts";
import type { FindingCode } from "../../../record/finding.ts";
import { encodeVerifierKey, SIGNATURE_TYPE, verifierKey } from "../../../record/key.ts";
import { KEY_STATEMENT_FORMAT, signKeyStatement } from "../../../record/key-statement.ts";
import { encodeNote } from "../../../record/note.ts";
import { ALLOWED_SIGNERS, keyStatementPath, SIGNATURE, TAG_MANIFEST } from "../../../record/path.ts";
import { encodeAllowedSigner, keyBlob, sshSign } from "../../../record/sshsig.ts";
import { type TestKey, testKey } from "../keys.ts";
import { change, changeText, editedHandoff, type Files, ORGANIZATION, samplePackage, seal } from "../sample.ts";
import { resealed } from "./bags.ts";
import { type Base, type Draft, drafts, type Row } from "./base.ts";

const BAD = "origin/signature-bad";
const STATEMENT = "origin/key-statement";
const NAME = ORGANIZATION.key.name;
const OLDER = testKey(NAME, SIGNATURE_TYPE.log, "older");
const OLDEST = testKey(NAME, SIGNATURE_TYPE.log, "oldest");
const STRANGER = testKey("caisey.local/org_stranger", SIGNATURE_TYPE.log);
const FROM = "2026-06-01T00:00:00.000Z";

/** Rows whose files are as they are made: what is signed, or who signed, is the fault. */
function unsealed(group: string, rows: readonly Row[]): Draft[] {
  return rows.map(([name, what, expect, make, also]) => ({ name: `${group}-${name}`, what, expect, also, make }));
}

const trusting = (drafts: Draft[], keys: readonly TestKey[], says?: readonly FindingCode[]): Draft[] =>
  drafts.map((one) => ({ ...one, trust: keys.map(({ key }) => encodeVerifierKey(key)), says }));

/** Faults of the package's signature and of the packed allowed_signers. */
export function signatureVectors({ small }: Base): Draft[] {
  const list = small.get(TAG_MANIFEST) as Uint8Array;
  const text = (by: (text: string) => string) => () => changeText(small, SIGNATURE, by);
  const blob = (parts: Partial<Parts>) => async () => new Map(small).set(SIGNATURE, utf8(armour(await signatureBlob(list, parts))));
  const signers = (by: (text: string) => string) => () => resealed(changeText(small, ALLOWED_SIGNERS, by));

  return [
    ...unsealed("signature", [
      [
        "missing",
        "The package is not signed.",
        "origin/signature-missing",
        () => new Map([...small].filter(([path]) => path !== SIGNATURE)),
      ],
      ["empty", "The signature's file is empty.", BAD, () => change(small, SIGNATURE, () => new Uint8Array())],
      ["flipped", "A bit of the signature is another.", BAD, blob({ flip: true })],
      [
        "over-other-list",
        "The signature is over another list.",
        BAD,
        async () =>
          new Map(small).set(
            SIGNATURE,
            utf8(await sshSign(concat(list, utf8("x")), ORGANIZATION.key.publicKey, ORGANIZATION.sign)),
          ),
      ],
      ["namespace", "The signature is for another use.", BAD, blob({ namespace: "file" })],
      ["namespace-empty", "The signature is for no use.", BAD, blob({ namespace: "" })],
      ["sha256", "The signature is over the list's SHA-256, as it says.", BAD, blob({ hash: "sha256" })],
      ["sha256-hidden", "The signature is over the list's SHA-256, and says SHA-512.", BAD, blob({ digest: "sha256" })],
      ["version", "The signature is of version 2.", BAD, blob({ version: 2 })],
      ["reserved", "The reserved field of the signature is not empty.", BAD, blob({ reserved: "x" })],
      ["key-type", "The signature is by an RSA key, as it says.", BAD, blob({ type: "ssh-rsa" })],
      ["length", "The signature has 63 bytes.", BAD, blob({ short: true })],
      ["after", "There are bytes after the signature.", BAD, blob({ after: "x" })],
      ["key-named", "The signature names another key than the one that made it.", BAD, blob({ named: STRANGER })],
      [
        "truncated",
        "The last line of the armour is missing.",
        BAD,
        text((one) => one.replace("-----END SSH SIGNATURE-----\n", "")),
      ],
      ["cut", "The armoured bytes are cut short.", BAD, text((one) => one.replace(/.{20}\n-----END/, "\n-----END"))],
      ["crlf", "The lines of the armour end with CR LF.", BAD, text((one) => one.replaceAll("\n", "\r\n"))],
      ["line-length", "The lines of the armour have 64 characters.", BAD, blob({ width: 64 })],
      ["text-before", "There is a line before the armour.", BAD, text((one) => `hello\n${one}`)],
      ["text-after", "There is a blank line after the armour.", BAD, text((one) => `${one}\n`)],
      ["twice", "There are two signatures.", BAD, text((one) => one + one)],
      [
        "by-other-key",
        "Another key signed than the one of handoff.json and of allowed_signers.",
        "origin/key-differs",
        blob({ by: STRANGER }),
      ],
      [
        "sealed-by-other-key",
        "Another key signed than the one of handoff.json.",
        "origin/key-differs",
        () => seal(small, STRANGER),
      ],
    ]),
    ...unsealed("allowed-signers", [
      [
        "other-key",
        "The packed allowed_signers names another key.",
        "origin/key-differs",
        signers(() => encodeAllowedSigner({ principal: NAME, publicKey: STRANGER.key.publicKey })),
      ],
      [
        "two-keys",
        "The packed allowed_signers names another key too.",
        "origin/key-differs",
        signers((one) => one + encodeAllowedSigner({ principal: "x", publicKey: STRANGER.key.publicKey })),
      ],
      ["comment", "The packed allowed_signers has a comment.", "origin/key-differs", signers((one) => `# ${one}`)],
      [
        "pattern",
        "The packed allowed_signers lets every name pass.",
        "origin/key-differs",
        signers((one) => one.replace(NAME, "*")),
      ],
      [
        "namespace",
        "The packed allowed_signers lets the key sign anything.",
        "origin/key-differs",
        signers((one) => one.replace(/namespaces="[^"]*" /, "")),
      ],
      ["empty", "The packed allowed_signers is empty.", "origin/key-differs", signers(() => "")],
    ]),
    ...trusting(
      unsealed("trust", [["key", "The reader trusts the key that signed.", "verified", () => small]]),
      [ORGANIZATION, STRANGER],
      ["origin/trusted"],
    ),
    ...trusting(
      unsealed("trust", [
        ["other-key", "The reader trusts another key than the one that signed.", "origin/not-trusted", () => small],
      ]),
      [STRANGER],
    ),
    ...trusting(
      unsealed("trust", [
        [
          "forged",
          "A stranger made the package under the organisation's name.",
          "origin/not-trusted",
          () => samplePackage([], [], testKey(NAME, SIGNATURE_TYPE.log, "forger")),
        ],
      ]),
      [ORGANIZATION],
    ),
  ];
}

const LATER = "2026-07-01T00:00:00.000Z";
/** As handoff.json says of the package. */
const MADE = "2026-11-22T09:30:00.000Z";

/** Faults of the statements by which a key takes an older one's place. */
export function statementVectors({ two, small }: Base): Draft[] {
  const statement = (old: TestKey, next: TestKey, by = old, from = FROM) =>
    signKeyStatement({ old: old.key, new: next.key, from }, by.sign);
  const body = async (text: string, by = OLDER) =>
    encodeNote({ text, signatures: [{ name: NAME, id: by.key.id, signature: await by.sign(utf8(text)) }] });
  const lines = (...of: string[]) => body(of.map((line) => `${line}\n`).join(""));
  const [older, current] = [encodeVerifierKey(OLDER.key), encodeVerifierKey(ORGANIZATION.key)];
  const asWitness = encodeVerifierKey(verifierKey(NAME, SIGNATURE_TYPE.cosignature, ORGANIZATION.key.publicKey));
  const at = async (...notes: [number, Promise<Uint8Array>][]) => {
    const out = new Map(small);
    for (const [n, note] of notes) out.set(keyStatementPath(n), await note);
    return out;
  };
  const one = (note: Promise<Uint8Array>) => () => at([1, note]);

  const chains = drafts("statement", [
    [
      "one",
      "The reader trusts the key before, which says that the present one follows.",
      "verified",
      one(statement(OLDER, ORGANIZATION)),
    ],
    [
      "two",
      "The reader trusts the key before the last one: both say what follows.",
      "verified",
      () => at([1, statement(OLDEST, OLDER)], [2, statement(OLDER, ORGANIZATION)]),
    ],
    ["older-checkpoints", "The logs were signed by the key before.", "verified", () => byOlder(statement(OLDER, ORGANIZATION))],
  ]);
  const faulty = drafts("statement", [
    [
      "signature-bad",
      "The old key's signature does not hold.",
      STATEMENT,
      async () =>
        changeText(await at([1, statement(OLDER, ORGANIZATION)]), keyStatementPath(1), (text) =>
          text.replace("2026-06-01", "2026-06-02"),
        ),
    ],
    ["by-new-key", "The new key signed, in the old one's name.", STATEMENT, one(statement(OLDER, ORGANIZATION, ORGANIZATION))],
    [
      "unsigned",
      "Only a key that nobody knows signed.",
      STATEMENT,
      one(body(`${KEY_STATEMENT_FORMAT}\n${older}\n${current}\n${FROM}\n`, STRANGER)),
    ],
    ["other-name", "The old key is that of another organisation.", STATEMENT, one(statement(STRANGER, ORGANIZATION))],
    [
      "chain-broken",
      "The first statement's new key is not the second one's old key.",
      STATEMENT,
      () => at([1, statement(OLDEST, OLDER)], [2, statement(OLDEST, ORGANIZATION)]),
    ],
    [
      "chain-order",
      "Two statements are in each other's place.",
      STATEMENT,
      () => at([1, statement(OLDER, ORGANIZATION)], [2, statement(OLDEST, OLDER)]),
    ],
    ["chain-end", "The last new key is not the one of handoff.json.", STATEMENT, one(statement(OLDEST, OLDER))],
    ["number-gap", "The first statement has the number 2.", STATEMENT, () => at([2, statement(OLDER, ORGANIZATION)])],
    ["format-unknown", "A statement is of version 2.", STATEMENT, one(lines("caisey-key/2", older, current, FROM))],
    ["line-more", "A statement has a fifth line.", STATEMENT, one(lines(KEY_STATEMENT_FORMAT, older, current, FROM, "x"))],
    ["line-less", "A statement has no time.", STATEMENT, one(lines(KEY_STATEMENT_FORMAT, older, current))],
    [
      "time-malformed",
      "The time of a statement has no milliseconds.",
      STATEMENT,
      one(lines(KEY_STATEMENT_FORMAT, older, current, "2026-06-01T00:00:00Z")),
    ],
    [
      "times-back",
      "The second statement is older than the first one.",
      STATEMENT,
      () => at([1, statement(OLDEST, OLDER, OLDEST, LATER)], [2, statement(OLDER, ORGANIZATION)]),
    ],
    [
      "time-later-than-package",
      "A statement is later than the package.",
      STATEMENT,
      one(statement(OLDER, ORGANIZATION, OLDER, "2026-11-22T09:30:00.001Z")),
    ],
    [
      "times-equal",
      "Two statements and the package are of the same time.",
      "verified",
      () => at([1, statement(OLDEST, OLDER, OLDEST, MADE)], [2, statement(OLDER, ORGANIZATION, OLDER, MADE)]),
    ],
    ["key-malformed", "A key of a statement is none.", STATEMENT, one(lines(KEY_STATEMENT_FORMAT, older, "hello", FROM))],
    [
      "key-of-witness",
      "The new key is of the type that cosigns.",
      STATEMENT,
      one(lines(KEY_STATEMENT_FORMAT, older, asWitness, FROM)),
    ],
    ["not-a-note", "A statement is no note.", STATEMENT, async () => new Map(small).set(keyStatementPath(1), utf8("hello\n"))],
    [
      "file-name",
      "A statement's file has no number.",
      "records/unlisted",
      async () => new Map(small).set("data/records/keys/first.note", await statement(OLDER, ORGANIZATION)),
    ],
    [
      "missing",
      "The logs were signed by the key before, and nothing says that the present one follows.",
      "origin/checkpoint-signature",
      () => byOlder(),
    ],
  ]);
  return [
    ...trusting(chains.slice(0, 1), [OLDER], ["origin/trusted-before"]),
    ...trusting(chains.slice(1, 2), [OLDEST], ["origin/trusted-before"]),
    ...chains.slice(2),
    ...faulty,
  ];

  async function byOlder(note?: Promise<Uint8Array>): Promise<Files> {
    const made = await samplePackage(undefined, undefined, OLDER);
    const own = new Map([...two.keys()].map((path) => [path, made.get(path) as Uint8Array]));
    const handed = editedHandoff(own, (handoff) => ({ ...handoff, from: { ...handoff.from, key: current } }));
    return note === undefined ? handed : handed.set(keyStatementPath(1), await note);
  }
}

interface Parts {
  by: TestKey;
  named: TestKey;
  version: number;
  namespace: string;
  reserved: string;
  /** As it says, and as it is. */
  hash: "sha256" | "sha512";
  digest: "sha256" | "sha512";
  type: string;
  width: number;
  flip: boolean;
  short: boolean;
  after: string;
}

/** An SSHSIG blob (PROTOCOL.sshsig) with any of its parts otherwise. */
async function signatureBlob(message: Uint8Array, parts: Partial<Parts>): Promise<{ blob: Uint8Array; width: number }> {
  const { by = ORGANIZATION, version = 1, namespace = "caisey-handoff", reserved = "", hash = "sha512", width = 70 } = parts;
  const { named = by, digest = hash, type = "ssh-ed25519", flip = false, short = false, after = "" } = parts;
  const hashed = createHash(digest).update(message).digest();
  const head = concat(string(utf8(namespace)), string(utf8(reserved)), string(utf8(hash)));
  const raw = await by.sign(concat(utf8("SSHSIG"), head, string(hashed)));
  const signature = (flip ? raw.with(40, (raw[40] as number) ^ 1) : raw).subarray(0, short ? 63 : 64);
  const key = type === "ssh-ed25519" ? keyBlob(named.key.publicKey) : concat(string(utf8(type)), string(named.key.publicKey));
  const inner = string(concat(string(utf8(type)), string(signature)));
  return { blob: concat(utf8("SSHSIG"), u32(version), string(key), head, inner, utf8(after)), width };
}

function armour({ blob, width }: { blob: Uint8Array; width: number }): string {
  const lines = toBase64(blob).match(new RegExp(`.{1,${width}}`, "g")) ?? [];
  return ["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----", ""].join("\n");
}

function string(bytes: Uint8Array): Uint8Array {
  return concat(u32(bytes.length), bytes);
}

function u32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}
