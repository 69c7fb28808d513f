import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { fromBase64, toBase64, toHex } from "../../record/bytes.ts";
import { encodeSessionText, parseSessionText } from "../../record/session-text.ts";
import {
  checkRevealed,
  checkText,
  commitText,
  lineDigest,
  lineDigests,
  lineSalts,
  makeText,
  type OpenText,
  redactText,
  revealLine,
  splitLines,
  textNames,
  textValue,
  visibleLines,
} from "../../record/text.ts";
import { anyString, anyText, bytesOf, redactionsOf } from "./arbitraries.ts";
import { thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

/** A text, redactions, and more redactions after them. */
const redacted = anyText.chain((text) =>
  fc.record({ text: fc.constant(text), first: redactionsOf(text.lines.length), second: redactionsOf(text.lines.length) }),
);

test("names of texts come in order, and only those that are there", () => {
  const value = fc.option(fc.constant(1), { nil: undefined });
  fc.assert(
    fc.property(fc.dictionary(fc.string({ maxLength: 3 }), value, { maxKeys: 6 }), (texts) => {
      const there = Object.entries(texts).flatMap(([name, one]) => (one === undefined ? [] : [name]));
      expect(textNames(texts)).toEqual(there.sort());
    }),
    runs(300),
  );
});

test("a text is its lines, joined by LF", () => {
  fc.assert(
    fc.property(anyString, bytesOf(32), (text, seed) => {
      const made = makeText(text, seed);
      expect(made.lines.join("\n")).toBe(text);
      expect(textValue.parse(made)).toEqual(made);
      expect(visibleLines(made)).toEqual(splitLines(text).map((line) => ({ text: line })));
    }),
    runs(200),
  );
});

test("salts are SHAKE256 of the seed as OpenSSL has it", () => {
  fc.assert(
    fc.property(bytesOf(32), fc.integer({ min: 1, max: 40 }), (seed, count) => {
      const stream = createHash("shake256", { outputLength: 16 * count })
        .update(Uint8Array.of(4))
        .update(seed)
        .digest("hex");
      expect(lineSalts(seed, count).map(toHex).join("")).toBe(stream);
    }),
    runs(100),
  );
});

test("digests and root are SHA-256 of what FORMAT.md says", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const salts = lineSalts(fromBase64(text.seed), text.lines.length);
      const digests = text.lines.map((line, i) =>
        createHash("sha256")
          .update(Buffer.concat([Uint8Array.of(2), salts[i] as Uint8Array, Buffer.from(line)]))
          .digest(),
      );
      expect(lineDigests(text).map(toHex)).toEqual(digests.map((digest) => digest.toString("hex")));
      const root = createHash("sha256")
        .update(Buffer.concat([Uint8Array.of(3), ...digests]))
        .digest("hex");
      expect(commitText(text)).toEqual({ lines: text.lines.length, root });
    }),
    runs(100),
  );
});

test("long lines and wide characters are hashed as short ones are", () => {
  const salt = new Uint8Array(16).fill(9);
  for (const unit of ["a", "é", "€", "🔑"]) {
    for (const length of [5000, 5455, 5456, 5457, 8183, 8184, 16_366, 16_367, 16_368, 16_384, 100_000]) {
      const line = unit.repeat(length);
      const digest = createHash("sha256")
        .update(Buffer.concat([Uint8Array.of(2), salt, Buffer.from(line)]))
        .digest("hex");
      expect(toHex(lineDigest(salt, line))).toBe(digest);
    }
  }
  expect(thrownBy(() => lineDigest(salt, "\ud800"))?.code).toBe("text/not-well-formed");
});

test("redactions change neither the commitment nor what is shown of other lines", () => {
  fc.assert(
    fc.property(redacted, ({ text, first, second }) => {
      const once = redactText(text, first);
      const twice = redactText(once, second);
      for (const value of [once, twice]) {
        expect(textValue.parse(value)).toEqual(value);
        expect(commitText(value)).toEqual(commitText(text));
        checkText(value, commitText(text));
        expect(parseSessionText(encodeSessionText({ seq: 1, field: "output", text: value })).text).toEqual(value);
      }
      const hidden = new Set([...first, ...second].map(({ line }) => line));
      for (const [i, line] of visibleLines(twice).entries()) {
        const asked = [...first, ...second].filter((one) => one.line === i).at(-1);
        expect(line).toEqual(hidden.has(i) ? { text: asked?.shown ?? "", hidden: asked?.reason } : { text: text.lines[i] });
      }
    }),
    runs(200),
  );
});

test("nothing that leaves with a redacted text helps to guess a hidden line", () => {
  fc.assert(
    fc.property(redacted, ({ text, first, second }) => {
      const all = [...first, ...second];
      fc.pre(all.length > 0);
      const value = redactText(redactText(text, first), second);
      if (!("items" in value)) throw new Error("expected items");
      const hidden = new Set(all.map(({ line }) => line));
      const salts = lineSalts(fromBase64(text.seed), text.lines.length).map(toBase64);
      const written = new TextDecoder().decode(encodeSessionText({ seq: 0, field: "output", text: value }));
      expect(Object.keys(value)).toEqual(["items"]);
      expect(written).not.toContain(text.seed);
      for (const [i, item] of value.items.entries()) {
        if (!hidden.has(i)) {
          expect(Object.keys(item).sort()).toEqual(["line", "salt"]);
          continue;
        }
        // A digest alone: without its salt of 128 random bits a guess can't be tried out.
        expect(["digest,reason", "digest,reason,shown"]).toContain(Object.keys(item).sort().join());
        expect(written).not.toContain(salts[i]);
      }
    }),
    runs(200),
  );
});

test("a hidden line that stands nowhere else is nowhere in the redacted text", () => {
  const secret = "P@ssw0rd-äöü-🔑";
  const text = makeText(`before\nnet user jane ${secret} /add\nafter`, new Uint8Array(32).fill(7));
  const written = JSON.stringify(redactText(text, [{ line: 1, reason: "credential", shown: "net user jane ******** /add" }]));
  for (const form of [secret, Buffer.from(secret).toString("base64").slice(0, -4), Buffer.from(secret).toString("hex")]) {
    expect(written).not.toContain(form);
  }
});

test("equal lines have different digests", () => {
  const [a, b] = lineDigests(makeText("same\nsame", new Uint8Array(32)));
  expect(a).not.toEqual(b);
});

test("no other text has the same commitment", () => {
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      expect(thrownBy(() => checkText(b, commitText(a)))?.code).toBe(
        JSON.stringify(a) === JSON.stringify(b) ? undefined : "text/root-mismatch",
      );
    }),
    runs(100),
  );
});

test("any change of a text is found", () => {
  const change = fc.constantFrom<(text: OpenText, line: number, other: string) => unknown>(
    (text, line, other) => ({ ...text, lines: text.lines.with(line, other) }),
    (text, line) => ({ ...text, lines: text.lines.toSpliced(line, 1) }),
    (text, line, other) => ({ ...text, lines: text.lines.toSpliced(line, 0, other) }),
    (text, line) => ({ ...text, lines: [...text.lines.slice(line), ...text.lines.slice(0, line)] }),
    (text) => ({ ...text, seed: toBase64(fromBase64(text.seed).map((byte, i) => (i === 31 ? byte ^ 1 : byte))) }),
  );
  fc.assert(
    fc.property(anyText, change, fc.nat(5), anyString, (text, apply, at, line) => {
      const changed = apply(text, at % text.lines.length, line.replaceAll("\n", ""));
      fc.pre(JSON.stringify(changed) !== JSON.stringify(text));
      const parsed = textValue.safeParse(changed);
      if (parsed.success) expect(thrownBy(() => checkText(parsed.data, commitText(text)))?.code).toBe("text/root-mismatch");
    }),
    runs(200),
  );
});

describe("revealing", () => {
  test("gives salt and line of any hidden line, which prove themselves against its digest", () => {
    fc.assert(
      fc.property(redacted, ({ text, first }) => {
        const value = redactText(text, first);
        for (const { line } of first) {
          const item = "items" in value ? value.items[line] : undefined;
          if (item === undefined || !("digest" in item)) throw new Error("expected a hidden item");
          const revealed = revealLine(text, line);
          expect(revealed.line).toBe(text.lines[line]);
          checkRevealed(revealed, item.digest);
          expect(thrownBy(() => checkRevealed({ ...revealed, line: `${revealed.line} ` }, item.digest))?.code).toBe(
            "text/digest-mismatch",
          );
          const salt = toBase64(fromBase64(revealed.salt).map((byte, i) => (i === 0 ? byte ^ 1 : byte)));
          expect(thrownBy(() => checkRevealed({ ...revealed, salt }, item.digest))?.code).toBe("text/digest-mismatch");
        }
      }),
      runs(100),
    );
  });

  test("is not possible once a line is erased", () => {
    const erased = redactText(makeText("a\nb", new Uint8Array(32)), [{ line: 0, reason: "erased" }]);
    expect(thrownBy(() => revealLine(erased, 0))?.code).toBe("text/no-such-line");
    expect(revealLine(erased, 1).line).toBe("b");
  });

  test("takes one line only", () => {
    const digest = toHex(
      createHash("sha256")
        .update(Buffer.concat([Uint8Array.of(2), new Uint8Array(16), Buffer.from("a\nb")]))
        .digest(),
    );
    expect(thrownBy(() => checkRevealed({ salt: toBase64(new Uint8Array(16)), line: "a\nb" }, digest))?.code).toBe(
      "text/malformed",
    );
    expect(thrownBy(() => checkRevealed({ salt: "AA==", line: "a" }, digest))?.code).toBe("base64/malformed");
  });
});

describe("what is refused", () => {
  const text = makeText("a\nb", new Uint8Array(32));
  test.each([-1, 2, 0.5, Number.NaN])("hiding line %d of two", (line) =>
    expect(thrownBy(() => redactText(text, [{ line, reason: "other" }]))?.code).toBe("text/no-such-line"),
  );
  test.each(["two\nlines", "\ud800"])("showing %j instead", (shown) =>
    expect(thrownBy(() => redactText(text, [{ line: 0, reason: "other", shown }]))?.code).toBe("text/malformed"),
  );
  test("a seed of another length, and a lone surrogate", () => {
    expect(thrownBy(() => makeText("a", new Uint8Array(31)))?.code).toBe("text/malformed");
    expect(thrownBy(() => makeText("\ud800", new Uint8Array(32)))?.code).toBe("text/not-well-formed");
  });
  test.each([
    { seed: text.seed, lines: [] },
    { seed: text.seed, lines: ["a\nb"] },
    { seed: text.seed, lines: ["\ud800"] },
    { seed: "AAAA", lines: ["a"] },
    { lines: ["a"] },
    { seed: text.seed, lines: ["a"], items: [] },
    { items: [] },
    { items: [{ salt: toBase64(new Uint8Array(16)), line: "a", digest: "0".repeat(64) }] },
    { items: [{ digest: "0".repeat(64), reason: "other", salt: toBase64(new Uint8Array(16)) }] },
    { items: [{ digest: "0".repeat(64) }] },
    { items: [{ digest: "F".repeat(64), reason: "other" }] },
    { items: [{ digest: "0".repeat(64), reason: "because" }] },
    { items: [{ line: "a" }], seed: text.seed },
  ])("%j as a text", (value) => expect(textValue.safeParse(value).success).toBe(false));
});

test("a text may have hundreds of thousands of lines", () => {
  const text = makeText("\n".repeat(262_144), new Uint8Array(32));
  expect(commitText(text, nodeHashes).lines).toBe(262_145);
});
