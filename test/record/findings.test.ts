import { expect, test } from "vitest";
import { finding } from "../../record/finding.ts";
import { FINDINGS_KEPT, Findings } from "../../record/findings.ts";

test("keeps so many of each status, and counts the others by code", () => {
  const findings = new Findings();
  for (let i = 0; i < FINDINGS_KEPT + 5; i++) findings.add(finding("session/recomputed", `s${i}`, "x"));
  for (let i = 0; i < 3; i++) findings.add(finding("file/extra", `f${i}`, "x"));
  expect(findings.kept).toHaveLength(FINDINGS_KEPT + 3);
  expect(findings.more).toEqual({ "session/recomputed": 5 });
});

test("keeps the first of each code, however many there are of others", () => {
  const findings = new Findings();
  for (let i = 0; i < FINDINGS_KEPT + 5; i++) findings.add(finding("file/extra", `f${i}`, "x"));
  findings.add(finding("session/root-differs", "s", "x"));
  findings.add(finding("session/root-differs", "t", "x"));
  expect(findings.kept.at(-1)).toMatchObject({ code: "session/root-differs", subject: "s" });
  expect(findings.more).toEqual({ "file/extra": 5, "session/root-differs": 1 });
  expect([findings.has("session/root-differs"), findings.hasStatus("failed", "origin")]).toEqual([true, false]);
});

test("what was counted elsewhere counts, and can't be mistaken for nothing", () => {
  const findings = new Findings();
  findings.addAll([], { "file/changed": 2 });
  findings.addAll([], { "file/changed": 3 });
  expect([findings.more, findings.hasStatus("failed", "intact"), findings.kept]).toEqual([{ "file/changed": 5 }, true, []]);
});

test("names and details of any length are cut", () => {
  const findings = new Findings();
  findings.add(finding("container/path-unsafe", "\u{1f5a8}".repeat(40_000), "y".repeat(40_000)));
  const [{ subject = "", detail = "" } = {}] = findings.kept;
  expect([subject.length <= 1002, subject.isWellFormed(), detail.length <= 1002]).toEqual([true, true, true]);
});
