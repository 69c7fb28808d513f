import { describe, expect, test } from "vitest";
import type { Entry } from "../../record/entry.ts";
import { RawGuard, SessionRedactor } from "../../record/session-redaction.ts";
import { makeText, redactText, type TextValue, visibleLines } from "../../record/text.ts";
import { seedOf } from "./keys.ts";
import { thrownBy } from "./only-record-errors.ts";

const text = (content: string) => makeText(content, seedOf(content));
const output = (seq: number, command: number, stream: "stdout" | "stderr") =>
  ({ kind: "output", seq, command, stream }) as unknown as Entry;
const finished = (seq: number, command: number) => ({ kind: "finished", seq, command }) as unknown as Entry;
const hidden = (value: TextValue | undefined) => (value === undefined ? [] : visibleLines(value).map((line) => line.hidden));
const raw = text(`${"ab".repeat(32)} 3\n${"cd".repeat(32)} 0`);

describe("redacting a session", () => {
  test("hides the hash of the stream of which a line is hidden, and no other", () => {
    const redactor = new SessionRedactor([
      { seq: 1, field: "output", line: 1, reason: "personal-data" },
      { seq: 5, field: "output", line: 0, reason: "credential" },
    ]);
    expect(hidden(redactor.apply(output(1, 0, "stdout"), { output: text("a\nb") }).output)).toEqual([undefined, "personal-data"]);
    expect(hidden(redactor.apply(output(2, 0, "stderr"), { output: text("c") }).output)).toEqual([undefined]);
    expect(hidden(redactor.apply(finished(3, 0), { raw }).raw)).toEqual(["personal-data", undefined]);
    redactor.apply(output(5, 4, "stderr"), { output: text("d") });
    expect(hidden(redactor.apply(finished(6, 4), { raw }).raw)).toEqual([undefined, "credential"]);
    expect(hidden(redactor.apply(finished(8, 7), { raw }).raw)).toEqual([undefined, undefined]);
  });

  test("hides the hash for a line that was erased earlier", () => {
    const redactor = new SessionRedactor([]);
    const erased = redactText(text("a\nb"), [{ line: 0, reason: "erased" }]);
    redactor.apply(output(1, 0, "stdout"), { output: erased });
    expect(hidden(redactor.apply(finished(2, 0), { raw }).raw)).toEqual(["erased", undefined]);
  });

  test("keeps a reviewer's own reason for a hash", () => {
    const redactor = new SessionRedactor([
      { seq: 1, field: "output", line: 0, reason: "credential" },
      { seq: 2, field: "raw", line: 0, reason: "other", shown: "left out" },
    ]);
    redactor.apply(output(1, 0, "stdout"), { output: text("a") });
    expect(visibleLines(redactor.apply(finished(2, 0), { raw }).raw as TextValue)[0]).toEqual({
      text: "left out",
      hidden: "other",
    });
  });

  test("refuses a line that is not there", () => {
    const redactor = new SessionRedactor([{ seq: 1, field: "output", line: 5, reason: "other" }]);
    expect(thrownBy(() => redactor.apply(output(1, 0, "stdout"), { output: text("a") }))?.code).toBe("text/no-such-line");
  });
});

describe("the guard", () => {
  const secret = redactText(text("a\nb"), [{ line: 0, reason: "credential" }]);
  const hide = (...lines: number[]) =>
    redactText(
      raw,
      lines.map((line) => ({ line, reason: "credential" as const })),
    );

  test("lets pass what the redactor makes, and nothing is hidden without need", () => {
    const guard = new RawGuard();
    expect(guard.holds(output(1, 0, "stdout"), { output: secret })).toBe(true);
    expect(guard.holds(output(2, 0, "stderr"), { output: text("c") })).toBe(true);
    expect(guard.holds(finished(3, 0), { raw: hide(0) })).toBe(true);
    expect(guard.holds(finished(4, 9), { raw })).toBe(true);
  });

  test.each([
    ["no hash is hidden", raw],
    ["that of the other stream is hidden", hide(1)],
    ["there is no line for it", text("")],
  ])("refuses when %s", (_, value) => {
    const guard = new RawGuard();
    guard.holds(output(1, 0, "stdout"), { output: secret });
    expect(guard.holds(finished(2, 0), { raw: value })).toBe(false);
  });

  test("refuses output with a hidden line that comes after its hash was shown", () => {
    const guard = new RawGuard();
    expect(guard.holds(finished(1, 0), { raw: hide(1) })).toBe(true);
    expect(guard.holds(output(2, 0, "stderr"), { output: secret })).toBe(true);
    expect(guard.holds(output(3, 0, "stdout"), { output: secret })).toBe(false);
  });
});
