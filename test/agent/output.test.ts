import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CommandOutput, type Piece } from "../../agent/output.ts";
import type { OutputStream } from "../../agent/shell.ts";
import { parseRawLine, RAW_LINE } from "../../record/raw-output.ts";

const bytes = (text: string) => Buffer.from(text);

function clockAt(time: { now: number }) {
  return { now: () => new Date(time.now), monotonic: () => time.now };
}

function record(chunks: [OutputStream, Uint8Array][], limit = 1_000_000) {
  const pieces: Piece[] = [];
  const output = new CommandOutput(limit, clockAt({ now: 0 }), false, (piece) => pieces.push(piece) > 0);
  for (const [stream, chunk] of chunks) output.push(stream, chunk);
  const summary = output.end();
  const joined = (stream: OutputStream) =>
    pieces
      .filter((piece) => piece.stream === stream)
      .map((piece) => piece.text + (piece.newline ? "\n" : ""))
      .join("");
  return { pieces, summary, stdout: joined("stdout"), stderr: joined("stderr") };
}

describe("output of a command", () => {
  test("keeps the order in which the streams spoke", () => {
    const { pieces } = record([
      ["stdout", bytes("a\nb")],
      ["stderr", bytes("oops\n")],
      ["stdout", bytes("c\n")],
    ]);
    expect(pieces.map(({ stream, text, newline }) => [stream, text, newline])).toEqual([
      ["stdout", "a\nb", false],
      ["stderr", "oops", true],
      ["stdout", "c", true],
    ]);
  });

  test("joins what comes at once and parts what comes later, by its own clock", () => {
    const time = { now: 1000 };
    const pieces: Piece[] = [];
    const output = new CommandOutput(1000, clockAt(time), false, (piece) => pieces.push(piece) > 0);
    output.push("stdout", bytes("one\n"));
    time.now = 1050;
    output.push("stdout", bytes("two\n"));
    time.now = 3000;
    output.push("stdout", bytes("three\n"));
    output.end();
    expect(pieces.map(({ text, seen }) => [text, seen.getTime()])).toEqual([
      ["one\ntwo", 1000],
      ["three", 3000],
    ]);
  });

  test("tells of a prompt without a newline while the command goes on", async () => {
    const pieces: Piece[] = [];
    const output = new CommandOutput(
      1000,
      { now: () => new Date(), monotonic: () => performance.now() },
      true,
      (piece) => pieces.push(piece) > 0,
    );
    output.push("stdout", bytes("50%"));
    await expect.poll(() => pieces.map(({ text, newline }) => [text, newline])).toEqual([["50%", false]]);
    output.end();
    expect(pieces).toHaveLength(1);
  });

  test("records up to the limit and counts and hashes the rest", () => {
    const text = bytes("0123456789".repeat(100));
    const { summary, stdout, stderr } = record(
      [
        ["stdout", text],
        ["stderr", text],
      ],
      1000,
    );
    expect(stdout).toBe(text.toString().slice(0, 900));
    expect(stderr).toBe(text.toString().slice(0, 100));
    const hash = createHash("sha256").update(text).digest("hex");
    expect(summary).toEqual({
      cut: { stdout: 100, stderr: 900 },
      raw: `${hash} 1000\n${hash} 1000`,
    });
  });

  test("does not cut within a character", () => {
    const { stdout, pieces, summary } = record([["stdout", bytes("aaaaaaaé\nmore")]], 8);
    expect([stdout, pieces[0]?.replaced, summary.cut.stdout]).toEqual(["aaaaaaa", 0, 7]);
  });

  test("counts as cut what could not be recorded", () => {
    const failing = new CommandOutput(1000, clockAt({ now: 0 }), false, () => false);
    failing.push("stdout", bytes("abc\n"));
    failing.push("stderr", bytes("x\n"));
    failing.push("stdout", bytes("later\n"));
    expect(failing.end().cut.stdout).toBe(10);
  });

  test("whatever the streams say, however it is cut: pieces add up, stay small, and the sums are right", () => {
    const chunk = fc.tuple(
      fc.constantFrom<OutputStream>("stdout", "stderr"),
      fc.oneof(
        fc.uint8Array({ maxLength: 30 }),
        fc
          .string({ unit: "binary" })
          .filter((text) => text.isWellFormed())
          .map(bytes),
        fc.nat({ max: 200_000 }).map((length) => Buffer.alloc(length, "line of text\n")),
        fc.constant(Buffer.alloc(150_000, "é")),
      ),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 12 }), (chunks) => {
        const { pieces, summary, stdout, stderr } = record(chunks, 10_000_000);
        for (const [stream, text] of [
          ["stdout", stdout],
          ["stderr", stderr],
        ] as const) {
          const raw = Buffer.concat(chunks.filter(([name]) => name === stream).map(([, data]) => data));
          expect(text).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(raw));
          const { bytes } = parseRawLine(summary.raw.split("\n")[RAW_LINE[stream]] ?? "");
          expect(bytes).toBe(raw.length);
        }
        for (const piece of pieces) {
          expect(piece.text.isWellFormed()).toBe(true);
          expect(JSON.stringify(piece.text).length).toBeLessThan(400_000);
          expect(piece.text.length).toBeLessThanOrEqual(64 * 1024);
          expect(piece.text === "" && !piece.newline).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});
