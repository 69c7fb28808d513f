import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8 } from "../../record/bytes.ts";
import { encodeCanonical } from "../../record/canonical.ts";
import { encodeSessionText, parseSessionText, type SessionText } from "../../record/session-text.ts";
import { makeText, redactText } from "../../record/text.ts";
import { anyBytes, anyText, mutated, redactionsOf } from "./arbitraries.ts";
import { expectOneSpelling, thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

const value: fc.Arbitrary<SessionText> = fc.record({
  seq: fc.nat(),
  field: fc.constantFrom("output", "command", "field", "seq", "seed", "lines"),
  text: anyText.chain((text) => redactionsOf(text.lines.length).map((redactions) => redactText(text, redactions))),
});

test("any text comes back with its place", () => {
  fc.assert(
    fc.property(value, (one) => {
      expect(parseSessionText(encodeSessionText(one))).toEqual(one);
    }),
    runs(200),
  );
});

test("whatever is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(anyBytes(), value.map(encodeSessionText), mutated(value.map(encodeSessionText))), (bytes) => {
      if (expectOneSpelling(bytes, parseSessionText, encodeSessionText)) taken++;
    }),
    runs(500),
  );
  expect(taken).toBeGreaterThan(0);
});

const open = { seq: 1, field: "output", ...makeText("a", new Uint8Array(32)) };
test.each([
  { ...open, items: [] },
  { ...open, seq: -1 },
  { ...open, extra: 1 },
  { seq: 1, field: "output" },
  { ...open, lines: ["a\nb"] },
  { ...open, seed: undefined },
])("%j is no text", (bad) => expect(thrownBy(() => parseSessionText(utf8(encodeCanonical(bad))))?.code).toBe("text/malformed"));
