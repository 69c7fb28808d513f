import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concat, fromHex, utf8 } from "../../../record/bytes.ts";
import { GROUP_CHECKPOINT, GROUP_TIMESTAMP, SIGNATURE, TIMESTAMP } from "../../../record/path.ts";
import { Authority } from "../authority.ts";
import type { Files } from "../sample.ts";
import { type Base, type Draft, drafts, type Row } from "./base.ts";

const BAD = "time/token-bad";
/** Files beside the vectors: certificates of the authority, and of another one. */
const AUTHORITY = "authority.pem";
const OTHER = "other-authority.pem";

/** Time-stamp responses by name, as they were made once: they hold the time at which they are made, so each making is another. */
export type Tokens = ReadonlyMap<string, Uint8Array>;

/** Faults of the time stamps over the group log's head, and over the package's signature. */
export function tokenVectors({ small }: Base, tokens: Tokens): Draft[] {
  const token = (name: string) => {
    const found = tokens.get(name);
    if (found === undefined) throw new Error(`expected a token ${name}; make.ts --tokens makes them`);
    return found;
  };
  const group = (bytes: () => Uint8Array) => () => new Map(small).set(GROUP_TIMESTAMP, bytes());
  const named = (name: string) => group(() => token(name));
  const flipped = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes.at(at) as number) ^ 1);
  const rows: Row[] = [
    ["over-other", "The token is over other bytes.", BAD, named("package")],
    ["signature-bad", "The authority's signature does not hold.", BAD, group(() => flipped(token("group"), -1))],
    ["time-changed", "The time of a token is another than was signed.", BAD, group(() => changedTime(token("group")))],
    ["empty", "The token's file is empty.", BAD, group(() => new Uint8Array())],
    ["not-der", "The token is no DER.", BAD, group(() => utf8("hello\n"))],
    ["truncated", "The token is cut short.", BAD, group(() => token("group").subarray(0, -1))],
    ["after", "There is a byte after the token.", BAD, group(() => concat(token("group"), Uint8Array.of(0)))],
    ["rejected", "The authority refused to give a token.", BAD, group(() => fromHex("30053003020102", 7))],
    ["sha512", "The token is over the SHA-512 of the file.", BAD, named("sha512")],
    ["no-certificate", "The token has no certificate.", BAD, named("no-certificate")],
    ["named-sha1", "The token names its certificate by SHA-1.", BAD, named("named-sha1")],
    ["usage", "The certificate may sign code too.", BAD, named("usage")],
    ["usage-not-critical", "The certificate is for time stamps, but not by all means.", BAD, named("usage-not-critical")],
  ];
  const good: Row[] = [["group", "A trusted authority stamped the log's head.", "verified", named("group")]];
  const unknown: Row[] = [["authority-unknown", "The reader names no authority.", "verified", named("group")]];
  const other: Row[] = [["authority-other", "The reader trusts another authority.", "time/token-not-trusted", named("group")]];
  return [
    ...drafts("token", good).map((one): Draft => ({ ...one, authority: AUTHORITY, says: ["time/token"] })),
    {
      name: "token-package",
      what: "A trusted authority stamped the package's signature.",
      expect: "verified",
      authority: AUTHORITY,
      says: ["time/token"],
      // In no list: it comes after the signature.
      make: () => new Map(small).set(TIMESTAMP, token("package")),
    },
    {
      name: "token-package-over-other",
      what: "The token beside the package's signature is over other bytes.",
      expect: BAD,
      authority: AUTHORITY,
      make: () => new Map(small).set(TIMESTAMP, token("group")),
    },
    ...drafts("token", unknown).map((one): Draft => ({ ...one, says: ["time/token-unknown"] })),
    ...drafts("token", other).map((one): Draft => ({ ...one, authority: OTHER })),
    ...drafts("token", rows).map((one): Draft => ({ ...one, authority: AUTHORITY })),
  ];
}

/** Has OpenSSL play the authority, over files of the package. @returns what lies beside the vectors, by path. */
export async function makeTokens({ small }: Base): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), "caisey-tokens-"));
  try {
    const authority = await Authority.create(join(folder, "good"));
    const other = await Authority.create(join(folder, "other"));
    const sha1 = await Authority.create(join(folder, "sha1"), { named: "sha1" });
    const also = await Authority.create(join(folder, "also"), { usage: "critical,timeStamping,codeSigning" });
    const soft = await Authority.create(join(folder, "soft"), { usage: "timeStamping" });
    const head = small.get(GROUP_CHECKPOINT) as Uint8Array;
    const group = await authority.stamp(head);
    return new Map([
      [AUTHORITY, pem(await authority.certificate(), await sha1.certificate(), await also.certificate(), await soft.certificate())],
      [OTHER, pem(await other.certificate())],
      ["tokens/group.tsr", group],
      ["tokens/package.tsr", await authority.stamp(small.get(SIGNATURE) as Uint8Array)],
      ["tokens/sha512.tsr", await authority.stamp(head, { digest: "sha512" })],
      ["tokens/no-certificate.tsr", await authority.stamp(head, { certificates: false })],
      ["tokens/named-sha1.tsr", await sha1.stamp(head)],
      ["tokens/usage.tsr", await also.repeat(group)],
      ["tokens/usage-not-critical.tsr", await soft.repeat(group)],
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pem(...certificates: Uint8Array[]): Uint8Array {
  const blocks = certificates.map((der) =>
    Buffer.from(der)
      .toString("base64")
      .replace(/.{1,64}/g, "$&\n"),
  );
  return utf8(blocks.map((text) => `-----BEGIN CERTIFICATE-----\n${text}-----END CERTIFICATE-----\n`).join(""));
}

/** The last digit of genTime changed, which is the first GeneralizedTime of a token. */
function changedTime(token: Uint8Array): Uint8Array {
  const text = Buffer.from(token).toString("latin1");
  const at = /\d{14}Z/.exec(text)?.index;
  if (at === undefined) throw new Error("expected the time of a token");
  return token.with(at + 13, (token[at + 13] as number) ^ 1);
}
