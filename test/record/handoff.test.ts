import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { utf8 } from "../../record/bytes.ts";
import { encodeCanonical } from "../../record/canonical.ts";
import { encodeHandoff, type Handoff, parseHandoff, wrongInHandoff } from "../../record/handoff.ts";
import { HANDOFF } from "../../record/path.ts";
import { anyBytes, anyString, mutated } from "./arbitraries.ts";
import { expectOneSpelling, thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";
import { samplePackage } from "./sample.ts";

let bytes: Uint8Array;
let sample: Handoff;
beforeAll(async () => {
  bytes = (await samplePackage()).get(HANDOFF) as Uint8Array;
  sample = parseHandoff(bytes);
});

test("any words come back", () => {
  fc.assert(
    fc.property(anyString, anyString, fc.array(anyString), (letter, name, tags) => {
      const sessions = sample.sessions.map((one) => ({ ...one, tags, note: letter, title: name, todo: tags }));
      const value = { ...sample, letter, to: { name }, sessions };
      expect(parseHandoff(encodeHandoff(value))).toEqual(value);
    }),
    runs(50),
  );
});

test("whatever is taken has one spelling, and nothing else than a RecordError is thrown", () => {
  fc.assert(
    fc.property(fc.oneof(anyBytes(), mutated(fc.constant(bytes))), (any) => {
      expectOneSpelling(any, parseHandoff, encodeHandoff);
    }),
    runs(200),
  );
  expect(expectOneSpelling(bytes, parseHandoff, encodeHandoff)).toBe(true);
});

test("is made in pieces, and checked session by session, as it is at once", () => {
  const [first] = sample.sessions as [Handoff["sessions"][0]];
  for (const length of [0, 1, 200, 201, 1000]) {
    const sessions = Array.from({ length }, (_, leaf) => ({ ...first, session: idOf(leaf), leaf }));
    const value = { ...sample, sessions };
    expect(wrongInHandoff(value)).toBeUndefined();
    expect(encodeHandoff(value)).toEqual(utf8(`${encodeCanonical(value)}\n`));
  }
});

function idOf(number: number): Handoff["sessions"][0]["session"] {
  return `ses_${String(number).padStart(16, "0")}`;
}

describe("what is refused", () => {
  test.each<[string, (value: Handoff) => unknown]>([
    ["another version", (value) => ({ ...value, format: "caisey-package/2" })],
    ["an unknown field", (value) => ({ ...value, approved: true })],
    ["a session twice", (value) => ({ ...value, sessions: [...value.sessions, ...value.sessions] })],
    ["an endpoint twice", (value) => ({ ...value, endpoints: [...value.endpoints, ...value.endpoints] })],
    ["an id that is none", (value) => ({ ...value, client: { ...value.client, group: "acme" } })],
    ["a time that is none", (value) => ({ ...value, created: "today" })],
    ["a negative leaf", (value) => ({ ...value, log: { ...value.log, omitted: [{ leaf: -1, reason: "not-selected" }] } })],
    ["a reason that there is not", (value) => ({ ...value, log: { ...value.log, omitted: [{ leaf: 2, reason: "because" }] } })],
    ["a session without a title", (value) => ({ ...value, sessions: value.sessions.map(({ title: _, ...session }) => session) })],
    ["no sessions field", ({ sessions: _, ...value }) => value],
  ])("%s", (_, change) => {
    const changed = change(sample);
    expect(thrownBy(() => parseHandoff(utf8(`${encodeCanonical(changed)}\n`)))?.code).toBe("handoff/malformed");
    // What has no sessions at all can't even be asked about.
    if ("sessions" in (changed as object)) expect(wrongInHandoff(changed as Handoff)).toMatch(/^[a-z.0-9]+: /);
  });

  test("no newline at the end, or two", () => {
    expect(thrownBy(() => parseHandoff(bytes.subarray(0, -1)))?.code).toBe("handoff/malformed");
    expect(thrownBy(() => parseHandoff(new Uint8Array([...bytes, 0x0a])))?.code).toBe("canonical/not-canonical");
    expect(thrownBy(() => parseHandoff(new Uint8Array()))?.code).toBe("handoff/malformed");
  });

  test("names with a lone surrogate, before they are written", () => {
    expect(thrownBy(() => encodeHandoff({ ...sample, letter: "\ud800" }))?.code).toBe("canonical/unsupported-value");
  });
});
