import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { inflate } from "../../generator/verify/inflate.ts";
import { fromUtf8, utf8 } from "../../record/bytes.ts";
import { RecordError } from "../../record/error.ts";
import { TAG_MANIFEST } from "../../record/path.ts";
import { checkTimestamp } from "../../record/timestamp.ts";
import { verifyPackage } from "../../record/verify.ts";
import { openZip } from "../../record/zip.ts";
import { mutated } from "./arbitraries.ts";
import { patience, runs } from "./runs.ts";
import { type Files, seal } from "./sample.ts";
import { CHECKPOINT, ENTRIES, makeBase, relog, TEXT, zipOf } from "./vectors/base.ts";
import { EXTENSION } from "./vectors/make.ts";
import { encodeVector } from "./vectors/vector.ts";

const PYTHON = join(import.meta.dirname, "../independent/verify.py");

/** What parsers take in different ways: numbers, escapes, nesting, times, names that a language has for itself. */
const TOKENS = [
  ...["1e400", "9007199254740993", "9007199254740991", "-0", "0.5", "1E2", "-1", "00", "+1", " 1", "NaN", "1".repeat(400)],
  ...[
    "null",
    "true",
    "[]",
    "{}",
    '{"__proto__":1}',
    `${"[".repeat(5000)}${"]".repeat(5000)}`,
    `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`,
  ],
  ...[
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"\\u007f"',
    '"\\/"',
    '"\\u00e9"',
    '"e\u0301"',
    '"\u2028"',
    '"\ufeff"',
    '"\ud83d\ude00"',
  ],
  ...['"2026-02-30T00:00:00.000Z"', '"2026-11-22T24:00:00.000Z"', '"2026-11-22T23:59:60.000Z"', '"0000-01-01T00:00:00.000Z"'],
  ...['"p00"', '"p10000"', '"AB=="', '"__proto__"', '"toString"', '""'],
];

/** A line file with one value of its JSON in place of another, or its lines in another order. */
function reworded(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const lines = fromUtf8(bytes).split("\n");
  const edit = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...TOKENS) },
    fc.constantFrom<"drop" | "twice" | "swap" | "return">("drop", "twice", "swap", "return"),
  );
  return fc.tuple(fc.nat(lines.length - 1), fc.nat(lines.length - 1), fc.nat(), edit).map(([at, to, which, how]) => {
    const out = [...lines];
    const line = lines[at] as string;
    if (how === "drop") out.splice(at, 1);
    else if (how === "twice") out.splice(at, 0, line);
    else if (how === "swap") [out[at], out[to]] = [lines[to] as string, line];
    else if (how === "return") out[at] = `${line}\r`;
    else {
      const values = [...line.matchAll(/:("(?:[^"\\]|\\.)*"|-?\d+|true|false|null|\{[^{}]*\}|\[[^[\]]*\])/g)];
      const value = values[which % Math.max(1, values.length)];
      const from = value === undefined ? which % (line.length + 1) : value.index + 1;
      out[at] = line.slice(0, from) + how + line.slice(from + (value?.[1]?.length ?? 0));
    }
    return utf8(out.join("\n"));
  });
}

/** The ZIP with bytes of its headers, directory and end records changed. */
function reheaded(zip: Uint8Array): fc.Arbitrary<Uint8Array> {
  const bytes = Buffer.from(zip);
  const heads: number[] = [];
  for (let at = bytes.indexOf("PK"); at >= 0; at = bytes.indexOf("PK", at + 1)) heads.push(at);
  const change = fc.tuple(fc.constantFrom(...heads), fc.nat(55), fc.oneof(fc.constantFrom(0, 1, 8, 0x7f, 0x80, 0xff), fc.nat(255)));
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const out = zip.slice();
    for (const [head, further, byte] of changes) if (head + further < out.length) out[head + further] = byte;
    return out;
  });
}

/** A damaged package: as it came, or with lists and signature made anew for it, or with logs and checkpoints too. */
const damaged = async (): Promise<fc.Arbitrary<() => Promise<Uint8Array>>> => {
  const { one, two, pinned } = await makeBase();
  const zip = await zipOf(two);
  const inFile = fc.constantFrom(one, two, pinned).chain((files: Files) =>
    fc
      .constantFrom(...[...files.keys()].filter((path) => files.get(path)?.length !== 0), ENTRIES, TEXT, CHECKPOINT)
      .chain((path) => {
        const bytes = files.get(path) as Uint8Array;
        return fc
          .tuple(fc.oneof(mutated(fc.constant(bytes)), reworded(bytes)), fc.constantFrom("as it is", "sealed", "logged"))
          .map(([changed, how]) => async () => {
            const other = new Map(files).set(path, changed);
            if (how === "as it is") return zipOf(other);
            return zipOf(await seal(how === "logged" && (path === ENTRIES || path === TEXT) ? await relog(other) : other));
          });
      }),
  );
  const inZip = fc.oneof(reheaded(zip), mutated(fc.constant(zip))).map((changed) => async () => changed);
  return fc.oneof({ weight: 3, arbitrary: inFile }, { weight: 1, arbitrary: inZip });
};

/** Verdict, and what was found where. Throws what verification throws. */
async function found(zip: Uint8Array): Promise<string[]> {
  try {
    const reader = await openZip({ size: zip.length, read: async (at, length) => zip.slice(at, at + length) }, inflate);
    if (!reader.files.some(({ path }) => path === TAG_MANIFEST)) return ["unreadable"];
    return said(await verifyPackage(reader, { hashes: nodeHashes, timestamps: { check: checkTimestamp } }));
  } catch (error) {
    if (error instanceof RecordError && error.code === "zip/malformed") return ["unreadable"];
    throw error;
  }
}

function said({ verdict, findings }: { verdict: string; findings: { code: string; subject: string }[] }): string[] {
  return [...new Set([verdict, ...findings.map(({ code, subject }) => `${code} ${subject}`)])].sort();
}

test(
  "both verifiers find the same in packages that were damaged in any way, in the same places",
  async () => {
    const { numRuns } = runs(80);
    const seed = Date.now() % 2 ** 31;
    const folder = await mkdtemp(join(tmpdir(), "caisey-agreement-"));
    try {
      const ours = new Map<string, string[]>();
      for (const [i, make] of fc.sample(await damaged(), { numRuns, seed }).entries()) {
        const vector = { name: `damaged-${i}`, what: "Damaged.", expect: "verified", zip: await make() } as const;
        ours.set(vector.name, await found(vector.zip));
        await writeFile(join(folder, `${vector.name}${EXTENSION}`), encodeVector(vector));
      }
      const { stdout } = await promisify(execFile)("python3", [PYTHON, "--vectors", folder], { maxBuffer: 1 << 30 });
      const theirs = new Map(
        stdout
          .trimEnd()
          .split("\n")
          .map((row) => JSON.parse(row))
          .map((one) => [one.name, said(one)]),
      );
      for (const [name, one] of ours) expect([seed, name, theirs.get(name)]).toEqual([seed, name, one]);
      expect(theirs.size).toBe(numRuns);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  patience(60_000),
);
