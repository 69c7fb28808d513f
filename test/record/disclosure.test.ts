import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { checkDisclosure, type Disclosure, encodeDisclosure, parseDisclosure } from "../../record/disclosure.ts";
import type { HiddenLine } from "../../record/recompute-session.ts";
import { makeText, revealLine } from "../../record/text.ts";
import { verifyPackage } from "../../record/verify.ts";
import { anyBytes, mutated } from "./arbitraries.ts";
import { seedOf } from "./keys.ts";
import { expectOneSpelling } from "./only-record-errors.ts";
import { runs } from "./runs.ts";
import { type Files, readerOf, SECRET, SESSIONS, samplePackage } from "./sample.ts";

/** What the store of the outgoing MSP still has of a line that the sample hides. */
const stored = makeText(`net user svc ${SECRET} /add`, seedOf(`${SESSIONS[0]}/2/command`));
const good: Disclosure = {
  format: "caisey-disclosure/1",
  handoff: "hnd_0000000000000001",
  session: SESSIONS[0],
  seq: 2,
  field: "command",
  line: 0,
  revealed: revealLine(stored, 0),
  made: "2026-12-01T00:00:00.000Z",
};

let files: Files;
let hidden: HiddenLine[];
beforeAll(async () => {
  files = await samplePackage();
  hidden = (await verifyPackage(readerOf(files))).hidden;
});

test("a line that is revealed later proves itself against a package that others already hold", async () => {
  const report = await verifyPackage(readerOf(files), { disclosures: [parseDisclosure(encodeDisclosure(good))] });
  expect(report.verdict).toBe("verified");
  expect(report.findings.map(({ code }) => code)).toContain("disclosure/proven");
});

describe("what proves nothing", () => {
  test.each<[string, Partial<Disclosure>, string]>([
    ["another line", { revealed: { ...good.revealed, line: "net user svc hunter2 /add" } }, "disclosure/not-the-line"],
    ["another salt", { revealed: { ...good.revealed, salt: Buffer.alloc(16).toString("base64") } }, "disclosure/not-the-line"],
    ["a salt that is none", { revealed: { ...good.revealed, salt: "AB==" } }, "disclosure/not-the-line"],
    ["two lines", { revealed: { ...good.revealed, line: `${good.revealed.line}\n` } }, "disclosure/not-the-line"],
    ["another hidden line's place", { seq: 4 }, "disclosure/not-the-line"],
    ["a place that is shown", { seq: 2, field: "reason" }, "disclosure/no-such-line"],
    ["a place that there is not", { line: 7 }, "disclosure/no-such-line"],
    ["another session", { session: SESSIONS[1] }, "disclosure/no-such-line"],
    ["another package", { handoff: "hnd_0000000000000002" }, "disclosure/other-package"],
  ])("%s", async (_, change, code) => {
    expect(checkDisclosure({ ...good, ...change }, good.handoff, hidden)).toMatchObject({ code, status: "failed" });
  });

  test("and says nothing of the line itself", () => {
    const wrong = checkDisclosure({ ...good, revealed: { ...good.revealed, line: `${SECRET}!` } }, good.handoff, hidden);
    expect(wrong.detail).not.toContain(SECRET);
    expect(checkDisclosure(good, good.handoff, hidden).detail).not.toContain(SECRET);
  });
});

test("whatever is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  fc.assert(
    fc.property(fc.oneof(anyBytes(), mutated(fc.constant(encodeDisclosure(good)))), (bytes) => {
      expectOneSpelling(bytes, parseDisclosure, encodeDisclosure);
    }),
    runs(200),
  );
  expect(expectOneSpelling(encodeDisclosure(good), parseDisclosure, encodeDisclosure)).toBe(true);
});
