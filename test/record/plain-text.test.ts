import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex, utf8 } from "../../record/bytes.ts";
import { type Hashes, nobleHashes } from "../../record/hash.ts";
import { plainText } from "../../record/plain-text.ts";
import { encodeSessionText, parseSessionText, type SessionText } from "../../record/session-text.ts";
import { checkText, commitText, makeText, redactText } from "../../record/text.ts";
import { anyLine, anyText, bytesOf, mutated } from "./arbitraries.ts";
import { runs } from "./runs.ts";

/** Lines with much of what JSON writes in more than one way. */
const awkward = fc
  .array(fc.constantFrom('"', "\\", "\b", "\t", "\f", "\r", "\0", "\x1f", "\x7f", "/", "u", "é", "\u2028", "\u{1f600}", '","'), {
    maxLength: 8,
  })
  .map((parts) => parts.join(""));
const text = fc
  .tuple(fc.array(fc.oneof(anyLine, awkward), { minLength: 1, maxLength: 6 }), bytesOf(32))
  .map(([lines, seed]) => makeText(lines.join("\n"), seed));
const place = { seq: fc.nat(), field: fc.constantFrom("output", "command", "seq", "lines") };
const anyPlain: fc.Arbitrary<SessionText> = fc.record({ ...place, text: fc.oneof(text, anyText) });

test("an open text is taken as it is, with what was committed for it and nothing else", () => {
  fc.assert(
    fc.property(anyPlain, fc.nat(63), (one, digit) => {
      const line = encodeSessionText(one);
      const commitment = commitText(one.text);
      const { seq, field } = one;
      expect(plainText(line, seq, field, commitment, nobleHashes)).toEqual(one.text);
      const { lines, root } = commitment;
      const other = `${root.slice(0, digit)}${root[digit] === "0" ? "1" : "0"}${root.slice(digit + 1)}`;
      expect(plainText(line, seq, field, { lines, root: other }, nobleHashes)).toBeUndefined();
      expect(plainText(line, seq, field, { lines: lines + 1, root }, nobleHashes)).toBeUndefined();
      expect(plainText(line, seq + 1, field, commitment, nobleHashes)).toBeUndefined();
      expect(plainText(line, seq, `${field}2`, commitment, nobleHashes)).toBeUndefined();
    }),
    runs(300),
  );
});

test("a redacted text, and a line that is too long, are left to the slow way", () => {
  const seed = new Uint8Array(32);
  for (const one of [redactText(makeText("a\nb", seed), [{ line: 0, reason: "other" }]), makeText("x".repeat(20_000), seed)]) {
    const line = encodeSessionText({ seq: 1, field: "output", text: one });
    expect(plainText(line, 1, "output", commitText(one), nobleHashes)).toBeUndefined();
  }
});

/** Under these every text has the same root, so that only how it is written decides. They keep what was hashed. */
function blind(): { hashed: string[]; hashes: Hashes } {
  const hashed: string[] = [];
  const take = (bytes: Uint8Array) => {
    hashed.push(toHex(bytes));
    return new Uint8Array(32);
  };
  const sha256Into: Hashes["sha256Into"] = (bytes, into, at) => into.set(take(bytes), at);
  return { hashed, hashes: { ...nobleHashes, sha256: take, sha256Into } };
}

/** What the slow way hashes for an open text of this place. Undefined when it is none. */
function slowly(line: Uint8Array, { seq, field }: SessionText, lines: number): string[] | undefined {
  const { hashed, hashes } = blind();
  try {
    const parsed = parseSessionText(line);
    checkText(parsed.text, { lines, root: "0".repeat(64) }, hashes);
    return parsed.seq === seq && parsed.field === field && "seed" in parsed.text ? hashed : undefined;
  } catch {
    return undefined;
  }
}

/** Ways to write something that are not the canonical one, or the canonical one of something else. */
const rewritten = fc
  .record({
    one: anyPlain,
    from: fc.constantFrom('"', "\\", "\\\\", "/", "u", "\\u00", "0", "a", "b", ",", '","', "\\t", "\\b", "[", "]"),
    to: fc.constantFrom(
      ...['"', "\\", "\\/", "\\u0041", "\\u000A", "\\u000a", "\\n", "\\u001F", "\\u001f", "\\u0008", "\\u001g", "\\u002f"],
      ...["\\ud800", "\t", "\n", " ", "", '",  "', '","', "\\u00", "\\", "\\u0", "\\x41", "\\u007f", "\\u0000", "\\u0010"],
    ),
    nth: fc.nat(5),
  })
  .map(({ one, from, to, nth }) => {
    const parts = new TextDecoder().decode(encodeSessionText(one)).split(from);
    const at = Math.min(nth, parts.length - 1);
    const rest = parts.slice(at);
    return { one, line: utf8([...parts.slice(0, at), rest.join(from)].join(at > 0 && rest.length > 0 ? to : from)) };
  });
const spoiled = anyPlain.chain((one) => mutated(fc.constant(encodeSessionText(one))).map((line) => ({ one, line })));

test("what is taken is what the slow way takes, and the same bytes are hashed for it", () => {
  let taken = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.oneof(rewritten, spoiled), fc.integer({ min: -1, max: 1 }), ({ one, line }, more) => {
      const lines = Math.max(1, commitText(one.text).lines + more);
      const { hashed, hashes } = blind();
      const quick = plainText(line, one.seq, one.field, { lines, root: "0".repeat(64) }, hashes);
      const slow = slowly(line, one, lines);
      expect(quick === undefined).toBe(slow === undefined);
      if (quick !== undefined) {
        expect(hashed).toEqual(slow);
        expect(quick).toEqual(parseSessionText(line).text);
        taken++;
      } else refused++;
    }),
    runs(3000),
  );
  expect(taken).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(50);
});
