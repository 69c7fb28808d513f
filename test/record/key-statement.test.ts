import { describe, expect, test } from "vitest";
import { fromUtf8, utf8 } from "../../record/bytes.ts";
import { SIGNATURE_TYPE, verifierKey } from "../../record/key.ts";
import { type KeyStatement, keyChain, openKeyStatement, signKeyStatement } from "../../record/key-statement.ts";
import { encodeNote, parseNote } from "../../record/note.ts";
import { testKey } from "./keys.ts";
import { thrownBy } from "./only-record-errors.ts";

const NAME = "caisey.local/org_a";
const from = "2026-11-22T09:30:00.000Z";
const MADE = "2026-12-01T00:00:00.000Z";
const keys = ["first", "second", "third"].map((label) => testKey(NAME, SIGNATURE_TYPE.log, label));
const [first, second, third] = keys as [(typeof keys)[number], (typeof keys)[number], (typeof keys)[number]];

test("a statement opens, signed by the old key", async () => {
  const statement: KeyStatement = { old: first.key, new: second.key, from };
  expect(openKeyStatement(await signKeyStatement(statement, first.sign))).toEqual(statement);
});

test("statements chain any number of keys to the present one", () => {
  const a = { old: first.key, new: second.key, from };
  const b = { old: second.key, new: third.key, from };
  expect(keyChain([], third.key, MADE)).toEqual([third.key]);
  expect(keyChain([a, b], third.key, MADE)).toEqual([first.key, second.key, third.key]);
  for (const [statements, current] of [
    [[a], third.key],
    [[b, a], third.key],
    [[a, b], second.key],
    [[b], first.key],
  ] as const) {
    expect(thrownBy(() => keyChain(statements, current, MADE))?.code).toBe("key/malformed");
  }
});

test("times never go back, and none is later than the package", () => {
  const at = (...times: string[]) =>
    thrownBy(() =>
      keyChain(
        times.map((time, i) => ({ old: (keys[i] as typeof first).key, new: (keys[i + 1] as typeof first).key, from: time })),
        (keys[times.length] as typeof first).key,
        MADE,
      ),
    )?.code;
  expect([at(from, from), at(from, MADE), at(MADE)]).toEqual([undefined, undefined, undefined]);
  expect([at(MADE, from), at("2026-12-01T00:00:00.001Z"), at(from, "9999-01-01T00:00:00.000Z")]).toEqual(
    Array(3).fill("key/malformed"),
  );
});

describe("what is refused", () => {
  const sign = (statement: KeyStatement, by = first) => signKeyStatement(statement, by.sign);

  test("a statement that someone else signed", async () => {
    expect(await codeOf(sign({ old: first.key, new: second.key, from }, second))).toBe("note/bad-signature");
    const note = parseNote(await sign({ old: first.key, new: second.key, from }));
    const signatures = [{ name: second.key.name, id: second.key.id, signature: await second.sign(utf8(note.text)) }];
    expect(await codeOf(Promise.resolve(encodeNote({ text: note.text, signatures })))).toBe("note/no-known-signature");
  });

  test("keys of two organisations, or a witness's", async () => {
    const other = testKey("caisey.local/org_b", SIGNATURE_TYPE.log);
    expect(await codeOf(sign({ old: first.key, new: other.key, from }))).toBe("key/malformed");
    const witness = verifierKey(NAME, SIGNATURE_TYPE.cosignature, second.key.publicKey);
    expect(await codeOf(sign({ old: first.key, new: witness, from }))).toBe("key/malformed");
  });

  test("a time that is none", async () => {
    expect(await codeOf(sign({ old: first.key, new: second.key, from: "yesterday" }))).toBe("key/malformed");
  });

  test("another version, or more lines", async () => {
    const note = parseNote(await sign({ old: first.key, new: second.key, from }));
    for (const text of [note.text.replace("caisey-key/1", "caisey-key/2"), `${note.text}more\n`]) {
      const signatures = [{ name: NAME, id: first.key.id, signature: await first.sign(utf8(text)) }];
      expect(await codeOf(Promise.resolve(encodeNote({ text, signatures })))).toBe("key/malformed");
    }
  });

  test("any changed byte", async () => {
    const bytes = await sign({ old: first.key, new: second.key, from });
    for (let i = 0; i < bytes.length; i += 7) {
      const changed = bytes.map((byte, at) => (at === i ? byte ^ 1 : byte));
      expect(thrownBy(() => openKeyStatement(changed))).toBeDefined();
    }
    expect(fromUtf8(bytes)).toContain("caisey-key/1\n");
  });
});

async function codeOf(statement: Promise<Uint8Array>): Promise<string | undefined> {
  const bytes = await statement;
  return thrownBy(() => openKeyStatement(bytes))?.code;
}
