import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { labelledLines } from "../../fixtures/scan/labelled.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "labelled set#1-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

test("a set of another folder is read, with kinds of secrets and tokens where it names them, and files that are not there left out", () => {
  write("secrets.txt", "\uFEFF# ours\r\nchat\tpw: ⟦Winter!23⟧\r\npassword: ⟦rosebud⟧\r\n");
  write("personal.txt", "# ours\nemail: To: ⟦jane@acme.example⟧, ⟦bob@acme.example⟧");
  expect(labelledLines(folder)).toEqual([
    { group: "secret", kind: "chat", line: "pw: Winter!23", marked: [{ start: 4, end: 13 }] },
    { group: "secret", kind: "secret", line: "password: rosebud", marked: [{ start: 10, end: 17 }] },
    {
      group: "personal",
      kind: "email",
      line: "To: jane@acme.example, bob@acme.example",
      marked: [
        { start: 4, end: 21 },
        { start: 23, end: 39 },
      ],
    },
  ]);
});

test.each([
  ["secrets.txt", "pw: ⟦x⟧\n", "secrets.txt, line 1: expected a heading"],
  ["secrets.txt", "#\npw: ⟦x⟧\npw: x\n", "secrets.txt, line 3: expected ⟦…⟧ around"],
  ["tokens.txt", "#\n⟦a⟦b⟧⟧\n", "tokens.txt, line 2: expected each ⟦ closed"],
  ["tokens.txt", "#\n⟧a⟦\n", "tokens.txt, line 2: expected each ⟦ closed"],
  ["tokens.txt", "#\na⟦⟧\n", "tokens.txt, line 2: expected something between"],
  ["personal.txt", "#\n⟦jane@acme.example⟧\n", "personal.txt, line 2: expected a kind"],
  ["clean.txt", "#\nok\n⟦x⟧\n", "clean.txt, line 3: expected no ⟦"],
  ["other.txt", "#\n", "expected secrets.txt, tokens.txt, personal.txt, clean.txt, or one of them"],
])("of a malformed set file, line and what was expected are told: %s %j", (name, text, message) => {
  write(name, text);
  expect(() => labelledLines(folder)).toThrow(expect.objectContaining({ code: "labels/malformed" }));
  expect(() => labelledLines(folder)).toThrow(message);
});
