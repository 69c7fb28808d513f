import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromUtf8, utf8 } from "../../record/bytes.ts";
import { canonicalBytes, encodeCanonical, type Json, parseCanonical } from "../../record/canonical.ts";
import { anyBytes, anyString, mutated } from "./arbitraries.ts";
import { expectOneSpelling, thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

const key = fc.oneof(anyString, fc.constantFrom("__proto__", "constructor", "toJSON", "length", "10", "9", "", "a"));
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    anyString,
    fc.array(tie("json"), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie("json")), { maxLength: 4 })
      .map((fields) =>
        JSON.parse(`{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`),
      ),
  ),
}));

test("any value comes back", () => {
  fc.assert(
    fc.property(json, (value) => {
      const back = parseCanonical(canonicalBytes(value));
      expect(encodeCanonical(back)).toBe(encodeCanonical(value));
      expect(sorted(back)).toEqual(sorted(value));
    }),
    runs(300),
  );
});

test("no two different values share a line", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(encodeCanonical(a) === encodeCanonical(b)).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
    }),
    runs(300),
  );
});

test("whatever is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  let taken = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        anyBytes(),
        json.map(canonicalBytes),
        mutated(json.map(canonicalBytes)),
        json.map((value) => utf8(JSON.stringify(value))),
      ),
      (bytes) => {
        if (expectOneSpelling(bytes, parseCanonical, canonicalBytes)) taken++;
      },
    ),
    runs(500),
  );
  expect(taken).toBeGreaterThan(0);
});

describe("what is not canonical", () => {
  test.each([
    ['{"b":1,"a":2}', "canonical/not-canonical"],
    ['{"a":1,"a":1}', "canonical/not-canonical"],
    ['{"a":1, "b":2}', "canonical/not-canonical"],
    [' {"a":1}', "canonical/not-canonical"],
    ['{"a":1}\r', "canonical/not-canonical"],
    ["1.0", "canonical/not-canonical"],
    ["1e2", "canonical/not-canonical"],
    ["-0", "canonical/unsupported-value"],
    ['"\\u0041"', "canonical/not-canonical"],
    ['"\\/"', "canonical/not-canonical"],
    ['"\\u001F"', "canonical/not-canonical"],
    ['{"2":1,"10":1}', "canonical/not-canonical"],
    ["1.5", "canonical/unsupported-value"],
    ["9007199254740992", "canonical/unsupported-value"],
    ['"\\ud800"', "canonical/unsupported-value"],
    ['{"\\ud800":1}', "canonical/unsupported-value"],
    ["", "canonical/not-json"],
    ["nan", "canonical/not-json"],
    ['"a\nb"', "canonical/not-json"],
    ["\ufeff1", "canonical/not-json"],
    ["{}{}", "canonical/not-json"],
  ])("%j: %s", (line, code) => expect(thrownBy(() => parseCanonical(utf8(line)))?.code).toBe(code));

  test("bytes that are not UTF-8", () => {
    expect(thrownBy(() => parseCanonical(Uint8Array.of(0x22, 0xc3, 0x22)))?.code).toBe("text/not-well-formed");
    // An overlong quotation mark, and a surrogate as CESU-8 has it.
    expect(thrownBy(() => parseCanonical(Uint8Array.of(0xc0, 0xa2)))?.code).toBe("text/not-well-formed");
    expect(thrownBy(() => parseCanonical(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)))?.code).toBe("text/not-well-formed");
  });

  test("nesting that would overflow the stack", () => {
    for (const depth of [1000, 100_000, 1_000_000]) {
      const line = utf8("[".repeat(depth) + "]".repeat(depth));
      expect(["canonical/not-canonical", undefined]).toContain(thrownBy(() => parseCanonical(line))?.code);
    }
  });

  test("values that JSON has not", () => {
    const holes = [1];
    holes[3] = 2;
    const values = [0.5, Number.NaN, Infinity, -0, 2 ** 53, "\ud800", undefined, () => 1, 1n, Symbol("a"), new Date(), holes];
    for (const value of [...values, new Map(), new Uint8Array(2), /a/, [undefined], { a: new Date(0) }]) {
      expect(thrownBy(() => encodeCanonical(value))?.code).toBe("canonical/unsupported-value");
    }
  });
});

test("keys go by UTF-16 code units, escapes are the shortest (RFC 8785)", () => {
  const value = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\u{1f600}": 5, "\u0080": 6, "\u00f6": 7 };
  const order = '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}';
  expect(encodeCanonical(value)).toBe(order);
  expect(encodeCanonical('\u0000\b\t\n\u000b\f\r\u001f"\\/\u007f\u2028é')).toBe(
    '"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\"\\\\/\u007f\u2028é"',
  );
  expect(fromUtf8(canonicalBytes({ a: undefined, b: [null, true, -1] }))).toBe('{"b":[null,true,-1]}');
});

/** The same value with keys in one order, as pairs: equal exactly when the values are. */
function sorted(value: Json): unknown {
  if (Array.isArray(value)) return ["list", ...value.map(sorted)];
  if (value === null || typeof value !== "object") return value;
  const names = Object.keys(value).sort();
  return ["object", ...names.map((name) => [name, sorted(value[name] as Json)])];
}
