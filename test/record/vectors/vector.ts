import { concat, fromUtf8, utf8 } from "../../../record/bytes.ts";
import { FINDING_KINDS, type FindingCode } from "../../../record/finding.ts";

const FORMAT = "caisey-vector/1";

/** What a verifier must come to: nothing fails, this code is among what fails, or it can't be read as a package at all. */
export type Expectation = "verified" | "unreadable" | FindingCode;

/** One test vector: a package with one fault, or none, and what a verifier must say of it. */
export interface Vector {
  name: string;
  /** The fault, in one sentence. */
  what: string;
  expect: Expectation;
  /** Other codes of status `failed` that the same fault may cause. */
  also?: readonly FindingCode[] | undefined;
  /** Codes of status `ok` or `note` that must be there. */
  says?: readonly FindingCode[] | undefined;
  /** Verifier keys that the reader trusts. Missing: the reader names none. */
  trust?: readonly string[] | undefined;
  /** File beside the vectors with the certificates, in PEM, of the authorities that the reader trusts. */
  authority?: string | undefined;
  /** A disclosure to be proven, its one line without the newline. */
  disclosure?: string | undefined;
  zip: Uint8Array;
}

/** Header lines, a blank line, and the bytes of the ZIP. */
export function encodeVector(vector: Vector): Uint8Array {
  const { name, what, expect, also = [], says = [], trust = [], authority, disclosure } = vector;
  const lines = [FORMAT, `name: ${name}`, `what: ${what}`, `expect: ${expect}`];
  if (also.length > 0) lines.push(`also: ${also.join(" ")}`);
  if (says.length > 0) lines.push(`says: ${says.join(" ")}`);
  for (const key of trust) lines.push(`trust: ${key}`);
  if (authority !== undefined) lines.push(`authority: ${authority}`);
  if (disclosure !== undefined) lines.push(`disclosure: ${disclosure}`);
  return concat(utf8(`${lines.join("\n")}\n\n`), vector.zip);
}

/** @throws Error on anything that {@link encodeVector} would not write. */
export function parseVector(bytes: Uint8Array): Vector {
  const end = Buffer.from(bytes).indexOf("\n\n");
  const [format, ...lines] = fromUtf8(bytes.subarray(0, end)).split("\n");
  if (format !== FORMAT) throw new Error(`expected a vector of ${FORMAT}`);
  const values = (label: string) =>
    lines.filter((line) => line.startsWith(`${label}: `)).map((line) => line.slice(label.length + 2));
  const [name = "", what = "", expect = "", authority, disclosure] = ["name", "what", "expect", "authority", "disclosure"].map(
    (label) => values(label)[0],
  );
  const codes = (label: string) => values(label).flatMap((value) => value.split(" ").map(codeOf));
  const trust = values("trust");
  const vector: Vector = {
    name,
    what,
    expect: expect === "verified" || expect === "unreadable" ? expect : codeOf(expect),
    also: codes("also"),
    says: codes("says"),
    trust: trust.length === 0 ? undefined : trust,
    authority,
    disclosure,
    zip: bytes.subarray(end + 2),
  };
  if (Buffer.compare(encodeVector(vector), bytes) !== 0) throw new Error(`expected the header of ${name} as it is written`);
  return vector;
}

function codeOf(text: string): FindingCode {
  if (!Object.hasOwn(FINDING_KINDS, text)) throw new Error(`expected a finding code, got ${text}`);
  return text as FindingCode;
}
