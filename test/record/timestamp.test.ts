import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { concat, utf8 } from "../../record/bytes.ts";
import { GROUP_CHECKPOINT, GROUP_TIMESTAMP, SIGNATURE, TIMESTAMP } from "../../record/path.ts";
import { checkTimestamp } from "../../record/timestamp.ts";
import { verifyPackage } from "../../record/verify.ts";
import { anyBytes, mutated } from "./arbitraries.ts";
import { Authority } from "./authority.ts";
import { rejectionOf } from "./only-record-errors.ts";
import { patience, runs } from "./runs.ts";
import { type Files, readerOf, samplePackage, seal } from "./sample.ts";

const DATA = utf8("what was there\n");
let folder: string;
let authority: Authority;
let root: Uint8Array;
let response: Uint8Array;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caisey-authority-"));
  authority = await Authority.create(join(folder, "good"));
  root = await authority.certificate();
  response = await authority.stamp(DATA);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a token by OpenSSL holds, and says when and by whom", async () => {
  const stamp = await checkTimestamp(response, DATA, [root]);
  expect(stamp).toMatchObject({ authority: "Sample Time Authority", trusted: true });
  expect(Math.abs(Date.parse(stamp.time) - Date.now())).toBeLessThan(120_000);
  expect(await authority.accepts(response, DATA)).toBe(true);
});

test("its authority is trusted only by those who name its root", async () => {
  const other = await Authority.create(join(folder, "other"));
  expect((await checkTimestamp(response, DATA)).trusted).toBe(false);
  expect((await checkTimestamp(response, DATA, [])).trusted).toBe(false);
  expect((await checkTimestamp(response, DATA, [await other.certificate()])).trusted).toBe(false);
  expect((await checkTimestamp(response, DATA, [await other.certificate(), root])).trusted).toBe(true);
  expect((await checkTimestamp(response, DATA, [utf8("no certificate")])).trusted).toBe(false);
});

test("the token of an authority whose certificate has run out since still holds", async () => {
  const soon = new Date(Date.now() + 3000).toISOString();
  const short = await Authority.create(join(folder, "short"), { to: soon });
  const stamped = await short.stamp(DATA);
  const made = Date.parse((await checkTimestamp(stamped, DATA)).time);
  expect(made).toBeLessThan(Date.parse(soon));
  await expect.poll(() => Date.now(), { timeout: 15_000 }).toBeGreaterThan(Date.parse(soon) + 1000);
  expect((await checkTimestamp(stamped, DATA, [await short.certificate()])).trusted).toBe(true);
}, 30_000);

describe("what is refused", () => {
  const codeOf = async (token: Uint8Array, data = DATA) => (await rejectionOf(() => checkTimestamp(token, data, [root])))?.code;

  test("a token over other bytes", async () => {
    expect(await codeOf(response, utf8("something else"))).toBe("timestamp/other-data");
    expect(await codeOf(response, new Uint8Array())).toBe("timestamp/other-data");
    expect(await codeOf(await authority.stamp(DATA, { digest: "sha512" }))).toBe("timestamp/malformed");
  });

  test("a token without its certificate", async () => {
    expect(await codeOf(await authority.stamp(DATA, { certificates: false }))).toBe("timestamp/bad-signature");
  });

  test.each([
    ["may do something else too", "critical,timeStamping,codeSigning"],
    ["may do something else", "critical,codeSigning"],
    ["may stamp times, but not by all means", "timeStamping"],
  ])("a certificate that %s", async (_, usage) => {
    const other = await Authority.create(join(folder, usage.replace(/\W/g, "-")), { usage });
    const thrown = await rejectionOf(async () => checkTimestamp(await other.repeat(response), DATA, [await other.certificate()]));
    expect([thrown?.code, thrown?.message]).toEqual(["timestamp/bad-signature", "expected a certificate for time stamping alone"]);
  });

  test("nothing of a token that another authority repeats with a certificate for it", async () => {
    const other = await Authority.create(join(folder, "repeating"));
    const repeated = await other.repeat(response);
    expect((await checkTimestamp(repeated, DATA, [await other.certificate()])).trusted).toBe(true);
    expect((await checkTimestamp(repeated, DATA, [root])).trusted).toBe(false);
  });

  test("a token that names its certificate by SHA-1 only", async () => {
    const old = await Authority.create(join(folder, "sha1"), { named: "sha1" });
    expect(await codeOf(await old.stamp(DATA))).toBe("timestamp/bad-signature");
  });

  test("bytes after it, bytes before it, a part of it, and nothing", async () => {
    for (const bad of [
      concat(response, utf8("x")),
      concat(utf8("x"), response),
      response.subarray(0, -1),
      response.subarray(9),
      new Uint8Array(),
    ]) {
      expect(await codeOf(bad)).toBe("timestamp/malformed");
    }
  });

  test(
    "any bytes, with nothing else than a RecordError; and what is taken says nothing else than it did",
    async () => {
      const good = await checkTimestamp(response, DATA, [root]);
      await fc.assert(
        fc.asyncProperty(fc.oneof(anyBytes(), mutated(fc.constant(response))), async (bytes) => {
          let found: Awaited<ReturnType<typeof checkTimestamp>> | undefined;
          const thrown = await rejectionOf(async () => {
            found = await checkTimestamp(bytes, DATA, [root]);
          });
          if (thrown === undefined && found?.trusted) expect(found).toEqual(good);
        }),
        runs(150),
      );
    },
    patience(60_000),
  );

  test("structures so deep that they would overflow the stack", async () => {
    const deep = new Uint8Array(40_000);
    for (let i = 0; i < deep.length; i += 2) deep.set([0x30, 0x80], i);
    expect(await codeOf(deep)).toBe("timestamp/malformed");
  });
});

describe("in a package", () => {
  let files: Files;
  let stamped: Files;
  beforeAll(async () => {
    files = await samplePackage();
    const withGroup = await seal(
      new Map(files).set(GROUP_TIMESTAMP, await authority.stamp(files.get(GROUP_CHECKPOINT) as Uint8Array)),
    );
    stamped = withGroup.set(TIMESTAMP, await authority.stamp(withGroup.get(SIGNATURE) as Uint8Array));
  });
  const verify = (package_: Files, authorities?: Uint8Array[], check = true) =>
    verifyPackage(readerOf(package_), {
      hashes: nodeHashes,
      timestamps: check ? { check: checkTimestamp, authorities } : undefined,
    });
  const said = async (report: ReturnType<typeof verify>) =>
    (await report).findings
      .filter(({ code }) => code.startsWith("time/token") || code.startsWith("file/"))
      .map(({ code, subject }) => [code, subject]);

  test("both tokens hold, apart", async () => {
    const report = await verify(stamped, [root]);
    expect(report.verdict).toBe("verified");
    expect(report.times.group?.trusted && report.times.package?.trusted).toBe(true);
    expect(await said(verify(stamped, [root]))).toEqual([
      ["time/token", GROUP_TIMESTAMP],
      ["time/token", TIMESTAMP],
    ]);
  });

  test("each token is read once", async () => {
    const opened: string[] = [];
    const reader = readerOf(stamped);
    const counted = {
      ...reader,
      open(path: string) {
        opened.push(path);
        return reader.open(path);
      },
    };
    await verifyPackage(counted, { hashes: nodeHashes, timestamps: { check: checkTimestamp, authorities: [root] } });
    expect(opened.filter((path) => path === TIMESTAMP || path === GROUP_TIMESTAMP).sort()).toEqual([GROUP_TIMESTAMP, TIMESTAMP]);
  });

  test("to a reader who names no authority they prove nothing; to one who names others they fail", async () => {
    const unknown = await verify(stamped);
    expect([unknown.verdict, unknown.verdicts.time]).toEqual(["verified", "unknown"]);
    const other = await Authority.create(join(folder, "third"));
    expect((await verify(stamped, [await other.certificate()])).verdicts.time).toBe("failed");
    expect(await said(verify(stamped, undefined, false))).toEqual([
      ["time/token-not-checked", GROUP_TIMESTAMP],
      ["time/token-not-checked", TIMESTAMP],
    ]);
  });

  test("tokens that are changed, exchanged or over something else fail", async () => {
    const swapped = new Map(stamped).set(TIMESTAMP, stamped.get(GROUP_TIMESTAMP) as Uint8Array);
    expect(await said(verify(swapped, [root]))).toEqual([
      ["time/token-bad", TIMESTAMP],
      ["time/token", GROUP_TIMESTAMP],
    ]);
    expect(await said(verify(new Map(stamped).set(TIMESTAMP, utf8("x")), [root]))).toContainEqual(["time/token-bad", TIMESTAMP]);
    const without = new Map(stamped);
    without.delete(TIMESTAMP);
    expect((await verify(without, [root])).verdict).toBe("verified");
  });
});
