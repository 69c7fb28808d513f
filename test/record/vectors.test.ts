import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { inflate } from "../../generator/verify/inflate.ts";
import { utf8 } from "../../record/bytes.ts";
import { parseDisclosure } from "../../record/disclosure.ts";
import { RecordError } from "../../record/error.ts";
import { FINDING_KINDS, type FindingCode, type FindingStatus } from "../../record/finding.ts";
import { parseVerifierKey } from "../../record/key.ts";
import type { PackageReader } from "../../record/package-reader.ts";
import { TAG_MANIFEST } from "../../record/path.ts";
import { checkTimestamp } from "../../record/timestamp.ts";
import { verifyPackage } from "../../record/verify.ts";
import { type Inflate, openZip, type RandomAccess } from "../../record/zip.ts";
import { patience } from "./runs.ts";
import { EXTENSION, FOLDER, makeVectors } from "./vectors/make.ts";
import { encodeVector, parseVector, type Vector } from "./vectors/vector.ts";

const PYTHON = join(import.meta.dirname, "../independent/verify.py");

/** What a verifier came to. */
interface Outcome {
  verdict: "verified" | "failed" | "unreadable";
  findings: { code: FindingCode; status: FindingStatus; subject: string }[];
}

/** Cuts a stream into other pieces; empty ones among them if it likes. */
type Cut = (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
const whole: Cut = (pieces) => pieces;
async function* byteByByte(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) for (let at = 0; at < piece.length; at++) yield piece.subarray(at, at + 1);
}
/** In pieces of 0 to 99 bytes; the same ones for the same seed. */
function split(seed: number): Cut {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * 100);
  };
  return async function* (pieces) {
    for await (const piece of pieces) {
      for (let at = 0, length = next(); at < piece.length; at += length, length = next()) yield piece.subarray(at, at + length);
    }
  };
}

const authorities = new Map<string, Uint8Array[]>();
let vectors: Vector[];
let independent: Map<string, Outcome>;
const outcomes = new Map<string, Outcome>();

beforeAll(async () => {
  const names = (await readdir(FOLDER)).sort();
  const bytes = (name: string) => readFile(join(FOLDER, name));
  vectors = await Promise.all(
    names.filter((name) => name.endsWith(EXTENSION)).map(async (name) => parseVector(new Uint8Array(await bytes(name)))),
  );
  for (const name of names.filter((one) => one.endsWith(".pem"))) {
    const blocks = (await bytes(name)).toString().match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    authorities.set(
      name,
      blocks.map((block) => new X509Certificate(block).raw),
    );
  }
  const { stdout } = await promisify(execFile)("python3", [PYTHON, "--vectors", FOLDER], { maxBuffer: 1 << 28 });
  const rows = stdout.trimEnd().split("\n");
  independent = new Map(rows.map((row) => JSON.parse(row) as Outcome & { name: string }).map((one) => [one.name, one]));
}, patience(60_000));

/** Verifies a vector, whose streams all come in other pieces. Throws when verification does. */
async function verify(vector: Vector, cut: Cut): Promise<Outcome> {
  const access: RandomAccess = {
    size: vector.zip.length,
    async read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > vector.zip.length) throw new Error("expected a place within the ZIP");
      return vector.zip.slice(offset, offset + length);
    },
  };
  const cutInflate: Inflate = (raw) => inflate(cut(raw));
  let reader: PackageReader;
  try {
    reader = await openZip(access, cutInflate);
  } catch (error) {
    if (error instanceof RecordError && error.code === "zip/malformed") return { verdict: "unreadable", findings: [] };
    throw error;
  }
  if (!reader.files.some(({ path }) => path === TAG_MANIFEST)) return { verdict: "unreadable", findings: [] };
  return verifyPackage(
    { ...reader, open: (path) => cut(reader.open(path)) },
    {
      hashes: nodeHashes,
      trusted: vector.trust?.map(parseVerifierKey).map(({ name, publicKey }) => ({ principal: name, publicKey })),
      timestamps: {
        check: checkTimestamp,
        authorities: vector.authority === undefined ? undefined : authorities.get(vector.authority),
      },
      disclosures: vector.disclosure === undefined ? [] : [parseDisclosure(utf8(`${vector.disclosure}\n`))],
    },
  );
}

/** As {@link verify}, but what comes out of the whole is kept. */
async function outcomeOf(vector: Vector, cut: Cut): Promise<Outcome> {
  const known = cut === whole ? outcomes.get(vector.name) : undefined;
  const outcome = known ?? (await verify(vector, cut));
  if (cut === whole) outcomes.set(vector.name, outcome);
  return outcome;
}

/** Why this is not what must be said of a vector; undefined when it is. */
function objection({ expect: expected, also = [], says = [] }: Vector, { verdict, findings }: Outcome): string | undefined {
  const fails = expected !== "verified" && expected !== "unreadable";
  if (verdict !== (fails ? "failed" : expected)) return `${verdict} instead of ${expected}`;
  const codes = new Set(findings.map(({ code }) => code));
  const missing = [...says, ...(fails ? [expected] : [])].filter((code) => !codes.has(code));
  if (missing.length > 0) return `nothing is said of ${missing}`;
  const more = failed(findings).filter(({ code }) => code !== expected && !also.includes(code));
  return more.length > 0 ? `too much is said: ${more.map(({ code }) => code)}` : undefined;
}

function failed(findings: Outcome["findings"]): Outcome["findings"] {
  return findings.filter(({ code }) => FINDING_KINDS[code].status === "failed");
}

async function objections(judge: (vector: Vector) => Outcome | Promise<Outcome>): Promise<string[]> {
  const found: string[] = [];
  for (const vector of vectors) {
    const why = objection(vector, await judge(vector));
    if (why !== undefined) found.push(`${vector.name}: ${why}`);
  }
  return found;
}

describe("every vector is judged as its header says", () => {
  test.each<[string, Cut]>([
    ["whole", whole],
    ["split anywhere", split(1)],
    ["byte by byte", byteByByte],
  ])(
    "%s",
    async (_, cut) => {
      expect(await objections((vector) => outcomeOf(vector, cut))).toEqual([]);
    },
    patience(60_000),
  );

  test("by the independent verifier", async () => {
    expect(await objections((vector) => independent.get(vector.name) ?? { verdict: "unreadable", findings: [] })).toEqual([]);
  });
});

test(
  "both verifiers find the same, in the same places",
  async () => {
    const places = ({ findings }: Outcome) => [...new Set(findings.map(({ code, subject }) => `${code} ${subject}`))].sort();
    for (const vector of vectors) {
      const other = independent.get(vector.name);
      expect([vector.name, other && places(other)]).toEqual([vector.name, places(await outcomeOf(vector, whole))]);
    }
  },
  patience(60_000),
);

describe("the vectors", () => {
  test("are those that their generator writes, byte for byte", async () => {
    const made = await makeVectors();
    expect([...made.keys()].sort()).toEqual(vectors.map(({ name }) => `${name}${EXTENSION}`).sort());
    for (const vector of vectors) {
      const same = Buffer.compare(encodeVector(vector), made.get(`${vector.name}${EXTENSION}`) as Uint8Array) === 0;
      expect([vector.name, same]).toEqual([vector.name, true]);
    }
  }, 60_000);

  test("have one for every way to fail", () => {
    const codes = (Object.keys(FINDING_KINDS) as FindingCode[]).filter((code) => FINDING_KINDS[code].status === "failed");
    const expected = new Set<string>(vectors.map((vector) => vector.expect));
    expect(codes.filter((code) => !expected.has(code))).toEqual([]);
    expect(expected).toContain("unreadable");
    expect(vectors.filter((vector) => vector.expect === "verified").length).toBeGreaterThan(12);
  });
});
