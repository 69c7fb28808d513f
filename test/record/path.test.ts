import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkPath,
  isKeyStatementPath,
  keyStatementPath,
  parseSessionPath,
  type SessionFile,
  sessionPath,
} from "../../record/path.ts";
import { anyId, anyString } from "./arbitraries.ts";
import { thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

test("paths of a session's files come back", () => {
  const file = fc.constantFrom<SessionFile>("entries.jsonl", "text.jsonl", "checkpoint");
  fc.assert(
    fc.property(anyId("ses"), file, (session, name) => {
      expect(parseSessionPath(sessionPath(session, name))).toEqual({ session, file: name });
      expect(checkPath(sessionPath(session, name))).toBe(sessionPath(session, name));
    }),
    runs(50),
  );
});

test("whatever is taken as a session's path is the one that it is", () => {
  const near = fc.tuple(
    fc.constantFrom("", "data/records/sessions/", "data/records/"),
    anyId("ses"),
    fc.constantFrom(".checkpoint", ".text.jsonl", "", ".x"),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        anyString,
        near.map((parts) => parts.join("")),
      ),
      (path) => {
        const parsed = parseSessionPath(path);
        if (parsed !== undefined) expect(sessionPath(parsed.session, parsed.file)).toBe(path);
      },
    ),
    runs(200),
  );
});

test.each([
  "data/records/sessions/ses_0000000000000001.entries.jsonl.bak",
  "data/records/sessions/ses_000000000000001.checkpoint",
  "data/records/sessions/ses_000000000000000i.checkpoint",
  "data/records/sessions/a/ses_0000000000000001.checkpoint",
  "x/data/records/sessions/ses_0000000000000001.checkpoint",
  "data/records/sessions/ses_0000000000000001.checkpoint\n",
])("%j is no path of a session", (path) => expect(parseSessionPath(path)).toBeUndefined());

test("paths of key statements are known again", () => {
  expect(keyStatementPath(1)).toBe("data/records/keys/0001.note");
  expect(isKeyStatementPath(keyStatementPath(9999))).toBe(true);
  expect(isKeyStatementPath("data/records/keys/1.note")).toBe(false);
});

describe("a portable path", () => {
  test.each(["a", "START-HERE.html", "data/assets/a_b-c.1.js", "a/_b/-c", "console", "comm/com/lpt", "x".repeat(200)])(
    "is %s",
    (path) => expect(checkPath(path)).toBe(path),
  );

  test.each([
    ...["", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "../a", "a/..", ".a", "a/.b", "a.", "a./b"],
    ...[
      "a\\b",
      "C:/a",
      "c:a",
      "a:b",
      "//server/a",
      "a b",
      "a\tb",
      "a\nb",
      "a\u0000",
      "é",
      "a\u202eb",
      "a*",
      "a?",
      'a"',
      "a<",
      "a>",
      "a|",
    ],
    ...["con", "CON", "nul.txt", "a/aux", "prn.a.b", "com1", "LPT9.x", "COM0", "x".repeat(201)],
  ])("is not %j", (path) => expect(thrownBy(() => checkPath(path))?.code).toBe("path/malformed"));

  test("stays below its folder, wherever it is unpacked", () => {
    fc.assert(
      fc.property(fc.oneof(anyString, fc.string({ unit: fc.constantFrom(..."ab./\\:~-") })), (path) => {
        if (thrownBy(() => checkPath(path)) !== undefined) return;
        expect(path).toMatch(/^[A-Za-z0-9._/-]+$/);
        for (const part of path.split("/")) expect(["", ".", ".."]).not.toContain(part);
      }),
      runs(300),
    );
  });

  test("says which, without its control characters", () => {
    const said = thrownBy(() => checkPath("a\n\u001b[2J"))?.message ?? "";
    expect(said).toContain("[2J");
    for (const control of ["\n", "\u001b"]) expect(said).not.toContain(control);
  });
});
