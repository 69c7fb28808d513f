import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../record/bytes.ts";
import { type Entry, encodeEntry, parseEntry } from "../../record/entry.ts";
import {
  agentMessage,
  agentProof,
  type Event,
  encodeMessage,
  endpointMessage,
  enrolmentProof,
  entryOfEvent,
  event,
  parseMessage,
  reportedKind,
  sessionMessage,
  WIRE_MESSAGE_LIMIT,
} from "../../record/wire.ts";
import { anyBytes, anyEntry, mutated } from "./arbitraries.ts";
import { thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

const schemas = { agentMessage, sessionMessage, endpointMessage };
const message = { type: "ended", reason: "closed" } as const;

test("a message comes back, as text, as bytes and as a buffer", () => {
  const text = encodeMessage(message);
  expect(parseMessage(sessionMessage, text)).toEqual(message);
  expect(parseMessage(sessionMessage, utf8(text))).toEqual(message);
  expect(parseMessage(sessionMessage, utf8(text).buffer as ArrayBuffer)).toEqual(message);
  const within = new Uint8Array([1, ...utf8(text), 2]).subarray(1, -1);
  expect(parseMessage(sessionMessage, within)).toEqual(message);
});

test("nothing else than a RecordError is thrown at any bytes, and it holds nothing of them", () => {
  const hello = utf8(encodeMessage({ type: "rejected", code: "a", message: "SECRET" }));
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(schemas)), fc.oneof(anyBytes(), mutated(fc.constant(hello))), (schema, bytes) => {
      const error = thrownBy(() => parseMessage(schema, bytes));
      expect(error?.code ?? "wire/malformed").toBe("wire/malformed");
      expect(error?.message ?? "").not.toContain("SECRET");
    }),
    runs(300),
  );
});

describe("what is refused", () => {
  test.each([
    ["an unknown type", '{"type":"sudo"}'],
    ["an unknown field", '{"type":"ended","reason":"closed","more":1}'],
    ["no JSON", "ended"],
    ["JSON that is no object", "[]"],
    ["nothing", ""],
    ["another version", JSON.stringify({ type: "challenge", protocol: "caisey-wire/2", nonce: "AA==" })],
  ])("%s", (_, text) => expect(thrownBy(() => parseMessage(sessionMessage, text))?.code).toBe("wire/malformed"));

  test("a message that is longer in bytes than in characters", () => {
    const of = (unit: string, times: number) => JSON.stringify({ type: "rejected", code: "", message: unit.repeat(times) });
    const frame = of("", 0).length;
    const fits = of("a", WIRE_MESSAGE_LIMIT - frame);
    expect(parseMessage(sessionMessage, fits)).toMatchObject({ type: "rejected" });
    expect(parseMessage(sessionMessage, utf8(fits))).toMatchObject({ type: "rejected" });
    for (const long of [`${fits} `, of("€", WIRE_MESSAGE_LIMIT / 2)]) {
      expect(thrownBy(() => parseMessage(sessionMessage, long))?.code).toBe("wire/malformed");
      expect(thrownBy(() => parseMessage(sessionMessage, utf8(long)))?.code).toBe("wire/malformed");
    }
  });
});

describe("an event", () => {
  const reported = anyEntry.filter(({ kind }) => reportedKind.safeParse(kind).success);
  /** The event behind an entry. */
  const eventOf = (entry: Entry): Event => {
    const { seq: _, at: __, seen, kind, text: ___, ...fields } = entry;
    return event.parse({ n: 1, seen: seen ?? entry.at, kind, fields, text: {} });
  };

  test("becomes the entry that it was made of, at the place that the Worker gives it", () => {
    fc.assert(
      fc.property(reported, fc.nat(), (entry, seq) => {
        const at = "2026-11-22T09:30:00.000Z";
        const commitments = entry.text as Record<string, { lines: number; root: string }>;
        const made = entryOfEvent(eventOf(entry), seq, at, commitments);
        expect(made).toEqual({ ...entry, seq, at, seen: entry.seen ?? entry.at });
        expect(parseEntry(encodeEntry(made))).toEqual(made);
      }),
      runs(200),
    );
  });

  test("can't set what is the Worker's to set", () => {
    const fields = { by: "p0", seq: 99, at: "2000-01-01T00:00:00.000Z", kind: "closed", text: {}, seen: "never" };
    const commitments = { message: { lines: 1, root: "0".repeat(64) } };
    const chat: Event = { n: 0, seen: "2026-11-22T09:30:00.000Z", kind: "chat", fields, text: {} };
    const made = entryOfEvent(chat, 3, "2026-11-22T09:30:01.000Z", commitments);
    expect(made).toMatchObject({ seq: 3, at: "2026-11-22T09:30:01.000Z", kind: "chat", seen: "2026-11-22T09:30:00.000Z" });
  });

  test.each([
    ["a field that its kind has not", { by: "p0", outcome: "resolved" }, ["message"]],
    ["a field by the name of a prototype", JSON.parse('{"by":"p0","__proto__":{"by":"p1"}}'), ["message"]],
    ["a field too few", {}, ["message"]],
    ["a text too few", { by: "p0" }, []],
    ["a text too many", { by: "p0" }, ["message", "word"]],
  ])("with %s is refused", (_, fields: Record<string, unknown>, names: string[]) => {
    const commitments = Object.fromEntries(names.map((name) => [name, { lines: 1, root: "0".repeat(64) }]));
    const chat: Event = { n: 0, seen: "2026-11-22T09:30:00.000Z", kind: "chat", fields, text: {} };
    expect(thrownBy(() => entryOfEvent(chat, 0, "2026-11-22T09:30:01.000Z", commitments))?.code).toBe("wire/malformed");
  });

  test("can't be of a kind that only the Worker writes", () => {
    for (const kind of ["opened", "note", "closed"]) {
      expect(event.safeParse({ n: 0, seen: "2026-11-22T09:30:00.000Z", kind, fields: {}, text: {} }).success).toBe(false);
    }
  });
});

test("what a key signs for one purpose is nothing that it signs for another", () => {
  const proofs = [agentProof("a", "b"), enrolmentProof("a", "b")].map((bytes) => new TextDecoder().decode(bytes));
  expect(new Set(proofs.map((text) => text.split("\n")[0])).size).toBe(2);
  expect(proofs).toEqual(["caisey-agent/1\na\nb\n", "caisey-enrolment/1\na\nb\n"]);
});
